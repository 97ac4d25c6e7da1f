/**
 * Which of the things that keyboards say are presses that somebody meant.
 *
 * Fed with every change of every key, from the kernel or from a window system alike. What does not
 * count: the repetition of a key that is held; a bouncing contact, also where a button is let go;
 * the second press of a nervous hand, because the second press of a key that holds would release;
 * and what is pressed together with Ctrl, Alt or the logo key, which speaks to somebody else.
 */
#ifndef ROOMSIGN_PRESSES_H
#define ROOMSIGN_PRESSES_H

#include <stdbool.h>
#include <stdint.h>

/** Since the key last went down, and since it last went up. */
#define PRESS_AFTER_PRESS_US 300000
#define PRESS_AFTER_RELEASE_US 50000
/** Keys whose times are remembered. */
#define PRESSES_RECENT_MAX 16

/** The kernel's values of an EV_KEY event. */
enum key_change {
    KEY_CHANGE_UP = 0,
    KEY_CHANGE_DOWN = 1,
    KEY_CHANGE_REPEAT = 2,
};

struct key_times {
    /** The kernel's code; 0: unused. */
    int key;
    int64_t down_us, up_us;
};

/** Zero-initialise it with {0}: no key is down. */
struct presses {
    struct key_times recent[PRESSES_RECENT_MAX];
    /** Of the keys that speak to somebody else, a bit each. */
    unsigned held_modifiers;
};

/** Whether this is a press that counts. `key` is the kernel's code (linux/input-event-codes.h),
 *  at_us of a clock that is not set. */
bool presses_take(struct presses *presses, int key, enum key_change change, int64_t at_us);

/** Keys may have come up without a word, as when a keyboard is unplugged. */
void presses_forget_modifiers(struct presses *presses);

#endif
