/* The rooms of a feed and their numbers of events: from bare places, and from every format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/decoder.h>
#include <roomsign/room_filter.h>
#include <roomsign/room_tally.h>

#define TEXT_BYTES_MAX 100000

struct place {
    const char *location;
    size_t count;
};

static void expect_lines(const struct room_tally *tally, const char *expected)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    assert_true(room_tally_write_tsv(tally, &text));
    assert_string_equal(text.data ? text.data : "", expected);
    buffer_release(&text);
}

static struct room_tally *tally_of(const struct place *places, size_t count)
{
    struct room_tally *tally = room_tally_new();
    for (size_t i = 0; i < count; i++)
        room_tally_add(tally, places[i].location, places[i].count);
    return tally;
}

/* What a listed number promises: a filter of that name takes so many. */
static void expect_filters_to_agree(const struct room_tally *tally, const struct place *places,
                                    size_t place_count)
{
    size_t count;
    struct room_tally_line *lines = room_tally_list(tally, &count);
    for (size_t i = 0; i < count; i++) {
        const struct room_filter_options options = {.name = lines[i].room};
        struct room_filter *filter = room_filter_new(&options);
        size_t taken = 0;
        for (size_t j = 0; j < place_count; j++) {
            char room[SESSION_NAME_BYTES_MAX];
            if (room_filter_match(filter, places[j].location, room) == ROOM_MATCH_ROOM)
                taken += places[j].count;
        }
        if (taken != lines[i].event_count)
            fail_msg("%s: listed %zu, taken %zu", lines[i].room, lines[i].event_count, taken);
        room_filter_free(filter);
    }
    free(lines);
}

static const struct {
    struct place places[6];
    const char *expected;
} cases[] = {
    /* natural order, whatever the case */
    {{{"Room 10", 1}, {"room 9", 2}, {"Room 2", 3}, {"Aula", 4}},
     "4\tAula\n3\tRoom 2\n2\troom 9\n1\tRoom 10\n"},
    /* one room in several spellings, listed in that of the most */
    {{{"HALL 1", 2}, {"Hall\t 1", 5}, {"hall 1", 1}}, "8\tHall 1\n"},
    {{{"HALL 1", 4}, {"Hall 1 - A\nT", 3}, {"Hall 1 - B\nT", 2}}, "9\tHall 1\n"},
    {{{"Caf\u00E9", 1}, {"CAFE\u0301", 1}}, "2\tCAFE\u0301\n"},
    /* the publishers' forms */
    {{{"Audi 1 - Centre\nTown\nIN", 3}, {"Hall (Centre)", 2}, {"Dining - for talks - C\nT", 1}},
     "3\tAudi 1\n1\tDining - for talks\n2\tHall (Centre)\n"},
    {{{"Bar, Deck 2, Aft", 2}, {"Pool, Deck 9, Aft", 1}},
     "2\tBar, Deck 2, Aft\n1\tPool, Deck 9, Aft\n"},
    /* a list of rooms counts for each of them, where each stands alone too */
    {{{"Red, Blue", 2}, {"Blue", 3}, {"Red", 4}}, "5\tBlue\n6\tRed\n"},
    {{{"Red; Blue (2nd floor)", 2}, {"Blue", 3}, {"RED", 4}}, "5\tBlue\n6\tRED\n"},
    {{{"Red, Blue", 2}, {"Blue", 3}}, "5\tBlue\n2\tRed, Blue\n"},
    {{{"Red, Blue - Centre\nTown", 2}, {"Blue", 3}, {"Red", 4}}, "3\tBlue\n6\tRed\n2\tRed, Blue\n"},
    {{{"Red, Red", 2}, {"Red", 3}}, "5\tRed\n"},
    /* a name that is another's beginning in brackets or dashes */
    {{{"UB2", 1}, {"UB2 (Lameere)", 2}, {"UB2 - North", 4}},
     "7\tUB2\n4\tUB2 - North\n2\tUB2 (Lameere)\n"},
    {{{"House of Tea", 1}, {"House of Tea 2", 2}}, "1\tHouse of Tea\n2\tHouse of Tea 2\n"},
    {{{NULL, 0}}, ""},
};

static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t count = 0;
        while (count < 6 && cases[i].places[count].location != NULL)
            count++;
        struct room_tally *tally = tally_of(cases[i].places, count);
        expect_lines(tally, cases[i].expected);
        expect_filters_to_agree(tally, cases[i].places, count);
        assert_int_equal(room_tally_roomless_count(tally), 0);
        room_tally_free(tally);
    }
}

static void test_what_names_no_room(void **state)
{
    (void)state;
    static const struct place places[] = {{"", 1}, {" \n ", 2}, {",", 4}, {"\u200B", 8}};
    struct room_tally *tally = tally_of(places, 4);
    room_tally_add(tally, "\x1f,\x1e ", 16);
    expect_lines(tally, "");
    assert_int_equal(room_tally_roomless_count(tally), 31);
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    assert_true(room_tally_write_json(tally, &text));
    assert_string_equal(text.data, "[]\n");
    buffer_release(&text);
    room_tally_free(tally);
    room_tally_free(NULL);
}

static void test_json(void **state)
{
    (void)state;
    static const struct place places[] = {{"\"S\" \\ \u00E9", 2}, {"A", 1}};
    struct room_tally *tally = tally_of(places, 2);
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    assert_true(room_tally_write_json(tally, &text));
    assert_string_equal(text.data, "[\n {\n  \"room\": \"\\\"S\\\" \\\\ \u00E9\",\n"
                                   "  \"sessions\": 2\n },\n"
                                   " {\n  \"room\": \"A\",\n  \"sessions\": 1\n }\n]\n");
    buffer_release(&text);
    buffer_init(&text, 20);
    assert_false(room_tally_write_json(tally, &text));
    buffer_release(&text);
    room_tally_free(tally);
}

static void test_an_event_at_several_places(void **state)
{
    (void)state;
    static const struct place places[] = {
        {"Teams\x1fHall 1", 1},
        {"Hall 1\x1fHALL 1\x1fHall 2", 2},
        {"\x1fHall 2", 4},
        {"Hall 1\x1e"
         "Beamer",
         8},
        {"\x1e"
         "Attic",
         16},
        {"Hall 3\x1e"
         "Attic",
         32},
        {"Hall 1, Hall 2\x1fHall 3", 64},
    };
    struct room_tally *tally = tally_of(places, sizeof places / sizeof places[0]);
    expect_lines(tally, "48\tAttic\n75\tHall 1\n70\tHall 2\n96\tHall 3\n1\tTeams\n");
    room_tally_free(tally);
}

static void test_its_maximum(void **state)
{
    (void)state;
    struct room_tally *tally = room_tally_new();
    for (int i = 0; i < ROOM_TALLY_PLACES_MAX + 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "Room %d", i);
        room_tally_add(tally, name, 2);
    }
    room_tally_add_excess(tally, 1);
    room_tally_add(tally, "One\x1fmore", 1);
    room_tally_add(tally, "", 1);
    assert_int_equal(room_tally_roomless_count(tally), 1);
    size_t count;
    struct room_tally_line *lines = room_tally_list(tally, &count);
    assert_int_equal(count, ROOM_TALLY_PLACES_MAX);
    assert_int_equal(room_tally_excess_count(tally), 8);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "Room %zu", i);
        assert_string_equal(lines[i].room, name);
        assert_int_equal(lines[i].event_count, 2);
    }
    free(lines);
    room_tally_free(tally);
}

/* The same programme in every format: two sessions in Hall 1, one in each of Hall 2, Foyer and
 * Library (East), and one without a room. */
static const char *const programmes[][2] = {
    {"icalendar",
     "BEGIN:VCALENDAR\nVERSION:2.0\n"
     "BEGIN:VEVENT\nUID:1\nDTSTART:20260131T090000Z\nSUMMARY:A\nLOCATION:Hall 1\nEND:VEVENT\n"
     "BEGIN:VEVENT\nUID:2\nDTSTART:20260131T100000Z\nSUMMARY:B\nLOCATION:Hall 1\nEND:VEVENT\n"
     "BEGIN:VEVENT\nUID:3\nDTSTART:20260131T090000Z\nSUMMARY:C\nLOCATION:Hall 2\nEND:VEVENT\n"
     "BEGIN:VEVENT\nUID:4\nDTSTART:20260131T100000Z\nSUMMARY:D\nLOCATION:Foyer\nEND:VEVENT\n"
     "BEGIN:VEVENT\nUID:5\nDTSTART:20260131T100000Z\nSUMMARY:E\nLOCATION:Library (East)\n"
     "END:VEVENT\n"
     "BEGIN:VEVENT\nUID:6\nDTSTART:20260131T110000Z\nSUMMARY:F\nEND:VEVENT\nEND:VCALENDAR\n"},
    {"frab-xml", "<?xml version=\"1.0\"?><schedule><day date=\"2026-01-31\">"
                 "<room name=\"Hall 1\">"
                 "<event id=\"1\"><date>2026-01-31T09:00:00Z</date><duration>00:30</duration>"
                 "<title>A</title></event>"
                 "<event id=\"2\"><date>2026-01-31T10:00:00Z</date><duration>00:30</duration>"
                 "<title>B</title></event></room>"
                 "<room name=\"Hall 2\">"
                 "<event id=\"3\"><date>2026-01-31T09:00:00Z</date><duration>00:30</duration>"
                 "<title>C</title></event></room>"
                 "<room name=\"Foyer\">"
                 "<event id=\"4\"><date>2026-01-31T10:00:00Z</date><duration>00:30</duration>"
                 "<title>D</title></event></room>"
                 "<room name=\"Library (East)\">"
                 "<event id=\"5\"><date>2026-01-31T10:00:00Z</date><duration>00:30</duration>"
                 "<title>E</title></event></room>"
                 "<room>"
                 "<event id=\"6\"><date>2026-01-31T11:00:00Z</date><duration>00:30</duration>"
                 "<title>F</title></event></room></day></schedule>"},
    {"frab-json",
     "{\"schedule\": {\"conference\": {\"days\": [{\"date\": \"2026-01-31\", \"rooms\": {"
     "\"Hall 1\": ["
     "{\"id\": 1, \"date\": \"2026-01-31T09:00:00Z\", \"duration\": \"00:30\", \"title\": \"A\"},"
     "{\"id\": 2, \"date\": \"2026-01-31T10:00:00Z\", \"duration\": \"00:30\", \"title\": \"B\"}],"
     "\"Hall 2\": ["
     "{\"id\": 3, \"date\": \"2026-01-31T09:00:00Z\", \"duration\": \"00:30\", \"title\": \"C\"}],"
     "\"Foyer\": ["
     "{\"id\": 4, \"date\": \"2026-01-31T10:00:00Z\", \"duration\": \"00:30\", \"title\": \"D\"}],"
     "\"Library (East)\": ["
     "{\"id\": 5, \"date\": \"2026-01-31T10:00:00Z\", \"duration\": \"00:30\", \"title\": \"E\"}],"
     "\"\": ["
     "{\"id\": 6, \"date\": \"2026-01-31T11:00:00Z\", \"duration\": \"00:30\", \"title\": \"F\"}"
     "]}}]}}}"},
    {"xcal",
     "<?xml version=\"1.0\"?><icalendar xmlns=\"urn:ietf:params:xml:ns:icalendar-2.0\"><vcalendar>"
     "<components>"
     "<vevent><properties><uid><text>1</text></uid><dtstart><date-time>2026-01-31T09:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>A</text></summary><location><text>Hall "
     "1</text></location></properties></vevent>"
     "<vevent><properties><uid><text>2</text></uid><dtstart><date-time>2026-01-31T10:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>B</text></summary><location><text>Hall "
     "1</text></location></properties></vevent>"
     "<vevent><properties><uid><text>3</text></uid><dtstart><date-time>2026-01-31T09:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>C</text></summary><location><text>Hall "
     "2</text></location></properties></vevent>"
     "<vevent><properties><uid><text>4</text></uid><dtstart><date-time>2026-01-31T10:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>D</text></summary><location><text>Foyer</text></location></properties></"
     "vevent>"
     "<vevent><properties><uid><text>5</text></uid><dtstart><date-time>2026-01-31T10:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>E</text></summary><location><text>Library "
     "(East)</text></location></properties></vevent>"
     "<vevent><properties><uid><text>6</text></uid><dtstart><date-time>2026-01-31T11:00:00Z</"
     "date-time></dtstart>"
     "<summary><text>F</text></summary></properties></vevent>"
     "</components></vcalendar></icalendar>"},
    {"agenda", "2026-01-31\n12:00 F\n# Hall 1\n10:00 A\n11:00 B\n# Hall 2\n10:00 C\n"
               "# Foyer\n11:00 D\n# Library (East)\n11:00 E\n"},
};

#define PROGRAMME_COUNT (sizeof programmes / sizeof programmes[0])

/* Returns the number of the sessions that are not venue-wide. */
static size_t decode(const char *text, const char *name, bool include_venue_wide,
                     struct room_tally *rooms, struct decode_result *ret_result)
{
    static const char *const commons[] = {"Foyer"};
    static struct zone zone;
    struct schedule sessions = {0};
    struct error err = {0};
    const struct room_filter_options options = {
        .name = name,
        .common_rooms = commons,
        .common_room_count = 1,
        .include_venue_wide = include_venue_wide,
    };
    struct room_filter *filter = room_filter_new(&options);
    assert_true(zone_load("Europe/Brussels", &zone, NULL));
    const struct decoder_request request = {
        .from_ms = civil_to_days(2026, 1, 1) * DAY_MS,
        .until_ms = civil_to_days(2027, 1, 1) * DAY_MS,
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &zone,
        .filter = filter,
        .rooms = rooms,
    };
    struct decoder *decoder = decoder_new(&request);
    if (!decoder_push(decoder, text, strlen(text), &err) ||
        !decoder_finish(decoder, &sessions, ret_result, &err))
        fail_msg("%s", err.message);
    size_t own_count = 0;
    for (size_t i = 0; i < sessions.count; i++)
        own_count += !sessions.sessions[i].venue_wide;
    decoder_free(decoder);
    room_filter_free(filter);
    schedule_release(&sessions);
    return own_count;
}

static void test_every_format_counts_alike(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool include_venue_wide;
        size_t matched_count;
        const char *closest;
    } questions[] = {
        {"hall 1", true, 2, ""},
        {"Library", false, 1, ""},
        /* A common room is shown, but says nothing of the room's own name. */
        {"Hal 1", true, 0, "Hall 1; Hall 2; Library (East); "},
        {"Hal 1", false, 0, "Hall 1; Hall 2; Library (East); "},
        {"Foyer", true, 1, ""},
        {"", true, 6, ""},
    };
    struct decode_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    for (size_t i = 0; i < PROGRAMME_COUNT; i++)
        for (size_t j = 0; j < sizeof questions / sizeof questions[0]; j++) {
            char closest[1024] = "";
            decode(programmes[i][1], questions[j].name, questions[j].include_venue_wide, NULL,
                   result);
            for (size_t k = 0; k < result->closest_count; k++) {
                size_t length = strlen(closest);
                snprintf(closest + length, sizeof closest - length, "%s; ", result->closest[k]);
            }
            assert_string_equal(result->format, programmes[i][0]);
            if (result->event_count != 6 || result->matched_count != questions[j].matched_count ||
                strcmp(closest, questions[j].closest) != 0)
                fail_msg("%s, room '%s': %zu of %zu, closest %s", programmes[i][0],
                         questions[j].name, result->matched_count, result->event_count, closest);
        }
    free(result);
}

static void test_the_closest_names_can_be_pasted(void **state)
{
    (void)state;
    struct decode_result *asked = calloc(1, sizeof *asked), *pasted = calloc(1, sizeof *pasted);
    assert_true(asked != NULL && pasted != NULL);
    for (size_t i = 0; i < PROGRAMME_COUNT; i++) {
        decode(programmes[i][1], "Halle 3", false, NULL, asked);
        assert_int_equal(asked->closest_count, 3);
        for (size_t j = 0; j < asked->closest_count; j++) {
            size_t own_count = decode(programmes[i][1], asked->closest[j], false, NULL, pasted);
            assert_true(pasted->matched_count > 0);
            assert_int_equal(pasted->matched_count, own_count);
        }
    }
    free(asked);
    free(pasted);
}

static void test_every_format_lists_its_rooms(void **state)
{
    (void)state;
    struct decode_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    for (size_t i = 0; i < PROGRAMME_COUNT; i++) {
        struct room_tally *tally = room_tally_new();
        size_t count;
        decode(programmes[i][1], "", true, tally, result);
        expect_lines(tally, "1\tFoyer\n2\tHall 1\n1\tHall 2\n1\tLibrary (East)\n");
        assert_int_equal(room_tally_roomless_count(tally), 1);
        struct room_tally_line *lines = room_tally_list(tally, &count);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(decode(programmes[i][1], lines[j].room, false, NULL, result),
                             lines[j].event_count);
        free(lines);
        /* A second feed's rooms are added to the first's. */
        decode(programmes[i][1], "", true, tally, result);
        expect_lines(tally, "2\tFoyer\n4\tHall 1\n2\tHall 2\n2\tLibrary (East)\n");
        room_tally_free(tally);
    }
    free(result);
}

static void test_a_feed_without_rooms(void **state)
{
    (void)state;
    static const char ical[] =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260131T090000Z\nSUMMARY:A\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:2\nDTSTART:20260131T100000Z\nSUMMARY:B\nEND:VEVENT\nEND:VCALENDAR\n";
    static const char json[] =
        "{\"schedule\": {\"conference\": {\"days\": [{\"date\": \"2026-01-31\", \"rooms\": "
        "{\"\": [{\"id\": 1, \"date\": \"2026-01-31T09:00:00Z\", \"title\": \"A\"}, "
        "{\"id\": 2, \"date\": \"2026-01-31T10:00:00Z\", \"title\": \"B\"}]}}]}}}";
    struct decode_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    for (int i = 0; i < 2; i++) {
        const char *text = i == 0 ? ical : json;
        struct room_tally *tally = room_tally_new();
        decode(text, "Hall 1", true, tally, result);
        assert_int_equal(result->event_count, 2);
        assert_int_equal(result->matched_count, 2);
        assert_int_equal(room_tally_roomless_count(tally), 2);
        expect_lines(tally, "");
        room_tally_free(tally);
        decode(text, "Hall 1", false, NULL, result);
        assert_int_equal(result->event_count, 2);
        assert_int_equal(result->matched_count, 0);
        assert_int_equal(result->closest_count, 0);
    }
    /* An agenda that names no room is the room's own. */
    decode("2026-01-31\n10:00 A\n11:00 B\n", "Hall 1", false, NULL, result);
    assert_int_equal(result->event_count, 2);
    assert_int_equal(result->matched_count, 2);
    free(result);
}

/* HasGeek's: a venue that stands alone is no room. */
static void test_a_venue_is_no_room(void **state)
{
    (void)state;
    static const char text[] =
        "BEGIN:VCALENDAR\n"
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260131T090000Z\nLOCATION:Centre\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:2\nDTSTART:20260131T100000Z\nLOCATION:Audi 1 - Centre\\nTown\\nIN\n"
        "END:VEVENT\n"
        "BEGIN:VEVENT\nUID:3\nDTSTART:20260131T110000Z\nLOCATION:Town\nEND:VEVENT\n"
        "END:VCALENDAR\n";
    struct decode_result *result = calloc(1, sizeof *result);
    struct room_tally *tally = room_tally_new();
    assert_non_null(result);
    decode(text, "", true, tally, result);
    expect_lines(tally, "1\tAudi 1\n");
    assert_int_equal(room_tally_roomless_count(tally), 2);
    room_tally_free(tally);
    free(result);
}

/* Exchange's and Google's: what is booked is a place too, once for each event. */
static void test_booked_rooms(void **state)
{
    (void)state;
    static const char text[] =
        "BEGIN:VCALENDAR\n"
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260131T090000Z\nLOCATION:Teams Meeting\n"
        "ATTENDEE;CUTYPE=ROOM;CN=Room 5:mailto:room5@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:2\nDTSTART:20260131T100000Z\nLOCATION:Room 5\n"
        "ATTENDEE;CUTYPE=ROOM;CN=ROOM 5:mailto:room5@example.org\n"
        "ATTENDEE;CUTYPE=RESOURCE;CN=Beamer:mailto:beamer@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:3\nDTSTART:20260131T110000Z\n"
        "ATTENDEE;CUTYPE=ROOM;CN=Room 5:mailto:room5@example.org\n"
        "ATTENDEE;CUTYPE=ROOM;CN=Room 6:mailto:room6@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:4\nDTSTART:20260131T120000Z\n"
        "ATTENDEE;CUTYPE=RESOURCE;CN=Attic:mailto:attic@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:5\nDTSTART:20260131T130000Z\n"
        "ATTENDEE;CN=Ada:mailto:ada@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:6\nDTSTART:20260130T140000Z\nRRULE:FREQ=DAILY;COUNT=2\n"
        "LOCATION:Room 6\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:6\nRECURRENCE-ID:20260131T140000Z\nDTSTART:20260131T150000Z\n"
        "END:VEVENT\n"
        "END:VCALENDAR\n";
    struct decode_result *result = calloc(1, sizeof *result);
    struct room_tally *tally = room_tally_new();
    size_t count;
    assert_non_null(result);
    decode(text, "", true, tally, result);
    expect_lines(tally, "1\tAttic\n3\tRoom 5\n2\tRoom 6\n1\tTeams Meeting\n");
    assert_int_equal(room_tally_roomless_count(tally), 1);
    struct room_tally_line *lines = room_tally_list(tally, &count);
    for (size_t i = 0; i < count; i++) {
        decode(text, lines[i].room, false, NULL, result);
        assert_int_equal(result->matched_count, lines[i].event_count);
    }
    free(lines);
    room_tally_free(tally);
    free(result);
}

/* One that finds no room among those counted before it isn't counted by a part of its name. */
static void test_as_many_booked_rooms_as_are_counted(void **state)
{
    (void)state;
    struct buffer feed, expected;
    buffer_init(&feed, TEXT_BYTES_MAX);
    buffer_init(&expected, TEXT_BYTES_MAX);
    buffer_append_text(&feed, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260131T090000Z\n");
    for (int i = 0; i < 16; i++) {
        char name[SESSION_NAME_BYTES_MAX];
        memset(name, 'x', sizeof name);
        int length = snprintf(name, sizeof name, "Room %c ", 'A' + i);
        name[length] = 'x';
        name[sizeof name - 1] = '\0';
        buffer_append_format(&feed, "ATTENDEE;CUTYPE=ROOM;CN=%s:mailto:a@example.org\n", name);
        if (i < 15)
            buffer_append_format(&expected, "1\t%s\n", name);
    }
    buffer_append_text(&feed, "END:VEVENT\nEND:VCALENDAR\n");
    struct room_tally *tally = room_tally_new();
    struct decode_result *result = xcalloc(1, sizeof *result);
    decode(feed.data, "", true, tally, result);
    expect_lines(tally, expected.data);
    room_tally_free(tally);
    free(result);
    buffer_release(&feed);
    buffer_release(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_what_names_no_room),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_an_event_at_several_places),
        cmocka_unit_test(test_its_maximum),
        cmocka_unit_test(test_every_format_counts_alike),
        cmocka_unit_test(test_the_closest_names_can_be_pasted),
        cmocka_unit_test(test_every_format_lists_its_rooms),
        cmocka_unit_test(test_a_feed_without_rooms),
        cmocka_unit_test(test_a_venue_is_no_room),
        cmocka_unit_test(test_booked_rooms),
        cmocka_unit_test(test_as_many_booked_rooms_as_are_counted),
    };
    return cmocka_run_group_tests_name("room_tally", tests, NULL, NULL);
}
