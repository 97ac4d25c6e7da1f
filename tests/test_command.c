#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <roomsign/command.h>
#include <roomsign/view.h>

#include "sample.h"

/* One room, what was said of it, and its tracker after each command. */
struct room {
    struct schedule schedule;
    struct zone zone;
    struct tracker_rules rules;
    struct tracker tracker;
    struct command commands[16];
    size_t count;
    struct ledger ledger;
};

/* opening (venue-wide) 09:00-09:30, coffee 09:30-10:00, a 10:00-11:00, b 11:05-11:30, and c the day
 * after. */
static int open_room(void **state)
{
    static struct room room;
    room = (struct room){.rules = sample_rules()};
    zone_utc(&room.zone);
    sample_add(&room.schedule, "opening", AT(9, 0), AT(9, 30))->venue_wide = true;
    sample_add(&room.schedule, "coffee", AT(9, 30), AT(10, 0))->kind = SESSION_KIND_BREAK;
    sample_add(&room.schedule, "a", AT(10, 0), AT(11, 0));
    sample_add(&room.schedule, "b", AT(11, 5), AT(11, 30));
    sample_add(&room.schedule, "c", AT(24 + 10, 0), AT(24 + 11, 0));
    tracker_init(&room.tracker, &room.schedule, NULL, &room.zone, &room.rules);
    *state = &room;
    return 0;
}

static int close_room(void **state)
{
    struct room *room = *state;
    tracker_release(&room->tracker);
    ledger_release(&room->ledger);
    schedule_release(&room->schedule);
    return 0;
}

static bool ask(const struct room *room, int64_t now_ms, const char *text,
                struct command *ret_command, struct error *err)
{
    struct command_request request;
    struct error wrong = {0};
    if (!command_request_parse(text, &request, &wrong))
        fail_msg("%s", wrong.message);
    return command_resolve(&request, &room->tracker, now_ms, ret_command, err);
}

static const struct command *say(struct room *room, int64_t now_ms, const char *text)
{
    struct error err = {0};
    struct command *command = &room->commands[room->count];
    if (!ask(room, now_ms, text, command, &err))
        fail_msg("%s: %s", text, err.message);
    ledger_release(&room->ledger);
    ledger_make(&room->ledger, room->commands, ++room->count);
    tracker_hear(&room->tracker, &room->ledger);
    return command;
}

static void refused(const struct room *room, int64_t now_ms, const char *text, const char *why)
{
    struct error err = {0};
    struct command command = {.at_ms = 1};
    assert_false(ask(room, now_ms, text, &command, &err));
    assert_string_equal(err.message, why);
    assert_int_equal(command.at_ms, 1);
}

static void refused_as(const struct room *room, int64_t now_ms, const char *text,
                       enum command_refusal why)
{
    struct error err = {0};
    struct command_request request;
    assert_true(command_request_parse(text, &request, &err));
    assert_int_equal(command_refusal(&request, &room->tracker, now_ms), why);
}

static struct tracker_state look(const struct room *room, int64_t now_ms)
{
    struct tracker_state state;
    tracker_at(&room->tracker, now_ms, &state);
    return state;
}

static void test_names_of_kinds_round_trip(void **state)
{
    (void)state;
    enum command_kind kind;
    for (int i = 0; i < COMMAND_KIND_COUNT; i++) {
        assert_true(command_kind_parse(command_kind_name((enum command_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(command_kind_parse("stop", &kind));
    assert_false(command_kind_parse("", &kind));
}

static void test_kinds_are_of_a_session_of_a_sensor_or_of_the_room(void **state)
{
    (void)state;
    static const bool of_session[COMMAND_KIND_COUNT] = {
        [COMMAND_START] = true,   [COMMAND_END] = true,    [COMMAND_HOLD] = true,
        [COMMAND_RELEASE] = true, [COMMAND_EXTEND] = true, [COMMAND_FULL] = true,
    };
    for (int i = 0; i < COMMAND_KIND_COUNT; i++) {
        enum command_kind kind = (enum command_kind)i;
        assert_int_equal(command_is_of_session(kind), of_session[i]);
        assert_int_equal(command_is_sensors(kind),
                         kind == COMMAND_OCCUPIED || kind == COMMAND_VACANT);
    }
}

static void test_requests_are_read(void **state)
{
    (void)state;
    struct command_request request;
    struct error err = {0};
    assert_true(command_request_parse("hold", &request, &err));
    assert_int_equal(request.kind, COMMAND_HOLD);
    assert_true(command_request_parse("\t end  ", &request, &err));
    assert_int_equal(request.kind, COMMAND_END);
    assert_true(command_request_parse("extend -5", &request, &err));
    assert_int_equal(request.minutes, -5);
    assert_true(command_request_parse("extend +720", &request, &err));
    assert_int_equal(request.minutes, 720);
    assert_true(command_request_parse("say  Doors\topen\n again ", &request, &err));
    assert_string_equal(request.text, "Doors open again");
    assert_int_equal(request.for_ms, 0);
    assert_true(command_request_parse("say --for 10m Back soon", &request, &err));
    assert_string_equal(request.text, "Back soon");
    assert_int_equal(request.for_ms, 10 * MINUTE_MS);
    assert_true(command_request_parse("say -- --for you", &request, &err));
    assert_string_equal(request.text, "--for you");
    assert_true(command_request_parse("say --for 24h -- 再開は十時", &request, &err));
    assert_string_equal(request.text, "再開は十時");
}

static void test_bad_requests_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "\"\" is no command"},
        {"stop", "\"stop\" is no command"},
        {"Hold", "\"Hold\" is no command"},
        {"hold on", "hold: takes nothing, not \"on\""},
        {"extend", "extend: needs a number of minutes from -720 to 720, such as 5 or -5"},
        {"extend  ", "extend: needs a number of minutes from -720 to 720, such as 5 or -5"},
        {"extend 0", "extend: \"0\" is no number of minutes from -720 to 720 other than 0"},
        {"extend 721", "extend: \"721\" is no number of minutes from -720 to 720 other than 0"},
        {"extend 5m", "extend: \"5m\" is no number of minutes from -720 to 720 other than 0"},
        {"extend 5 6", "extend: \"5 6\" is no number of minutes from -720 to 720 other than 0"},
        {"extend 99999999999999999999",
         "extend: \"99999999999999999999\" is no number of minutes from -720 to 720 other than 0"},
        {"say", "say: there is no text"},
        {"say \x01 ", "say: there is no text"},
        {"say --for 10m", "say: there is no text"},
        {"say --for", "say --for: needs a time like 90s, 10m or 2h, up to 24 hours"},
        {"say --for 0 x", "say --for: needs a time like 90s, 10m or 2h, up to 24 hours"},
        {"say --for 10 x", "say --for: needs a time like 90s, 10m or 2h, up to 24 hours"},
        {"say --for 25h x", "say --for: needs a time like 90s, 10m or 2h, up to 24 hours"},
        {"say --until noon x", "say: no such option: --until noon x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command_request request = {.minutes = 77};
        struct error err = {0};
        assert_false(command_request_parse(cases[i].text, &request, &err));
        assert_string_equal(err.message, cases[i].why);
        assert_int_equal(request.minutes, 77);
    }
}

static void test_a_message_is_taken_whole_or_not_at_all(void **state)
{
    (void)state;
    char text[4 + COMMAND_TEXT_BYTES_MAX + 2];
    struct command_request request;
    struct error err = {0};
    memset(text, 'x', sizeof text);
    memcpy(text, "say ", 4);
    text[4 + COMMAND_TEXT_BYTES_MAX] = '\0';
    assert_true(command_request_parse(text, &request, &err));
    assert_int_equal(strlen(request.text), COMMAND_TEXT_BYTES_MAX);
    text[4 + COMMAND_TEXT_BYTES_MAX] = 'x';
    text[4 + COMMAND_TEXT_BYTES_MAX + 1] = '\0';
    assert_false(command_request_parse(text, &request, &err));
    assert_string_equal(err.message, "say: the text has 281 bytes, more than 280");
}

static void test_commands_name_their_session_and_moments(void **state)
{
    struct room *room = *state;
    struct command command;
    struct error err = {0};
    assert_true(ask(room, AT(9, 55), "start", &command, &err));
    assert_int_equal(command.at_ms, AT(9, 55));
    assert_string_equal(command.uid, "a");
    assert_string_equal(command.over_uid, "coffee");
    assert_int_equal(command.until_ms, TIME_NEVER_MS);
    assert_true(ask(room, AT(10, 50), "extend 7", &command, &err));
    assert_string_equal(command.uid, "a");
    assert_string_equal(command.over_uid, "");
    assert_int_equal(command.until_ms, AT(11, 7));
    assert_true(ask(room, AT(11, 2), "extend 7", &command, &err));
    assert_int_equal(command.until_ms, AT(11, 9));
    assert_true(ask(room, AT(10, 50), "extend -10", &command, &err));
    assert_int_equal(command.kind, COMMAND_END);
    assert_true(ask(room, AT(10, 50), "say Hello", &command, &err));
    assert_string_equal(command.uid, "a");
    assert_string_equal(command.text, "Hello");
    assert_int_equal(command.until_ms, TIME_NEVER_MS);
    assert_true(ask(room, AT(10, 50), "say --for 5m Hello", &command, &err));
    assert_string_equal(command.uid, "");
    assert_int_equal(command.until_ms, AT(10, 55));
    assert_true(ask(room, AT(20, 0), "say Hello", &command, &err));
    assert_string_equal(command.uid, "");
    assert_int_equal(command.until_ms, AT(24, 0));
    assert_true(ask(room, AT(8, 55), "full", &command, &err));
    assert_string_equal(command.uid, "opening");
}

/* Presumed to go on until 11:05, but whoever stands at the door at 11:02 has come for b. */
static void test_in_a_gap_the_door_is_that_of_the_next(void **state)
{
    struct room *room = *state;
    assert_string_equal(say(room, AT(11, 2), "full")->uid, "b");
    assert_string_equal(say(room, AT(11, 2), "say Move up, please")->uid, "b");
    say(room, AT(11, 3), "occupied");
    assert_string_equal(say(room, AT(11, 3), "say Still here")->uid, "a");
}

static void test_what_makes_no_sense_is_refused_with_the_reason(void **state)
{
    struct room *room = *state;
    refused(room, AT(8, 0), "end", "nobody is in the room");
    refused(room, AT(8, 0), "hold", "nobody is in the room");
    refused(room, AT(8, 0), "release", "nothing is held");
    refused(room, AT(8, 0), "extend 5", "nobody is in the room");
    refused(room, AT(8, 0), "full", "nobody is in the room, and nothing starts soon");
    refused(room, AT(8, 0), "open", "the room isn't marked as full");
    refused(room, AT(8, 0), "clear", "there is no message");
    refused(room, AT(8, 0), "undo", "there was no command in the last 10 minutes");
    refused(room, AT(9, 10), "hold", "what is for the whole venue can't be held");
    refused(room, AT(9, 40), "hold", "a break can't be held");
    refused(room, AT(9, 10), "extend 5", "what is for the whole venue can't be extended");
    refused(room, AT(9, 40), "extend -5", "a break can't be extended");
    refused(room, AT(10, 0), "start", "\"a\" has just begun");
    refused(room, AT(11, 6), "start",
            "\"b\" is in the room already, and nothing else starts today");
    refused(room, AT(12, 0), "start", "nothing starts today any more");
    refused(room, AT(11, 3), "extend -1", "it is past its end already; end ends it");
    say(room, AT(10, 10), "hold");
    refused(room, AT(10, 11), "hold", "it is held already");
    say(room, AT(10, 12), "full");
    refused(room, AT(10, 13), "full", "the room is marked as full already");
    say(room, AT(10, 14), "extend 720");
    refused(room, AT(10, 15), "extend 1", "that is more than 12h past its planned end");
}

static void test_each_refusal_has_a_name_for_other_languages(void **state)
{
    struct room *room = *state;
    refused_as(room, AT(8, 0), "say Hello", COMMAND_REFUSAL_NONE);
    refused_as(room, AT(8, 0), "end", COMMAND_REFUSAL_NOBODY);
    refused_as(room, AT(8, 0), "release", COMMAND_REFUSAL_NOT_HELD);
    refused_as(room, AT(8, 0), "full", COMMAND_REFUSAL_NOBODY_COMES);
    refused_as(room, AT(8, 0), "open", COMMAND_REFUSAL_NOT_FULL);
    refused_as(room, AT(8, 0), "clear", COMMAND_REFUSAL_NO_MESSAGE);
    refused_as(room, AT(8, 0), "undo", COMMAND_REFUSAL_NOTHING_SAID);
    refused_as(room, AT(9, 10), "hold", COMMAND_REFUSAL_VENUE_WIDE);
    refused_as(room, AT(9, 40), "extend -5", COMMAND_REFUSAL_BREAK);
    refused_as(room, AT(10, 0), "start", COMMAND_REFUSAL_JUST_BEGUN);
    refused_as(room, AT(12, 0), "start", COMMAND_REFUSAL_NOTHING_STARTS);
    refused_as(room, AT(11, 3), "extend -1", COMMAND_REFUSAL_PAST_END);
    refused_as(room, AT(10, 9), "hold", COMMAND_REFUSAL_NONE);
    say(room, AT(10, 10), "hold");
    refused_as(room, AT(10, 11), "hold", COMMAND_REFUSAL_HELD);
    refused_as(room, AT(23, 0), "extend 1", COMMAND_REFUSAL_NOBODY);
    say(room, AT(10, 12), "full");
    refused_as(room, AT(10, 13), "full", COMMAND_REFUSAL_FULL);
    say(room, AT(10, 14), "extend 720");
    refused_as(room, AT(10, 15), "extend 1", COMMAND_REFUSAL_TOO_LONG);
    room->tracker.rules.max_session_ms = 2 * HOUR_MS;
    refused_as(room, AT(6, 59), "start", COMMAND_REFUSAL_FAR_AHEAD);
}

static void test_a_session_too_far_ahead_is_not_started(void **state)
{
    struct room *room = *state;
    room->tracker.rules.max_session_ms = 2 * HOUR_MS;
    refused(room, AT(6, 59), "start", "\"opening\" is too far ahead");
    assert_string_equal(say(room, AT(7, 0), "start")->uid, "opening");
}

static void test_a_long_title_is_cut_between_characters(void **state)
{
    struct room *room = *state;
    struct error err = {0};
    struct command command;
    session_set(&room->schedule.sessions[2].title,
                "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé");
    assert_false(ask(room, AT(10, 0), "start", &command, &err));
    assert_string_equal(err.message, "\"ééééééééééééééééééééééééééééé…\" has just begun");
    session_set(&room->schedule.sessions[3].title, room->schedule.sessions[2].title);
    assert_false(ask(room, AT(11, 6), "start", &command, &err));
    assert_non_null(strstr(err.message, "…\" is in the room already, and nothing else"));
    assert_in_range(strlen(err.message), 1, VIEW_NAME_BYTES - 1);
}

static void test_release_past_the_end_is_an_end(void **state)
{
    struct room *room = *state;
    say(room, AT(10, 10), "hold");
    assert_int_equal(say(room, AT(10, 20), "release")->until_ms, TIME_NEVER_MS);
    assert_false(look(room, AT(10, 30)).held);
    say(room, AT(10, 40), "hold");
    assert_int_equal(say(room, AT(11, 4), "release")->until_ms, AT(11, 4));
    assert_int_equal(look(room, AT(11, 4)).phase, PHASE_SOON);
}

static void test_the_last_hold_said_wins(void **state)
{
    (void)state;
    struct command commands[2] = {{.at_ms = 1, .kind = COMMAND_HOLD, .uid = "a"},
                                  {.at_ms = 2, .kind = COMMAND_HOLD, .uid = "b"}};
    struct ledger ledger;
    ledger_make(&ledger, commands, 2);
    assert_int_equal(ledger_find(&ledger, "a")->held_ms, TIME_NEVER_MS);
    assert_int_equal(ledger_find(&ledger, "b")->held_ms, 2);
    assert_null(ledger_find(&ledger, "c"));
    ledger_release(&ledger);
    /* Even where what is held isn't what is in the room. */
    commands[1].kind = COMMAND_START;
    ledger_make(&ledger, commands, 2);
    assert_int_equal(ledger_find(&ledger, "a")->held_ms, TIME_NEVER_MS);
    ledger_release(&ledger);
}

static void test_start_ends_what_was_there_and_every_hold(void **state)
{
    struct room *room = *state;
    say(room, AT(10, 10), "hold");
    say(room, AT(10, 20), "extend 30");
    say(room, AT(10, 50), "start");
    const struct session_word *a = ledger_find(&room->ledger, "a");
    assert_int_equal(a->ended_ms, AT(10, 50));
    assert_int_equal(a->held_ms, TIME_NEVER_MS);
    assert_int_equal(ledger_find(&room->ledger, "b")->started_ms, AT(10, 50));
    assert_string_equal(look(room, AT(10, 50)).current->uid, "b");
}

static void test_undo_goes_back_one_by_one_and_leaves_sensors_alone(void **state)
{
    struct room *room = *state;
    say(room, AT(10, 20), "hold");
    say(room, AT(10, 21), "extend 5");
    say(room, AT(10, 21), "vacant");
    assert_int_equal(room->ledger.last->kind, COMMAND_EXTEND);
    assert_int_equal(say(room, AT(10, 23), "undo")->until_ms, AT(10, 21));
    assert_int_equal(look(room, AT(10, 23)).finish_ms, AT(11, 0));
    assert_true(look(room, AT(10, 23)).held);
    say(room, AT(10, 24), "undo");
    assert_false(look(room, AT(10, 24)).held);
    assert_null(room->ledger.last);
    refused(room, AT(10, 24), "undo", "there was no command in the last 10 minutes");
    assert_int_equal(room->ledger.occupancy, OCCUPANCY_VACANT);
}

static void test_undo_reaches_back_ten_minutes(void **state)
{
    struct room *room = *state;
    say(room, AT(10, 20), "hold");
    refused(room, AT(10, 30) + 1, "undo", "there was no command in the last 10 minutes");
    say(room, AT(10, 30), "undo");
    assert_false(look(room, AT(10, 30)).held);
}

/* The log drops what lapsed: an undo that stays behind must not turn to something else. */
static void test_an_undo_whose_command_is_gone_takes_nothing_back(void **state)
{
    (void)state;
    struct command commands[2] = {
        {.at_ms = 1, .kind = COMMAND_HOLD, .uid = "a", .until_ms = TIME_NEVER_MS},
        {.at_ms = 3, .kind = COMMAND_UNDO, .until_ms = 2}};
    struct ledger ledger;
    ledger_make(&ledger, commands, 2);
    assert_int_equal(ledger_find(&ledger, "a")->held_ms, 1);
    assert_ptr_equal(ledger.last, &commands[0]);
    ledger_release(&ledger);
}

static void test_sensors_say_when_the_room_was_last_vacant(void **state)
{
    struct room *room = *state;
    struct command command;
    struct error err = {0};
    assert_int_equal(room->tracker.ledger->occupancy, OCCUPANCY_UNKNOWN);
    say(room, AT(10, 0), "occupied");
    assert_int_equal(room->ledger.vacant_until_ms, 0);
    assert_true(ask(room, AT(10, 1), "occupied", &command, &err));
    assert_true(command_is_repeat(&command, &room->ledger));
    assert_true(ask(room, AT(11, 0), "occupied", &command, &err));
    assert_false(command_is_repeat(&command, &room->ledger));
    assert_true(ask(room, AT(10, 1), "vacant", &command, &err));
    assert_false(command_is_repeat(&command, &room->ledger));
    say(room, AT(10, 5), "vacant");
    assert_int_equal(room->ledger.vacant_until_ms, TIME_NEVER_MS);
    assert_true(ask(room, AT(10, 6), "vacant", &command, &err));
    assert_true(command_is_repeat(&command, &room->ledger));
    say(room, AT(10, 7), "occupied");
    assert_int_equal(room->ledger.vacant_until_ms, AT(10, 7));
    assert_int_equal(room->ledger.occupancy, OCCUPANCY_OCCUPIED);
}

/* What was said of a session that the publisher takes away goes with it. */
static void test_message_and_full_lapse_with_a_vanished_session(void **state)
{
    struct room *room = *state;
    say(room, AT(10, 20), "say Hello");
    say(room, AT(10, 20), "full");
    assert_non_null(look(room, AT(10, 30)).message);
    assert_non_null(look(room, AT(10, 30)).full);
    session_set(&room->schedule.sessions[2].uid, "other");
    tracker_hear(&room->tracker, &room->ledger);
    assert_null(look(room, AT(10, 30)).message);
    assert_null(look(room, AT(10, 30)).full);
    session_set(&room->schedule.sessions[2].uid, "a");
    room->schedule.sessions[2].start_ms += DAY_MS;
    room->schedule.sessions[2].end_ms += DAY_MS;
    tracker_hear(&room->tracker, &room->ledger);
    assert_null(look(room, AT(10, 30)).message);
    assert_null(look(room, AT(10, 30)).full);
}

#define ROOM_TEST(test) cmocka_unit_test_setup_teardown(test, open_room, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_kinds_round_trip),
        cmocka_unit_test(test_kinds_are_of_a_session_of_a_sensor_or_of_the_room),
        cmocka_unit_test(test_requests_are_read),
        cmocka_unit_test(test_bad_requests_are_refused_by_name),
        cmocka_unit_test(test_a_message_is_taken_whole_or_not_at_all),
        ROOM_TEST(test_commands_name_their_session_and_moments),
        ROOM_TEST(test_in_a_gap_the_door_is_that_of_the_next),
        ROOM_TEST(test_what_makes_no_sense_is_refused_with_the_reason),
        ROOM_TEST(test_each_refusal_has_a_name_for_other_languages),
        ROOM_TEST(test_a_session_too_far_ahead_is_not_started),
        ROOM_TEST(test_a_long_title_is_cut_between_characters),
        ROOM_TEST(test_release_past_the_end_is_an_end),
        cmocka_unit_test(test_the_last_hold_said_wins),
        ROOM_TEST(test_start_ends_what_was_there_and_every_hold),
        ROOM_TEST(test_undo_goes_back_one_by_one_and_leaves_sensors_alone),
        ROOM_TEST(test_undo_reaches_back_ten_minutes),
        cmocka_unit_test(test_an_undo_whose_command_is_gone_takes_nothing_back),
        ROOM_TEST(test_sensors_say_when_the_room_was_last_vacant),
        ROOM_TEST(test_message_and_full_lapse_with_a_vanished_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
