/* What becomes of a card's screen that changes when nobody looks: a card and a kernel that are made
 * up, in place of card.h and uevent.h. tests/test_kms.c has real ones. */
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

/* What the card answers, and whether it is unplugged as soon as it is driven. */
static enum card_state state_now;
static bool blinks;
/* Where the kernel speaks; -1: nobody listens. */
static int mouth_fd = -1;

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_that_goes_when_it_is_first_driven_is_lost),
        cmocka_unit_test(a_screen_that_was_changed_in_the_night_is_lost_in_the_morning),
        cmocka_unit_test(a_screen_that_sleeps_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
