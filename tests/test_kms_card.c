/* What becomes of a card's screen that changes when nobody looks, and of keys: a card, consoles and
 * a kernel that are made up, in place of card.h, vt.h, wake.h and uevent.h. tests/test_kms.c and
 * tests/test_vt.c have real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include <roomsign/card.h>
#include <roomsign/kms.h>
#include <roomsign/uevent.h>
#include <roomsign/vt.h>
#include <roomsign/wake.h>

/* What the card answers, and whether it is unplugged as soon as it is driven. */
static enum card_state state_now;
static bool blinks;
/* Where the kernel speaks; -1: nobody listens. */
static int mouth_fd = -1;

/* Whether the sign has a console, and what becomes of it. */
static bool has_console, is_in_front;
static enum vt_change next_change;
/* A key, once, and whether another console is in front than at first. */
static int next_key;
static bool console_changed;

static void say_something(void)
{
    if (mouth_fd >= 0)
        assert_int_equal(write(mouth_fd, "x", 1), 1);
}

int uevent_open(struct error *err)
{
    int ends[2];
    (void)err;
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    mouth_fd = ends[1];
    return ends[0];
}

bool uevent_read(int fd)
{
    char byte;
    return read(fd, &byte, 1) == 1;
}

bool card_open(const struct pick_wish *wish, struct card *ret_card, struct error *err)
{
    (void)wish;
    (void)err;
    *ret_card = (struct card){.fd = STDERR_FILENO,
                              .buffer_count = 1,
                              .mode = {.hdisplay = 640, .vdisplay = 480, .vrefresh = 60}};
    return true;
}

void card_close(struct card *card)
{
    (void)card;
}

bool card_become_master(struct card *card, struct error *err)
{
    (void)card;
    (void)err;
    return true;
}

void card_drop_master(struct card *card)
{
    (void)card;
}

bool card_set(struct card *card, int buffer, struct error *err)
{
    (void)card;
    (void)buffer;
    (void)err;
    if (blinks)
        say_something();
    return true;
}

bool card_flip(struct card *card, int buffer, struct error *err)
{
    return card_set(card, buffer, err);
}

bool card_flush(struct card *card, const struct layout_rect *changes, size_t count,
                struct error *err)
{
    (void)changes;
    (void)count;
    return card_set(card, 0, err);
}

bool card_wait(struct card *card, struct error *err)
{
    (void)card;
    (void)err;
    return true;
}

bool card_shows(const struct card *card, int buffer)
{
    (void)card;
    (void)buffer;
    return true;
}

bool card_power(struct card *card, bool on)
{
    (void)card;
    (void)on;
    return true;
}

enum card_state card_look(const struct card *card)
{
    (void)card;
    return state_now;
}

struct vt *vt_take(int tty_fd, struct error *err)
{
    static char console;
    (void)tty_fd;
    error_set(err, "no console");
    return has_console ? (struct vt *)&console : NULL;
}

void vt_give_back(struct vt *vt)
{
    (void)vt;
}

int vt_fd(const struct vt *vt)
{
    (void)vt;
    return -1;
}

bool vt_is_in_front(const struct vt *vt)
{
    (void)vt;
    return is_in_front;
}

enum vt_change vt_next_change(struct vt *vt)
{
    enum vt_change change = next_change;
    (void)vt;
    next_change = VT_CHANGE_NONE;
    return change;
}

bool vt_leave(struct vt *vt)
{
    (void)vt;
    return true;
}

void vt_enter(struct vt *vt)
{
    (void)vt;
}

struct wake *wake_new(struct error *err)
{
    static char wake;
    (void)err;
    return (struct wake *)&wake;
}

void wake_free(struct wake *wake)
{
    (void)wake;
}

int wake_fd(const struct wake *wake)
{
    (void)wake;
    return -1;
}

bool wake_add(struct wake *wake, int fd, struct error *err)
{
    (void)wake;
    (void)fd;
    (void)err;
    return true;
}

bool wake_watch_inputs(struct wake *wake, const struct wake_places *places, struct error *err)
{
    (void)wake;
    (void)places;
    (void)err;
    return true;
}

void wake_drain(struct wake *wake)
{
    (void)wake;
}

bool wake_take_press(struct wake *wake, struct wake_press *ret_press)
{
    (void)wake;
    if (next_key == 0)
        return false;
    *ret_press = (struct wake_press){.key = next_key, .elsewhere = console_changed};
    next_key = 0;
    return true;
}

static struct kms *open_card(void)
{
    struct display_options options = {.driver = DISPLAY_DRIVER_KMS};
    struct error err = {0};
    struct kms *kms = kms_open(&options, &err);
    assert_non_null(kms);
    return kms;
}

static void leave(struct kms *kms)
{
    kms_close(kms);
    has_console = is_in_front = console_changed = false;
    close(mouth_fd);
    mouth_fd = -1;
    state_now = CARD_STATE_SAME;
    blinks = false;
}

static bool is_lost(struct kms *kms)
{
    struct display_event event;
    bool lost = false;
    while (kms_pump(kms, &event))
        lost |= event.kind == DISPLAY_EVENT_LOST;
    return lost;
}

static void a_screen_that_goes_when_it_is_first_driven_is_lost(void **state)
{
    (void)state;
    blinks = true;
    struct kms *kms = open_card();
    state_now = CARD_STATE_NO_SCREEN;
    assert_true(is_lost(kms));
    assert_false(is_lost(kms));
    leave(kms);
}

static void a_screen_that_was_changed_in_the_night_is_lost_in_the_morning(void **state)
{
    (void)state;
    struct kms *kms = open_card();
    assert_true(kms_power(kms, false));
    state_now = CARD_STATE_OTHER_SCREEN;
    say_something();
    assert_false(is_lost(kms));
    assert_true(kms_power(kms, true));
    assert_true(is_lost(kms));
    leave(kms);
}

/* It wakes when it is driven, and is not to be let go before. */
static void a_screen_that_sleeps_stays(void **state)
{
    (void)state;
    struct kms *kms = open_card();
    assert_true(kms_power(kms, false));
    state_now = CARD_STATE_NO_SCREEN;
    say_something();
    assert_false(is_lost(kms));
    assert_true(kms_power(kms, true));
    assert_false(is_lost(kms));
    say_something();
    assert_true(is_lost(kms));
    leave(kms);
}

static bool is_elsewhere(struct kms *kms)
{
    struct display_event event;
    next_key = 42;
    while (kms_pump(kms, &event)) {
        if (event.kind == DISPLAY_EVENT_KEY)
            return event.elsewhere;
    }
    fail_msg("no key is told");
    return false;
}

static void a_sign_started_from_another_console_has_only_its_own_keys(void **state)
{
    (void)state;
    has_console = true;
    struct kms *kms = open_card();
    assert_true(is_elsewhere(kms));
    next_change = VT_CHANGE_ENTER;
    console_changed = true;
    assert_false(is_elsewhere(kms));
    next_change = VT_CHANGE_LEAVE;
    console_changed = false;
    assert_true(is_elsewhere(kms));
    leave(kms);
}

static void a_sign_without_a_console_goes_by_the_one_that_it_began_with(void **state)
{
    (void)state;
    struct kms *kms = open_card();
    assert_false(is_elsewhere(kms));
    console_changed = true;
    assert_true(is_elsewhere(kms));
    leave(kms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_that_goes_when_it_is_first_driven_is_lost),
        cmocka_unit_test(a_screen_that_was_changed_in_the_night_is_lost_in_the_morning),
        cmocka_unit_test(a_screen_that_sleeps_stays),
        cmocka_unit_test(a_sign_started_from_another_console_has_only_its_own_keys),
        cmocka_unit_test(a_sign_without_a_console_goes_by_the_one_that_it_began_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
