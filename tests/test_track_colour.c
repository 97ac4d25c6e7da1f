/* The colours that feeds give their tracks, from each format to the picture. */
#include "layout_case.h"

#include <stdlib.h>

#include <roomsign/document.h>

#include "frab_case.h"
#include "scratch.h"

#define NONE (-1)

/* The colour of each session in order of title, which is one letter. */
static void expect_colours(const char *text, const int32_t *colours, size_t count)
{
    static const size_t chunks[] = {0, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        struct frab_case asked = {.text = text, .chunk = chunks[i]};
        frab_case_run(&asked);
        assert_string_equal(asked.err.message, "");
        assert_string_equal(asked.warnings.data, "");
        assert_int_equal(asked.sessions.count, count);
        for (size_t j = 0; j < count; j++) {
            const struct session *session = &asked.sessions.sessions[j];
            int32_t colour = session->has_track_colour ? (int32_t)session->track_colour : NONE;
            size_t at = (size_t)(session->title[0] - 'A');
            assert_true(at < count);
            if (colour != colours[at]) {
                fail_msg("%s has %06x", session->title, (unsigned)colour);
            }
        }
        frab_case_release(&asked);
    }
}

#define XML_EVENT(id, track)                                                                       \
    "<event guid='" id "'><date>2026-01-31T10:00:00+01:00</date><duration>00:30</duration>"        \
    "<title>" id "</title><track>" track "</track></event>"

static void test_schedule_xml_names_them_with_the_conference(void **state)
{
    (void)state;
    static const int32_t colours[] = {0xff8800, 0x102030, NONE, NONE};
    expect_colours("<schedule><conference><acronym>c</acronym><track name='Systems' "
                   "color='#ff8800' slug='s'/><track name='R&amp;D' color='#102030'>x</track>"
                   "<track name='Odd' color='orange juice'/><track color='#123456'/>"
                   "<time_zone_name>Europe/Brussels</time_zone_name></conference>"
                   "<day date='2026-01-31'><room name='Hall'>" XML_EVENT("A", "Systems")
                       XML_EVENT("B", "R&amp;D") XML_EVENT("C", "Odd")
                           XML_EVENT("D", "") "</room></day></schedule>",
                   colours, 4);
}

#define JSON_EVENT(id, track)                                                                      \
    "{\"guid\": \"" id "\", \"title\": \"" id                                                      \
    "\", \"date\": \"2026-01-31T10:00:00+01:00\", \"duration\": \"00:30\", \"track\": " track "}"
#define JSON_TRACKS                                                                                \
    "\"tracks\": [{\"name\": \"Systems\", \"slug\": \"s\", \"rooms\": {\"x\": [{}]}, \"color\": "  \
    "\"#FF8800\"}, {\"name\": \"Odd\", \"color\": null}, 3, \"x\", {\"name\": {}, "                \
    "\"date\": \"2026-02-01\"}]"
/* clang-format off */
#define JSON_EVENTS                                                                                \
    JSON_EVENT("A", "\"Systems\"")                                                                 \
    ", " JSON_EVENT("B", "{\"name\": \"Web\", \"color\": \"#00f\"}")                               \
    ", " JSON_EVENT("C", "\"Odd\"") ", " JSON_EVENT("D", "null")
#define JSON_DAYS                                                                                  \
    "\"days\": [{\"date\": \"2026-01-31\", \"rooms\": {\"Hall\": [" JSON_EVENTS "]}}]"
/* clang-format on */

/* Whether the conference names them before its days or behind them. */
static void test_schedule_json_names_them_anywhere(void **state)
{
    (void)state;
    static const int32_t colours[] = {0xff8800, 0x0000ff, NONE, NONE};
    expect_colours("{\"schedule\": {\"conference\": {" JSON_TRACKS ", " JSON_DAYS "}}}", colours,
                   4);
    expect_colours("{\"schedule\": {\"conference\": {" JSON_DAYS ", " JSON_TRACKS "}}}", colours,
                   4);
}

#define ICAL_EVENT(id, color)                                                                      \
    "BEGIN:VEVENT\r\nUID:" id "\r\nDTSTART:20260131T090000Z\r\nDTEND:20260131T093000Z\r\n"         \
    "SUMMARY:" id "\r\nCATEGORIES:Systems\r\n" color "END:VEVENT\r\n"

static void test_ical_gives_each_event_its_own(void **state)
{
    (void)state;
    static const int32_t colours[] = {0xff4500, 0x40e0d0, NONE, NONE};
    expect_colours("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nCOLOR:red\r\n" ICAL_EVENT(
                       "A", "COLOR:orangered\r\n") ICAL_EVENT("B", "COLOR;X-A=1:Turquoise\r\n")
                       ICAL_EVENT("C", "COLOR:not a colour\r\n")
                           ICAL_EVENT("D", "") "END:VCALENDAR\r\n",
                   colours, 4);
}

static void test_the_document_carries_them(void **state)
{
    (void)state;
    struct document document, again;
    struct buffer json;
    struct error err = {0};
    sample_document(&document, "Hall", "ab");
    document.schedule.sessions[0].has_track_colour = true;
    document.schedule.sessions[0].track_colour = 0x0a0b0c;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    assert_true(document_write(&document, &json, &err));
    assert_non_null(strstr(json.data, "\"track_colour\": \"#0a0b0c\""));
    assert_true(document_read(json.data, json.length, &again, &err));
    assert_true(session_equal(&again.schedule.sessions[0], &document.schedule.sessions[0]));
    assert_true(session_equal(&again.schedule.sessions[1], &document.schedule.sessions[1]));
    again.schedule.sessions[0].track_colour++;
    assert_false(session_equal(&again.schedule.sessions[0], &document.schedule.sessions[0]));
    document_release(&again);
    memcpy(strstr(json.data, "#0a0b0c"), "#0a0b0g", 7);
    assert_false(document_read(json.data, json.length, &again, &err));
    assert_string_equal(err.message, "sessions[0].track_colour: not a colour like #5cc8ff");
    document_release(&document);
    buffer_release(&json);
}

/* Whatever it is, it can be read on what it stands on. */
static void test_the_picture_shows_them(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    static const uint32_t given[] = {0x000000, 0x0c0f14, 0xffffff, 0x808080, 0xff0000, 0x8be28b};
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        for (int phase = 0; phase < PHASE_COUNT; phase++) {
            for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
                full_view(&view, (enum phase)phase, false, false);
                view.has_track_colour = true;
                view.track_colour = given[i];
                layout_make(&view, 1920, 1080, theme_builtin((enum theme_base)base), &fake_measure,
                            &layout);
                check_layout(&layout, "a given colour");
                const struct layout_box *track = find_box(&layout, "track");
                assert_int_equal(track->colour, find_box(&layout, "track.stripe")->colour);
                if (layout_contrast(given[i], track->ground) >= PALETTE_CONTRAST_MIN) {
                    assert_int_equal(track->colour, given[i]);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule_xml_names_them_with_the_conference),
        cmocka_unit_test(test_schedule_json_names_them_anywhere),
        cmocka_unit_test(test_ical_gives_each_event_its_own),
        cmocka_unit_test(test_the_document_carries_them),
        cmocka_unit_test(test_the_picture_shows_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
