#include <roomsign/presses.h>

#include <stddef.h>

#include <linux/input-event-codes.h>

static unsigned modifier_bit(int key)
{
    static const int modifiers[] = {KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT,
                                    KEY_RIGHTALT, KEY_LEFTMETA,  KEY_RIGHTMETA};
    for (unsigned i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++) {
        if (modifiers[i] == key)
            return 1U << i;
    }
    return 0;
}

static int64_t last_us(const struct key_times *times)
{
    return times->down_us > times->up_us ? times->down_us : times->up_us;
}

/* The key's place, taken from the one that has been silent for longest where it has none. */
static struct key_times *times_of(struct presses *presses, int key)
{
    struct key_times *oldest = &presses->recent[0];
    for (size_t i = 0; i < PRESSES_RECENT_MAX; i++) {
        struct key_times *times = &presses->recent[i];
        if (times->key == key)
            return times;
        if (oldest->key != 0 && (times->key == 0 || last_us(times) < last_us(oldest)))
            oldest = times;
    }
    *oldest = (struct key_times){key, INT64_MIN, INT64_MIN};
    return oldest;
}

/* Also where the time runs backwards, as a counter that starts over does. */
static bool is_past(int64_t at_us, int64_t since_us, int64_t pause_us)
{
    return since_us == INT64_MIN || at_us < since_us || at_us - since_us >= pause_us;
}

bool presses_take(struct presses *presses, int key, enum key_change change, int64_t at_us)
{
    unsigned modifier = modifier_bit(key);
    if (modifier != 0) {
        if (change == KEY_CHANGE_UP)
            presses->held_modifiers &= ~modifier;
        else
            presses->held_modifiers |= modifier;
        return false;
    }
    if (key <= 0 || change == KEY_CHANGE_REPEAT)
        return false;
    struct key_times *times = times_of(presses, key);
    if (change == KEY_CHANGE_UP) {
        times->up_us = at_us;
        return false;
    }
    bool counts = presses->held_modifiers == 0 &&
                  is_past(at_us, times->down_us, PRESS_AFTER_PRESS_US) &&
                  is_past(at_us, times->up_us, PRESS_AFTER_RELEASE_US);
    /* Ignored presses don't put off the next one: who presses fast gets every other one. */
    if (counts)
        times->down_us = at_us;
    return counts;
}

void presses_forget_modifiers(struct presses *presses)
{
    presses->held_modifiers = 0;
}
