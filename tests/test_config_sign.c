/* Many signs from one file: what is included, a template, a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <roomsign/config.h>
#include <roomsign/config_sign.h>
#include <roomsign/config_table.h>

#include "scratch.h"

static struct scratch scratch;
static struct buffer told;

static void put(const char *name, const char *text)
{
    scratch_write(scratch_path(&scratch, name), text, strlen(text), 0644);
}

/* One message a line, without the directory. */
static void take(void *context, const char *message)
{
    (void)context;
    size_t length = strlen(scratch.path);
    for (const char *c = message; *c;) {
        if (strncmp(c, scratch.path, length) == 0 && c[length] == '/')
            c += length + 1;
        else
            assert_true(buffer_append(&told, c++, 1));
    }
    assert_true(buffer_append_text(&told, "\n"));
}

static bool read_for(const char *name, const char *hostname, const char *sign, bool is_template,
                     struct config *config)
{
    struct config_reader reader = {.hostname = hostname, .sign = sign, .is_template = is_template};
    struct config_report report = {.tell = take};
    buffer_clear(&told);
    assert_true(buffer_append_text(&told, ""));
    bool sound = config_read_for(scratch_path(&scratch, name), &reader, config, &report);
    size_t lines = 0;
    for (const char *c = told.data; *c; c++)
        lines += *c == '\n';
    assert_int_equal(report.error_count, lines);
    assert_int_equal(sound, lines == 0);
    return sound;
}

static void load(const char *name, const char *hostname, struct config *config)
{
    if (!read_for(name, hostname, NULL, false, config))
        fail_msg("%s", told.data);
}

static void check_errors(const char *name, const char *expected)
{
    struct config config;
    if (read_for(name, "pi", NULL, false, &config))
        config_release(&config);
    assert_string_equal(told.data, expected);
}

static void assert_room(const char *name, const char *hostname, const char *room)
{
    struct config config;
    load(name, hostname, &config);
    assert_string_equal(config.room_name, room);
    config_release(&config);
}

static void test_the_including_file_has_the_last_word(void **state)
{
    (void)state;
    put("house.conf", "[room]\ntimezone = Europe/Brussels\naliases = House\naliases = Home\n"
                      "[feed]\nurl = file:house.ics\npoll = 2m\n[screen]\nrotate = 90\n");
    put("room.conf", "[include]\nfile = house.conf\n[room]\nname = Audi 1\naliases = Mine\n"
                     "[screen]\nrotate = 180\n");
    struct config config;
    load("room.conf", "pi", &config);
    assert_string_equal(config.room_name, "Audi 1");
    assert_string_equal(config.timezone, "Europe/Brussels");
    assert_int_equal(config.poll_ms, 120000);
    assert_int_equal(config.rotate_deg, 180);
    /* A list as a whole. */
    assert_int_equal(config.room_aliases.count, 1);
    assert_string_equal(config.room_aliases.items[0], "Mine");
    assert_int_equal(config.feed_urls.count, 1);
    config_release(&config);
}

static void test_each_file_finds_its_own_files(void **state)
{
    (void)state;
    char folder[SCRATCH_PATH_BYTES + 16], expected[SCRATCH_PATH_BYTES + 48];
    snprintf(folder, sizeof(folder), "%s/house", scratch.path);
    assert_int_equal(mkdir(folder, 0700), 0);
    put("house/feeds.conf", "[feed]\nurl = file:a.ics\n");
    put("house/all.conf", "[include]\nfile = feeds.conf\n[room]\ntimezone = UTC\n");
    put("room.conf", "[include]\nfile = house/all.conf\n[room]\nname = x\n");
    struct config config;
    load("room.conf", "pi", &config);
    char *real = realpath(folder, NULL);
    snprintf(expected, sizeof(expected), "file://%s/a.ics", real);
    assert_string_equal(config.feed_urls.items[0], expected);
    assert_string_equal(config.timezone, "UTC");
    free(real);
    config_release(&config);
    unlink(scratch_path(&scratch, "house/feeds.conf"));
    unlink(scratch_path(&scratch, "house/all.conf"));
    rmdir(folder);
}

static void test_errors_name_the_file_that_has_them(void **state)
{
    (void)state;
    put("house.conf", "[feed]\nurl = file:a.ics\n\npoll = often\n[screen]\nrotat = 3\n");
    put("room.conf", "[include]\nfile = house.conf\n[room]\ntimezone = UTC\n");
    check_errors("room.conf", "house.conf:4: [feed] poll: \"often\" is not a duration like 90s, 5m "
                              "or 1h30m\n"
                              "house.conf:6: [screen] rotat: no such key (did you mean 'rotate'?)\n"
                              "room.conf:3: [room] name: missing\n");
    put("room.conf", "[include]\nfile = gone.conf\nfile =\n[room]\ntimezone = UTC\n");
    check_errors("room.conf", "room.conf:2: [include] file: gone.conf: No such file or directory\n"
                              "room.conf:3: [include] file: empty\n");
    put("room.conf", "[room]\nname = x\n[include]\nfile = house.conf\n[feed]\nurl = file:a.ics\n");
    check_errors("room.conf", "room.conf:3: [include]: must stand before all other sections\n");
}

static void test_loops_and_contradictions_are_refused(void **state)
{
    (void)state;
    put("a.conf", "[include]\nfile = b.conf\n[room]\nname = x\n[feed]\nurl = file:a.ics\n");
    put("b.conf", "[include]\nfile = ./a.conf\n[room]\ntimezone = UTC\n");
    check_errors("a.conf", "b.conf:2: [include] file: ./a.conf was read already; a file is "
                           "included once, and never by itself\n");
    put("b.conf", "[room]\ntimezone = UTC\naliases = B\n");
    put("c.conf", "[room]\ntimezone = Asia/Kolkata\naliases = C\n");
    put("a.conf", "[include]\nfile = b.conf\nfile = c.conf\n[room]\nname = x\n[feed]\n"
                  "url = file:a.ics\n");
    check_errors("a.conf",
                 "c.conf:2: [room] timezone: given again; b.conf:2 has it already, and only the "
                 "file that includes both may say otherwise\n"
                 "c.conf:3: [room] aliases: given again; b.conf:3 has it already, and only the "
                 "file that includes both may say otherwise\n");
    char text[512] = "[include]\n", name[16];
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof(name), "%d.conf", i);
        put(name, "[clock]\n");
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "file = %s\n", name);
    }
    put("a.conf", text);
    check_errors("a.conf", "a.conf:9: [include] file: more than 8 files\n"
                           "a.conf:10: [include] file: more than 8 files\n");
}

static void test_a_template_makes_a_sign_of_its_name(void **state)
{
    (void)state;
    put("template.conf", "[room]\nname = Another\ntimezone = UTC\n[feed]\nurl = file:a.ics\n");
    assert_room("UB2.252A.conf", "pi", "UB2.252A");
    assert_room("Saal-1.conf", "pi", "Saal-1");
    assert_room("Saal\\x201\\x20\\x28S\\xc3\\xbcd\\x29.conf", "pi",
                "Saal 1 (S\xC3\xBC"
                "d)");
    assert_room("a\\x00b\\xzz.conf", "pi", "a\\x00b\\xzz");
    /* A file that is there needs no template. */
    put("Saal.conf", "[room]\nname = Own\n[feed]\nurl = file:a.ics\n");
    assert_room("Saal.conf", "pi", "Own");
    check_errors("Saal", "Saal: No such file or directory\n");
    struct config config;
    load("Hall.conf", "pi", &config);
    assert_true(strstr(config.name_place, "/Hall.conf: [room] name: "));
    config_release(&config);
    unlink(scratch_path(&scratch, "template.conf"));
    check_errors("UB2.252A.conf", "UB2.252A.conf: No such file or directory\n");
}

#define TABLED "[room]\ntable = rooms.tsv\ntimezone = UTC\n[feed]\nurl = file:a.ics\n"

static void test_a_table_knows_the_room_and_the_rest(void **state)
{
    (void)state;
    put("template.conf", TABLED "[screen]\nrotate = 180\n");
    put("rooms.tsv", "\xEF\xBB\xBF# All of them\r\n\r\n"
                     "sign\tname\trotate\taliases\taliases\tfeed.poll\t\r\n"
                     "UB2.252A\tUB2.252A (Lameere)\t90\tLameere\tUB2\t5m\tby the stairs\r\n"
                     " pi-07 \t S\xC3\xBC"
                     "d/West, 1 \r\n"
                     "PI-08.example.org\tB\t\tC\r\n");
    struct config config;
    load("UB2.252A.conf", "pi-07", &config);
    assert_string_equal(config.room_name, "UB2.252A (Lameere)");
    assert_int_equal(config.rotate_deg, 90);
    assert_int_equal(config.room_aliases.count, 2);
    assert_string_equal(config.room_aliases.items[1], "UB2");
    assert_int_equal(config.poll_ms, 300000);
    assert_int_equal(config.table_signs.count, 3);
    assert_string_equal(config.table_signs.items[2], "PI-08.example.org");
    assert_string_equal(config.unlisted, "");
    assert_true(strstr(config.name_place, "/rooms.tsv:4: [room] name: "));
    config_release(&config);

    load("room.conf", "pi-07", &config);
    assert_string_equal(config.room_name, "S\xC3\xBC"
                                          "d/West, 1");
    assert_int_equal(config.rotate_deg, 180);
    /* As a child is told of it, the table is no more. */
    assert_string_equal(config.room_table, "");
    config_release(&config);
    assert_room("room.conf", "Pi-07.local",
                "S\xC3\xBC"
                "d/West, 1");
    assert_room("room.conf", "pi-08.example.org", "B");
    /* With a domain a computer is that one alone. */
    load("room.conf", "pi-08", &config);
    assert_string_equal(config.room_name, "room on pi-08");
    config_release(&config);

    /* The same with a file that is there. */
    put("room.conf", TABLED);
    assert_room("room.conf", "pi-07",
                "S\xC3\xBC"
                "d/West, 1");
}

static void test_a_sign_without_a_line_shows_no_room(void **state)
{
    (void)state;
    put("room.conf", TABLED "all_events = yes\n[room]\naliases = B\n");
    put("rooms.tsv", "sign\tname\npi-1\tA\n");
    struct config config;
    load("room.conf", "pi-2", &config);
    assert_int_equal(config.room_aliases.count, 0);
    assert_false(config.all_events || config.include_venue_wide);
    assert_string_equal(config.room_name, "room on pi-2");
    assert_true(
        strstr(config.unlisted, "rooms.tsv: no line begins with 'room' or 'pi-2', this computer"));
    config_release(&config);
    /* Its config names another room: which would be shown at this door. */
    put("room.conf", "[room]\nname = B\ntable = rooms.tsv\n[feed]\nurl = file:a.ics\n");
    check_errors("room.conf",
                 "room.conf:2: [room] name: stands beside table, which has the names; drop one\n");
}

static void test_errors_of_a_table(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"sign\tname\npi\tA\n", ""},
        {"", "rooms.tsv: empty; its first line names the columns: sign, name\n"},
        {"pi\tA\n", "rooms.tsv:1: the first line names the columns, set apart by tabs: sign, name, "
                    "and what other keys of the config signs have of their own\n"},
        {"sign name\npi A\n", "rooms.tsv:1: the first line names the columns, set apart by tabs: "
                              "sign, name, and what other keys of the config signs have of their "
                              "own\n"},
        {"sign\trotate\npi\t90\n", "rooms.tsv:1: the column 'name' is missing, the rooms' names as "
                                   "the feed has them\n"},
        {"sign\tname\trotat\n", "rooms.tsv:1: the column 'rotat' is no key of the config (did you "
                                "mean 'rotate'?)\n"},
        {"sign\tname\ttable\n", "rooms.tsv:1: the column 'table' is no key of the config\n"},
        {"sign\tname\tscreen.poll\n", "rooms.tsv:1: the column 'screen.poll' is no key of the "
                                      "config\n"},
        {"sign\tname\trotate\tname\npi\tA\t4711\tB\n",
         "rooms.tsv:2: [screen] rotate: \"4711\" is not 0, 90, 180 or 270\n"
         "rooms.tsv:2: [room] name: given again; line 2 has it already\n"},
        {"sign\tname\npi\n", "rooms.tsv:2: no room is named; columns are set apart by tabs\n"},
        {"sign\tname\npi\tA\tB\n", "rooms.tsv:2: more cells than the first line names columns\n"},
        {"sign\tname\npi\tA\xFF\n", "rooms.tsv:2: not UTF-8; the file must be text in UTF-8\n"},
        {"sign\tname\npi\tA\nPI\tB\n", "rooms.tsv:2: the sign 'pi' has line 3 as well\n"},
        /* Another sign's line is no reason not to show this one's. */
        {"sign\tname\nother\npi\tA\n", ""},
    };
    put("room.conf", TABLED);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put("rooms.tsv", cases[i].text);
        check_errors("room.conf", cases[i].expected);
    }
    scratch_write(scratch_path(&scratch, "rooms.tsv"), "s\0", 2, 0644);
    check_errors("room.conf", "rooms.tsv: a NUL byte; the file must be text in UTF-8, columns set "
                              "apart by tabs\n");
}

static void test_a_table_has_an_end(void **state)
{
    (void)state;
    struct buffer table;
    buffer_init(&table, CONFIG_FILE_BYTES_MAX);
    assert_true(buffer_append_text(&table, "sign\tname\n"));
    put("room.conf", TABLED);
    for (int i = 1; i <= 1025; i++) {
        assert_true(buffer_append_format(&table, "pi-%d\tRoom %d\n", i, i));
        if (i < 1024)
            continue;
        put("rooms.tsv", table.data);
        if (i == 1024)
            assert_room("room.conf", "pi-1024", "Room 1024");
    }
    check_errors("room.conf", "rooms.tsv:1026: more than 1024 signs\n");
    buffer_release(&table);
}

static void test_each_line_can_be_looked_at(void **state)
{
    (void)state;
    struct config config;
    put("template.conf", TABLED);
    put("rooms.tsv", "sign\tname\trotate\na\tA\t90\nb\tB\t45\n\tC\n");
    assert_true(read_for("template.conf", "pi", NULL, true, &config));
    assert_int_equal(config.table_signs.count, 3);
    config_release(&config);
    assert_true(read_for("template.conf", "pi", "a", false, &config));
    assert_string_equal(config.room_name, "A");
    config_release(&config);
    assert_false(read_for("template.conf", "a", "b", false, &config));
    assert_string_equal(told.data, "rooms.tsv:3: [screen] rotate: \"45\" is not 0, 90, 180 or "
                                   "270\n");
    assert_false(read_for("template.conf", "a", "", false, &config));
    assert_string_equal(told.data, "rooms.tsv:4: no sign is named\n");
    /* One without a table, too, and nobody's sign. */
    put("template.conf", "[feed]\nurl = file:a.ics\n");
    assert_true(read_for("template.conf", "pi", NULL, true, &config));
    config_release(&config);
    assert_false(read_for("template.conf", "pi", NULL, false, &config));
    assert_string_equal(told.data, "template.conf:2: [room] name: missing\n");
}

/* Whatever bytes it has, a table costs at most an error, and what it gives can be printed. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "\t\t\t\n\n\r#ab,. \xC3\xBC\xFF";
    uint32_t seed = 7;
    put("room.conf", TABLED);
    for (int round = 0; round < 400; round++) {
        char text[128] = "sign\tname\trotate\taliases\npi\t";
        size_t length = strlen(text);
        while (length < sizeof(text)) {
            seed = seed * 1664525 + 1013904223;
            text[length++] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
        }
        scratch_write(scratch_path(&scratch, "rooms.tsv"), text, length, 0644);
        struct config config;
        if (!read_for("room.conf", "pi", NULL, false, &config))
            continue;
        assert_true(*config.room_name != '\0');
        config_release(&config);
    }
}

static void test_what_everybody_can_read_is_told_of_the_file_that_has_it(void **state)
{
    (void)state;
    struct config config;
    put("house.conf", "[feed]\nurl = file:a.ics\nurl = https://example.org/private-0123456789abcdef"
                      "0123456789abcdef/basic.ics\n");
    put("room.conf", "[include]\nfile = house.conf\n[room]\nname = x\n");
    load("room.conf", "pi", &config);
    assert_true(strstr(config.exposed, "/house.conf:3: [feed] url: this file holds what may"));
    config_release(&config);
    assert_int_equal(chmod(scratch_path(&scratch, "house.conf"), 0600), 0);
    load("room.conf", "pi", &config);
    assert_string_equal(config.exposed, "");
    config_release(&config);
}

static void test_a_themes_errors_are_told_beside_the_configs(void **state)
{
    (void)state;
    struct config config;
    struct config_report report = {.tell = take};
    const struct config_reader reader = {.tells_theme = true};
    put("own.theme", "[lve]\n");
    put("room.conf", "[room]\nnme = x\n[feed]\nurl = file:a.ics\n[screen]\ntheme = own.theme\n");
    buffer_clear(&told);
    assert_false(config_read_for(scratch_path(&scratch, "room.conf"), &reader, &config, &report));
    assert_string_equal(told.data, "room.conf:2: [room] nme: no such key (did you mean 'name'?)\n"
                                   "room.conf:1: [room] name: missing\n"
                                   "own.theme:1: [lve]: no such section (did you mean 'live'?)\n");
    assert_int_equal(report.error_count, 3);
}

static int open_scratch(void **state)
{
    (void)state;
    scratch_open(&scratch, true);
    char *real = realpath(scratch.path, NULL);
    snprintf(scratch.path, sizeof(scratch.path), "%s", real);
    free(real);
    buffer_init(&told, 64 * 1024);
    return 0;
}

static int close_scratch(void **state)
{
    (void)state;
    scratch_close(&scratch);
    buffer_release(&told);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scratch, close_scratch)
        TEST(test_the_including_file_has_the_last_word),
        TEST(test_each_file_finds_its_own_files),
        TEST(test_errors_name_the_file_that_has_them),
        TEST(test_loops_and_contradictions_are_refused),
        TEST(test_a_template_makes_a_sign_of_its_name),
        TEST(test_a_table_knows_the_room_and_the_rest),
        TEST(test_a_sign_without_a_line_shows_no_room),
        TEST(test_errors_of_a_table),
        TEST(test_a_table_has_an_end),
        TEST(test_each_line_can_be_looked_at),
        TEST(test_any_bytes),
        TEST(test_what_everybody_can_read_is_told_of_the_file_that_has_it),
        TEST(test_a_themes_errors_are_told_beside_the_configs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
