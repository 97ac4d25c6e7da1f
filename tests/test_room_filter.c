/* Which places are the room's, and which titles are breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/break_words.h>
#include <roomsign/buffer.h>
#include <roomsign/room_filter.h>
#include <roomsign/words.h>

struct place_case {
    const char *name;
    const char *location;
    enum room_match match;
    /** What is shown. */
    const char *room;
};

static const char *const aliases[] = {"Great Hall", "Salle Bleue"};
static const char *const commons[] = {"Foyer", "Everywhere"};

static struct room_filter *filter_of(const char *name)
{
    const struct room_filter_options options = {
        .name = name,
        .aliases = aliases,
        .alias_count = 2,
        .common_rooms = commons,
        .common_room_count = 2,
        .include_venue_wide = true,
    };
    return room_filter_new(&options);
}

static const struct place_case places[] = {
    /* the whole string, whatever its case, blanks and composition */
    {"Audi 1", "Audi 1", ROOM_MATCH_ROOM, "Audi 1"},
    {"Audi 1", "  aUDI \t  1 ", ROOM_MATCH_ROOM, "aUDI 1"},
    {"Audi 1", "Audi\u00A01", ROOM_MATCH_ROOM, "Audi\u00A01"},
    {"Café Größe", "CAFE\u0301 GRÖSSE", ROOM_MATCH_ROOM, "CAFE\u0301 GRÖSSE"},
    {"Atrium, Deck 4", "Atrium, Deck 4", ROOM_MATCH_ROOM, "Atrium, Deck 4"},
    {"A - B", "A - B", ROOM_MATCH_ROOM, "A - B"},
    {"Half Cay, Bahamas", "Half Cay, Bahamas, ", ROOM_MATCH_ROOM, "Half Cay, Bahamas"},
    {"Half Cay", "Half Cay, Bahamas,", ROOM_MATCH_ROOM, "Half Cay"},
    {"会議室 1", "会議室　1", ROOM_MATCH_ROOM, "会議室　1"},
    /* the aliases, in every form */
    {"Audi 1", "great hall", ROOM_MATCH_ROOM, "great hall"},
    {"Audi 1", "Salle Bleue (2e étage)", ROOM_MATCH_ROOM, "Salle Bleue (2e étage)"},
    /* before ` (` */
    {"UB2.252A", "UB2.252A (Lameere)", ROOM_MATCH_ROOM, "UB2.252A (Lameere)"},
    {"UB2.252A (Lameere)", "UB2.252A", ROOM_MATCH_NONE, ""},
    {"Main (large)", "Main (large) (CERN)", ROOM_MATCH_ROOM, "Main (large) (CERN)"},
    {"UB2.252A", "UB2.252A(Lameere)", ROOM_MATCH_NONE, ""},
    /* each ` - ` of the first line, from its beginning */
    {"Audi 1", "Audi 1 - NIMHANS Convention Centre\nBengaluru\nIN", ROOM_MATCH_ROOM, "Audi 1"},
    {"Audi 1", "Audi 1 (upstairs) - Centre\nTown", ROOM_MATCH_ROOM, "Audi 1 (upstairs)"},
    {"Dining - for talks", "Dining - for talks - Centre\nTown", ROOM_MATCH_ROOM,
     "Dining - for talks"},
    {"Audi 1", "Dining room - for Audi 1 - Centre\nTown", ROOM_MATCH_NONE, ""},
    {"Centre", "Audi 1 - Centre\nTown", ROOM_MATCH_NONE, ""},
    {"Town", "Audi 1 - Centre\nTown", ROOM_MATCH_NONE, ""},
    {"Audi 1", "Audi 1-Centre", ROOM_MATCH_NONE, ""},
    /* the first of parts, and a member of a list */
    {"Atrium", "Atrium, Deck 4, Forward", ROOM_MATCH_ROOM, "Atrium"},
    {"Blue", "Red, Blue (2nd floor), Green", ROOM_MATCH_ROOM, "Blue (2nd floor)"},
    {"Blue", "Red; Blue", ROOM_MATCH_ROOM, "Blue"},
    {"Blue", "Red,Blueish", ROOM_MATCH_NONE, ""},
    /* never a prefix or a substring */
    {"House of Tea", "House of Tea 2", ROOM_MATCH_NONE, ""},
    {"House of Tea 2", "House of Tea", ROOM_MATCH_NONE, ""},
    {"Tea", "House of Tea", ROOM_MATCH_NONE, ""},
    {"1", "11", ROOM_MATCH_NONE, ""},
    {"A 1", "A1", ROOM_MATCH_NONE, ""},
    {"A1", "A 1", ROOM_MATCH_NONE, ""},
    {"É 1", "É1", ROOM_MATCH_NONE, ""},
    {"É1", "É 1", ROOM_MATCH_NONE, ""},
    {" \t É  1 ", "é 1", ROOM_MATCH_ROOM, "é 1"},
    /* a name that is opened by a bracket has nothing in front of it */
    {"A", "A (note)", ROOM_MATCH_ROOM, "A (note)"},
    {"(West) Wing", "(West) Wing", ROOM_MATCH_ROOM, "(West) Wing"},
    {"West", "(West) Wing", ROOM_MATCH_NONE, ""},
    /* common rooms; the room's own name wins */
    {"Audi 1", "everywhere", ROOM_MATCH_COMMON, "everywhere"},
    {"Audi 1", "Foyer - Centre\nTown", ROOM_MATCH_COMMON, "Foyer"},
    {"Audi 1", "Foyer, Audi 1", ROOM_MATCH_ROOM, "Audi 1"},
    {"Foyer", "Foyer", ROOM_MATCH_ROOM, "Foyer"},
    /* no room at all */
    {"Audi 1", "", ROOM_MATCH_NO_ROOM, ""},
    {"Audi 1", " \t\n ", ROOM_MATCH_NO_ROOM, ""},
    {"Audi 1", ",", ROOM_MATCH_NO_ROOM, ""},
    /* no name: every room */
    {"", "Anywhere", ROOM_MATCH_ROOM, "Anywhere"},
    {"", "Audi 1 - Centre\nTown", ROOM_MATCH_ROOM, "Audi 1"},
    {"", "Foyer", ROOM_MATCH_COMMON, "Foyer"},
    {"", "", ROOM_MATCH_NO_ROOM, ""},
};

static void test_places(void **state)
{
    (void)state;
    int failures = 0;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct room_filter *filter = filter_of(places[i].name);
        char room[SESSION_NAME_BYTES_MAX];
        enum room_match match = room_filter_match(filter, places[i].location, room);
        if (match != places[i].match || strcmp(room, places[i].room) != 0) {
            print_error("'%s' in '%s': %d '%s'\n", places[i].name, places[i].location, (int)match,
                        room);
            failures++;
        }
        room_filter_free(filter);
    }
    assert_int_equal(failures, 0);
}

static void test_a_long_place_is_no_trouble(void **state)
{
    (void)state;
    static char location[100000];
    char room[SESSION_NAME_BYTES_MAX];
    struct room_filter *filter = filter_of("Audi 1");
    for (size_t i = 0; i + 2 < sizeof location; i += 2)
        memcpy(location + i, "\xC3\xA9", 2);
    assert_int_equal(room_filter_match(filter, location, room), ROOM_MATCH_NONE);
    memset(location, ',', sizeof location - 1);
    assert_int_equal(room_filter_match(filter, location, room), ROOM_MATCH_NO_ROOM);
    room_filter_free(filter);
}

static void test_a_place_of_too_many_parts_is_not_searched_to_its_end(void **state)
{
    (void)state;
    char room[SESSION_NAME_BYTES_MAX];
    struct buffer location;
    struct room_filter *filter = filter_of("Audi 1");
    buffer_init(&location, 1000);
    for (size_t i = 0; i < 40; i++)
        assert_true(buffer_append_text(&location, "x, "));
    assert_true(buffer_append_text(&location, "Audi 1"));
    assert_int_equal(room_filter_match(filter, location.data, room), ROOM_MATCH_ROOM);
    buffer_clear(&location);
    for (size_t i = 0; i < 100; i++)
        assert_true(buffer_append_text(&location, "x (y - "));
    assert_true(buffer_append_text(&location, ",Audi 1"));
    assert_int_equal(room_filter_match(filter, location.data, room), ROOM_MATCH_NONE);
    buffer_release(&location);
    room_filter_free(filter);
}

static void test_what_the_filter_says_of_itself(void **state)
{
    (void)state;
    struct room_filter_options options = {.name = "Audi 1"};
    struct room_filter *filter = room_filter_new(&options);
    assert_false(room_filter_selects_all(filter));
    assert_false(room_filter_takes_venue_wide(filter));
    room_filter_free(filter);
    options.name = NULL;
    filter = room_filter_new(&options);
    assert_true(room_filter_selects_all(filter));
    assert_true(room_filter_takes_venue_wide(filter));
    room_filter_free(filter);
}

static void test_the_closest_room_is_the_likeliest(void **state)
{
    (void)state;
    struct room_filter *filter = filter_of("UB2.252");
    size_t near = room_filter_distance(filter, "UB2.252A (Lameere)");
    assert_int_equal(near, 1);
    assert_true(near < room_filter_distance(filter, "UB2.147"));
    assert_true(room_filter_distance(filter, "UB2.147") < room_filter_distance(filter, "Janson"));
    assert_int_equal(room_filter_distance(filter, "ub2.252"), 0);
    room_filter_free(filter);
    /* By the letters alone many are nearer than the room without its brackets. */
    filter = filter_of("UB2.252A (Lameere)");
    assert_int_equal(room_filter_distance(filter, "UB2.252A (Lameere)"), 0);
    near = room_filter_distance(filter, "UB2.252A");
    assert_int_equal(near, 1);
    assert_true(near < room_filter_distance(filter, "UB2.253A (Lameer)"));
    assert_true(near < room_filter_distance(filter, "UA2.220 (Baudoux)"));
    room_filter_free(filter);
    /* By any of its names. */
    static const char *const others[] = {"Great Hall", "Salle Bleue (2e)"};
    const struct room_filter_options options = {.name = "H", .aliases = others, .alias_count = 2};
    filter = room_filter_new(&options);
    assert_int_equal(room_filter_distance(filter, "great hall"), 0);
    assert_int_equal(room_filter_distance(filter, "salle bleue"), 1);
    room_filter_free(filter);
}

static void test_what_the_sign_calls_a_break_is_one(void **state)
{
    (void)state;
    struct break_words *breaks = break_words_new(NULL, 0);
    for (int i = 0; i < WORDS_COUNT; i++)
        if (!break_words_match(breaks, words_at(i)->pause))
            fail_msg("no break: %s", words_at(i)->pause);
    break_words_free(breaks);
}

static void test_breaks(void **state)
{
    (void)state;
    static const char *const breaks[] = {
        "Break",
        "Morning break",
        "LUNCH",
        "Lunch break",
        "Coffee & tea",
        "Check-in",
        "Doors open",
        "Welcome drinks",
        "Registration",
        "Check in",
        "Mittagspause",
        "Kaffeepause",
        "Frühstück",
        "Pause café",
        "Petit-déjeuner",
        "FRU\u0308HSTU\u0308CK",
        "De koffiepauze",
        "Almuerzo",
        "Pausa para café",
        "Almoço",
        "Pausa pranzo",
        "चाय विराम",
        "昼休み",
        "休憩",
        "コーヒーブレイク",
        "昼食休憩",
        "استراحة الغداء",
        "Networking!",
        "Lunch (90 min)",
    };
    static const char *const sessions[] = {
        "",
        "Breaking changes",
        "Breakout rooms explained",
        "How to break a database quietly",
        "Teatime for everyone",
        "The long road to lunch today",
        "Steamboat",
        "Paused containers",
        "Checking in",
        "Postgres",
    };
    struct break_words *words = break_words_new(NULL, 0);
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++)
        if (!break_words_match(words, breaks[i]))
            fail_msg("no break: %s", breaks[i]);
    for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++)
        if (break_words_match(words, sessions[i]))
            fail_msg("a break: %s", sessions[i]);
    break_words_free(words);
    break_words_free(NULL);
}

static void test_the_configs_own_break_words_replace_the_list(void **state)
{
    (void)state;
    static const char *const own[] = {"Fika", "Open space"};
    const struct room_filter_options options = {.name = "x", .breaks = own, .break_count = 2};
    struct room_filter *filter = room_filter_new(&options);
    assert_true(room_filter_is_break(filter, "Afternoon fika"));
    assert_true(room_filter_is_break(filter, "Open-Space"));
    assert_false(room_filter_is_break(filter, "Space open"));
    assert_false(room_filter_is_break(filter, "Lunch"));
    room_filter_free(filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_a_long_place_is_no_trouble),
        cmocka_unit_test(test_a_place_of_too_many_parts_is_not_searched_to_its_end),
        cmocka_unit_test(test_what_the_filter_says_of_itself),
        cmocka_unit_test(test_the_closest_room_is_the_likeliest),
        cmocka_unit_test(test_what_the_sign_calls_a_break_is_one),
        cmocka_unit_test(test_breaks),
        cmocka_unit_test(test_the_configs_own_break_words_replace_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
