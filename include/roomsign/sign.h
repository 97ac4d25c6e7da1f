/**
 * The sign, running: one machine that is turned once per wake-up.
 *
 * A turn reads the time once, asks the tracker and the view what is to be said, draws what differs
 * from what is on the screen, and sets the one clock timer to the next moment at which anything
 * visible changes. Whatever else happens (a poll ended, a signal, a command, the screen was
 * resized) only changes the state here; the turn that follows shows it.
 *
 * Split by what it deals with: sign.c turns, sign_feed.c takes schedules, sign_screen.c shows,
 * sign_keys.c takes key presses, sign_operator.c does what the operator says, sign_control.c
 * answers, sign_clock.c knows whose time it is.
 */
#ifndef ROOMSIGN_SIGN_H
#define ROOMSIGN_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/canvas.h>
#include <roomsign/clock.h>
#include <roomsign/command_log.h>
#include <roomsign/control.h>
#include <roomsign/display.h>
#include <roomsign/fade.h>
#include <roomsign/keys.h>
#include <roomsign/layout.h>
#include <roomsign/look.h>
#include <roomsign/loop.h>
#include <roomsign/notify.h>
#include <roomsign/poller.h>
#include <roomsign/report.h>
#include <roomsign/room.h>
#include <roomsign/sign_options.h>
#include <roomsign/store.h>
#include <roomsign/time_trust.h>
#include <roomsign/trust.h>

/** While there is no display, one is looked for this often. */
#define SIGN_DISPLAY_RETRY_MS 1000

struct sign {
    const struct sign_options *options;
    struct room room;
    struct clock clock;
    struct loop loop;
    struct notify notify;
    int signal_fd, clock_fd, watchdog_fd;
    /** It is time to feed the watchdog, if all is well. */
    bool watchdog_due;
    /** The display said last that the picture is gone. */
    bool picture_lost;

    /* sign_clock.c */
    struct time_trust time_trust;
    struct time_verdict time_verdict;
    /** While nobody knows the time, when to look again. */
    int look_fd;
    int64_t look_wait_ms;

    /* sign_feed.c */
    char *feed_program;
    struct poller poller;
    struct store store;
    struct trust trust;
    /** Start of the window that was asked for last; TIME_NEVER_MS: nothing was. */
    int64_t window_from_ms;
    /** The document was confirmed since it was stored. */
    bool fetched_since_save;
    bool save_failed;
    /** When the last poll began, as it was told. */
    int64_t polled_ms;
    /** The same, and when the schedule was fetched, if nobody knew the time then, else
     *  TIME_NEVER_MS. By the boot clock. */
    int64_t polled_boot_ms, fetched_boot_ms;
    /** Why the last poll failed, or "". */
    char feed_error[REPORT_LINE_BYTES_MAX];

    /* sign_screen.c */
    struct look look;
    struct canvas *canvas;
    struct display *display;
    struct loop_watch *display_watch;
    int retry_fd;
    bool display_missing_told;
    struct view view;
    struct layout layout;
    /** The canvas holds the view and, where there is a display, the screen holds the canvas. */
    bool drawn, presented;
    /** The screen lost the picture. */
    bool exposed;
    /** The panel is switched off for the night, or can't be, which is tried once a night. */
    bool powered_off, power_tried;
    /** On the way from one stage to the next; frame_fd is then due with each step. */
    struct fade fade;
    int frame_fd;
    bool frame_due;

    /* sign_operator.c */
    struct command_log command_log;
    bool command_log_failed;

    /* sign_control.c */
    struct control control;
    /** The room has another name now, and so has its socket. */
    bool control_moved;

    /* sign_keys.c */
    struct key_bindings keys;
    /** What the view says of the last press. */
    char hint[VIEW_NAME_BYTES];

    bool ready_told;
    /** What the program ends with when it can't go on. */
    enum exit_status failure;
};

/** Run until a signal or the display ends it. Errors are logged. */
enum exit_status sign_run(const struct sign_options *options);

/** Read the config anew, keep the old one where it has errors. Errors: the first of them. */
bool sign_reload(struct sign *sign, struct error *err);

/** Start the clock. Errors: --at is none. */
bool sign_clock_open(struct sign *sign, struct error *err);
/** What time it is by whoever is believed, asked anew. Where that is nobody (health.clock says so)
 *  it is the system's clock. */
int64_t sign_now_ms(struct sign *sign);
/** Hear what time the feeds' servers had in the poll that has just ended. */
void sign_clock_take_dates(struct sign *sign, const struct document *document);
/** Put right what the poll that has just ended was dated, by what is known of the time now. */
void sign_clock_correct(const struct sign *sign, struct document *document);

/** Prepare the store and show what is in it, read --schedule, start to poll. */
bool sign_feed_open(struct sign *sign, struct error *err);
void sign_feed_close(struct sign *sign);
/** The config was read anew. */
void sign_feed_reload(struct sign *sign, bool other_room);
void sign_feed_poll_now(struct sign *sign);
/** The time is known now, or known better: put right what was reckoned before. */
void sign_feed_learn_time(struct sign *sign, int64_t now_ms);
/** Poll when the local day, and with it the window, is another than at the last poll. */
void sign_feed_follow_day(struct sign *sign, int64_t now_ms);

/** Errors: no fonts, no timers. A missing display is none. */
bool sign_screen_open(struct sign *sign, struct error *err);
void sign_screen_close(struct sign *sign);
/** The config was read anew, and asks for another display or way to it than before (other_display).
 *  Errors: no fonts; what was there stays. */
bool sign_screen_reload(struct sign *sign, bool other_display, struct error *err);
/** Draw and present what the view of now_ms changes. */
void sign_screen_show(struct sign *sign, int64_t now_ms);
/** Ask the display whether the picture is still there, and wait for the answer; where it isn't,
 *  sign_screen_show shows it anew. A display that is missing shows all there is to be shown. */
bool sign_screen_confirm(struct sign *sign);
/** Bring the canvas up to now_ms even where there is no display. */
void sign_screen_draw(struct sign *sign, int64_t now_ms);

/** What came of a command. */
struct sign_deed {
    struct command command;
    /** A sensor says what it said last: nothing has changed. */
    bool is_repeat;
    /** Why the command lasts only until the sign ends, or "". */
    char unkept[ERROR_MESSAGE_BYTES_MAX];
};

/** Take up what was said before the sign was started last, or that nothing can be kept. */
void sign_operator_open(struct sign *sign);
void sign_operator_close(struct sign *sign);
/** The config was read anew. */
void sign_operator_reload(struct sign *sign, bool other_room);
/**
 * Do what is asked for, by whomever: keep it in the command log and go by it from now on; the turn
 * that follows shows it. Errors: it makes no sense now; err says why in one sentence.
 */
bool sign_operate(struct sign *sign, const struct command_request *request, int64_t now_ms,
                  struct sign_deed *ret_deed, struct error *err);
/** What could not be kept is kept as soon as it can be: a poll is a good time to try. */
void sign_operator_catch_up(struct sign *sign);
/** Why sign_operate refuses it. */
enum command_refusal sign_refusal(const struct sign *sign, const struct command_request *request,
                                  int64_t now_ms);

/** The config was read: what the keys mean by it. */
void sign_keys_reload(struct sign *sign);
/** A DISPLAY_EVENT_KEY: do what the key asks for, where the config allows keys to. What is drawn of
 *  now_ms shows what came of it. */
void sign_keys_press(struct sign *sign, const struct display_event *event, int64_t now_ms);
/** Once a turn. A clock that was set back leaves nothing standing or lit until the old time. */
void sign_keys_follow_clock(struct sign *sign, int64_t now_ms);
/** It is on the screen: now the disk may take its time. */
void sign_keys_settle(struct sign *sign);

/** Listen for roomsignctl; that it can't be done costs a warning. */
void sign_control_open(struct sign *sign);

/** "14:02", or "2026-01-31 14:02" where that is another day than now_ms, in the room's zone. */
#define SIGN_WHEN_BYTES 64
char *sign_format_when(const struct sign *sign, int64_t at_ms, int64_t now_ms,
                       char text[static SIGN_WHEN_BYTES]);

#endif
