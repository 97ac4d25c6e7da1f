#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/config.h>
#include <roomsign/config_table.h>
#include <roomsign/utf8.h>

#define NEEDED "[room]\nname = Audi 1\n[feed]\nurl = https://example.org/a.ics\n"

static char directory[] = "/tmp/roomsign-config-XXXXXX";
static char path[64];

/* What was told, one message a line, without the path. */
struct told {
    struct buffer text;
    struct config_report report;
};

static void take(void *context, const char *message)
{
    struct told *told = context;
    assert_true(utf8_valid(message, strlen(message)));
    size_t length = strlen(path);
    assert_memory_equal(message, path, length);
    assert_true(buffer_append_format(&told->text, "%s\n", message + length));
}

static void write_bytes(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static bool read_bytes(const void *bytes, size_t length, struct config *config, struct told *told)
{
    write_bytes(path, bytes, length);
    buffer_init(&told->text, 1024 * 1024);
    assert_true(buffer_append_text(&told->text, ""));
    told->report = (struct config_report){.tell = take, .context = told};
    return config_read(path, config, &told->report);
}

static void check_bytes(const void *bytes, size_t length, const char *expected)
{
    struct config config = {.distrust = 4242};
    struct told told;
    bool sound = read_bytes(bytes, length, &config, &told);
    assert_string_equal(told.text.data, expected);
    assert_int_equal(sound, *expected == '\0');
    size_t lines = 0;
    for (const char *c = expected; *c; c++)
        lines += *c == '\n';
    assert_int_equal(told.report.error_count, lines);
    if (sound)
        config_release(&config);
    else
        assert_int_equal(config.distrust, 4242);
    buffer_release(&told.text);
}

/* Everything that is told about a file; "" for nothing. */
static void check(const char *text, const char *expected)
{
    check_bytes(text, strlen(text), expected);
}

/* One line more after what every file needs, in [section]; "" if that is fine. */
static void check_line(const char *section, const char *line, const char *expected)
{
    char text[4096];
    snprintf(text, sizeof(text), NEEDED "[%s]\n%s\n", section, line);
    char whole[1024] = "";
    if (*expected)
        snprintf(whole, sizeof(whole), ":6: [%s] %s\n", section, expected);
    check(text, whole);
}

static void load(const char *text, struct config *config)
{
    struct told told;
    if (!read_bytes(text, strlen(text), config, &told))
        fail_msg("%s", told.text.data);
    buffer_release(&told.text);
}

static void test_defaults(void **state)
{
    (void)state;
    struct config config;
    load(NEEDED, &config);
    assert_string_equal(config.room_name, "Audi 1");
    assert_int_equal(config.room_aliases.count, 0);
    assert_int_equal(config.common_rooms.count, 0);
    assert_int_equal(config.breaks.count, 0);
    assert_string_equal(config.timezone, "");
    assert_string_equal(config.language, "auto");
    assert_true(config.include_venue_wide);
    assert_false(config.all_events);
    assert_int_equal(config.feed_urls.count, 1);
    assert_int_equal(config.poll_ms, 60000);
    assert_int_equal(config.timeout_ms, 20000);
    assert_int_equal(config.max_size_bytes, 33554432);
    assert_string_equal(config.user, "");
    assert_string_equal(config.password_file, "");
    assert_string_equal(config.ca_file, "");
    assert_string_equal(config.headlines_url, "");
    assert_int_equal(config.headlines_poll_ms, 900000);
    assert_int_equal(config.rules.soon_ms, 600000);
    assert_int_equal(config.rules.wrap_up_ms, 300000);
    assert_int_equal(config.rules.overrun, OVERRUN_POLICY_SCHEDULE);
    assert_int_equal(config.rules.overrun_limit_ms, 600000);
    assert_int_equal(config.rules.max_session_ms, 43200000);
    assert_int_equal(config.rules.day_ends_min, 0);
    assert_int_equal(config.distrust, 3);
    assert_int_equal(config.driver, CONFIG_DRIVER_AUTO);
    assert_string_equal(config.connector, "");
    assert_int_equal(config.mode_width_px, 0);
    assert_int_equal(config.width_px, 0);
    assert_int_equal(config.height_px, 0);
    assert_int_equal(config.rotate_deg, 0);
    assert_string_equal(config.theme, "dark");
    assert_int_equal(config.clock, CONFIG_CLOCK_AUTO);
    assert_false(config.clock_always_trusted);
    assert_int_equal(config.on_from_min, config.on_until_min);
    assert_false(config.keys);
    assert_int_equal(config.key_bindings.count, 0);
    config_release(&config);
    config_release(&config);
}

/* Every key at something else than its default. */
static const char everything[] = "[room]\n"
                                 "name = UB2.252A (Lameere)\n"
                                 "aliases = UB2.252A\n"
                                 "aliases = Lameere, first floor\n"
                                 "common_rooms = Everywhere\n"
                                 "common_rooms = \xE6\x9D\xB1\xE4\xBA\xAC; main # hall\n"
                                 "breaks = pause caf\xC3\xA9\n"
                                 "timezone = Europe/Brussels\n"
                                 "language = fr-BE\n"
                                 "include_venue_wide = no\n"
                                 "day_ends = 04:30\n"
                                 "[feed]\n"
                                 "url = https://example.org/a.ics?key=a;b=c&d=e#top ; \n"
                                 "url = file:feeds/b%20c.ics\n"
                                 "all_events = yes\n"
                                 "poll = 1m30s\n"
                                 "timeout = 5\n"
                                 "max_size = 500K\n"
                                 "user = sign\n"
                                 "password_file = secret\n"
                                 "ca_file = secret\n"
                                 "[headlines]\n"
                                 "url = file:news.xml\n"
                                 "poll = 1h\n"
                                 "[alerts]\n"
                                 "soon = 0\n"
                                 "wrap_up = 2m\n"
                                 "overrun = confirmed\n"
                                 "overrun_limit = 30m\n"
                                 "distrust = 1\n"
                                 "max_session = 4h\n"
                                 "[clock]\n"
                                 "trust = always\n"
                                 "[screen]\n"
                                 "driver = kms\n"
                                 "connector = card1-HDMI-A-2\n"
                                 "mode = 1280x720@50\n"
                                 "size = 1080x1920\n"
                                 "rotate = 270\n"
                                 "theme = high-contrast\n"
                                 "clock = 12\n"
                                 "on = 18:00-02:30\n"
                                 "[control]\n"
                                 "keys = yes\n"
                                 "key = KEY_F1 say --for 10m Back soon; or not\n"
                                 "key = KEY_E nothing\n";

static char *everything_sound(void)
{
    /* Without the blank in the URL, which is wrong. */
    char *text = strdup(everything);
    assert_non_null(text);
    char *blank = strstr(text, " ; \n");
    memmove(blank, blank + 3, strlen(blank + 3) + 1);
    return text;
}

static void test_everything(void **state)
{
    (void)state;
    char secret[80], expected[128];
    snprintf(secret, sizeof(secret), "%s/secret", directory);
    write_bytes(secret, "word\n", 5);
    check(everything, ":13: [feed] url: a blank or control character in a URL; a blank is written "
                      "%20\n");
    struct config config;
    char *text = everything_sound();
    load(text, &config);
    free(text);
    assert_string_equal(config.room_name, "UB2.252A (Lameere)");
    assert_int_equal(config.room_aliases.count, 2);
    assert_string_equal(config.room_aliases.items[0], "UB2.252A");
    assert_string_equal(config.room_aliases.items[1], "Lameere, first floor");
    assert_int_equal(config.common_rooms.count, 2);
    assert_string_equal(config.common_rooms.items[1], "\xE6\x9D\xB1\xE4\xBA\xAC; main # hall");
    assert_string_equal(config.breaks.items[0], "pause caf\xC3\xA9");
    assert_string_equal(config.timezone, "Europe/Brussels");
    assert_string_equal(config.language, "fr-BE");
    assert_false(config.include_venue_wide);
    assert_int_equal(config.feed_urls.count, 2);
    assert_string_equal(config.feed_urls.items[0], "https://example.org/a.ics?key=a;b=c&d=e#top");
    snprintf(expected, sizeof(expected), "file://%s/feeds/b%%20c.ics", directory);
    assert_string_equal(config.feed_urls.items[1], expected);
    assert_true(config.all_events);
    assert_int_equal(config.poll_ms, 90000);
    assert_int_equal(config.timeout_ms, 5000);
    assert_int_equal(config.max_size_bytes, 512000);
    assert_string_equal(config.user, "sign");
    assert_string_equal(config.password_file, secret);
    assert_string_equal(config.ca_file, secret);
    snprintf(expected, sizeof(expected), "file://%s/news.xml", directory);
    assert_string_equal(config.headlines_url, expected);
    assert_int_equal(config.headlines_poll_ms, 3600000);
    assert_int_equal(config.rules.soon_ms, 0);
    assert_int_equal(config.rules.wrap_up_ms, 120000);
    assert_int_equal(config.rules.overrun, OVERRUN_POLICY_CONFIRMED);
    assert_int_equal(config.rules.overrun_limit_ms, 1800000);
    assert_int_equal(config.distrust, 1);
    assert_int_equal(config.rules.max_session_ms, 14400000);
    assert_int_equal(config.rules.day_ends_min, 270);
    assert_int_equal(config.driver, CONFIG_DRIVER_KMS);
    assert_string_equal(config.connector, "card1-HDMI-A-2");
    assert_int_equal(config.mode_width_px, 1280);
    assert_int_equal(config.mode_height_px, 720);
    assert_int_equal(config.mode_rate_hz, 50);
    assert_int_equal(config.width_px, 1080);
    assert_int_equal(config.height_px, 1920);
    assert_int_equal(config.rotate_deg, 270);
    assert_string_equal(config.theme, "high-contrast");
    assert_int_equal(config.clock, CONFIG_CLOCK_12H);
    assert_true(config.clock_always_trusted);
    assert_int_equal(config.on_from_min, 1080);
    assert_int_equal(config.on_until_min, 150);
    assert_true(config.keys);
    assert_int_equal(config.key_bindings.count, 2);
    assert_string_equal(config.key_bindings.items[0], "KEY_F1 say --for 10m Back soon; or not");
    config_release(&config);
}

/* Member by member, so that padding doesn't matter. */
static void assert_same(const struct config *a, const struct config *b)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        assert_int_equal(config_key_value_count(key, a), config_key_value_count(key, b));
        for (size_t n = 0; n < config_key_value_count(key, a); n++) {
            struct buffer left, right;
            buffer_init(&left, 4096);
            buffer_init(&right, 4096);
            config_key_format(key, a, n, &left);
            config_key_format(key, b, n, &right);
            assert_string_equal(left.data, right.data);
            buffer_release(&left);
            buffer_release(&right);
        }
    }
    assert_int_equal(a->poll_ms, b->poll_ms);
    assert_int_equal(a->rules.overrun, b->rules.overrun);
    assert_int_equal(a->on_until_min, b->on_until_min);
}

static char *print(const struct config *config)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    config_print(config, stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void test_print_reads_back(void **state)
{
    (void)state;
    char *rich = everything_sound();
    const char *const texts[] = {NEEDED, rich};
    for (size_t i = 0; i < 2; i++) {
        struct config config, again;
        load(texts[i], &config);
        char *printed = print(&config);
        load(printed, &again);
        assert_same(&config, &again);
        char *reprinted = print(&again);
        assert_string_equal(printed, reprinted);
        free(printed);
        free(reprinted);
        config_release(&config);
        config_release(&again);
    }
    free(rich);
}

/* config/room.conf is what --print-config makes of it, so it has exactly the table's keys, their
 * meanings and their defaults, and reads without an error. */
static void test_room_conf_is_the_table(void **state)
{
    (void)state;
    struct buffer file;
    struct error err = {0};
    buffer_init(&file, CONFIG_FILE_BYTES_MAX);
    if (!buffer_read_file(&file, "config/room.conf", &err))
        fail_msg("%s (run from the project's folder)", err.message);
    struct config config;
    load(file.data, &config);
    char *printed = print(&config);
    assert_string_equal(file.data, printed);
    assert_true(*config.room_name && config.feed_urls.count == 1);
    /* And each commented default is one: uncommenting them all changes nothing. */
    struct config again;
    char *uncommented = strdup(file.data);
    assert_non_null(uncommented);
    size_t count = 0;
    for (char *line = uncommented; line; line = strchr(line + 1, '\n')) {
        char *mark = *line == '\n' ? line + 1 : line;
        if (*mark != '#')
            continue;
        size_t name = strspn(mark + 1, "abcdefghijklmnopqrstuvwxyz_");
        bool is_list = strncmp(mark, "#aliases", 8) == 0 ||
                       strncmp(mark, "#common_rooms", 13) == 0 ||
                       strncmp(mark, "#breaks", 7) == 0 || strncmp(mark, "#key =", 6) == 0 ||
                       strncmp(mark, "#file =", 7) == 0;
        if (strncmp(mark + 1 + name, " =", 2) != 0)
            continue;
        count++;
        if (!is_list)
            *mark = ' ';
    }
    assert_int_equal(count + 2, config_key_count);
    load(uncommented, &again);
    assert_same(&config, &again);
    free(uncommented);
    free(printed);
    config_release(&config);
    config_release(&again);
    buffer_release(&file);
}

static void test_every_error_at_once(void **state)
{
    (void)state;
    check("name = x\n"
          "[rom]\n"
          "colour = blue\n"
          "[room]\n"
          "language = english!\n"
          "timezone = Europe/Brussel\n"
          "nonsense\n"
          "[feed]\n"
          "pol = 60s\n"
          "url = htps://example.org/\n"
          "poll = 90x\n"
          "theme = light\n"
          "[alerts\n"
          "distrust = many\n"
          "[screen] # now\n"
          "theme = drak\n"
          "rotate = 45\n",
          ":1: name: stands before the first [section]\n"
          ":2: [rom]: no such section (did you mean 'room'?)\n"
          ":5: [room] language: \"english!\" is not a language tag like en, fr or pt-BR (BCP 47)\n"
          ":6: [room] timezone: \"Europe/Brussel\" is not a time zone known here (did you mean "
          "'Europe/Brussels'?)\n"
          ":7: [room]: neither a [section], a key = value nor a # comment: nonsense\n"
          ":9: [feed] pol: no such key (did you mean 'poll'?)\n"
          ":10: [feed] url: \"htps:\" is not https:, http:, webcal: or file: (did you mean "
          "'https:'?)\n"
          ":11: [feed] poll: \"90x\" is not a duration like 90s, 5m or 1h30m\n"
          ":12: [feed] theme: belongs below [screen]\n"
          ":13: a section without its ]: [alerts\n"
          ":15: [screen]: something follows on the same line\n"
          ":16: [screen] theme: \"drak\" is not dark, light or high-contrast (did you mean "
          "'dark'?)\n"
          ":17: [screen] rotate: \"45\" is not 0, 90, 180 or 270\n"
          ":4: [room] name: missing\n");
}

static void test_a_section_behind_odd_blanks_is_told_as_any_other(void **state)
{
    (void)state;
    check(NEEDED "\v\f[alerts\n", ":5: a section without its ]: [alerts\n");
    check(NEEDED "\v# a comment\n\v[screen]\v\n", "");
}

static void test_what_is_needed(void **state)
{
    (void)state;
    check("", ":1: [room] name: missing\n:1: [feed] url: missing\n");
    check("# nothing\n\n[room]\n", ":3: [room] name: missing\n:3: [feed] url: missing\n");
    check("[room]\nname =\n[feed]\nurl = \n", ":2: [room] name: empty\n:4: [feed] url: empty\n");
    check("[room]\nname = \xC2\xA0\n[feed]\nurl = https://example.org/\n",
          ":2: [room] name: empty\n");
    check_line("feed", "password_file = /dev/null", "password_file: /dev/null: not a regular file");
    char secret[80], text[256], expected[160];
    snprintf(secret, sizeof(secret), "%s/secret", directory);
    write_bytes(secret, "word\n", 5);
    check(NEEDED "password_file = secret\n",
          ":3: [feed] user: missing, but password_file is given\n");
    check(NEEDED "password_file = secret\nuser = u\n", "");
    snprintf(text, sizeof(text), "ca_file = %s/none.pem", directory);
    snprintf(expected, sizeof(expected), "ca_file: %s/none.pem: No such file or directory",
             directory);
    check_line("feed", text, expected);
    check_line("feed", "ca_file = none.pem", expected);
}

static void test_given_again(void **state)
{
    (void)state;
    check("[room]\nname = a\nname = b\n[feed]\nurl = https://example.org/\npoll = 5s\n[screen]\n"
          "[feed]\npoll = 6s\n",
          ":3: [room] name: given again; line 2 has it already\n"
          ":9: [feed] poll: given again; line 6 has it already\n");
    check_line("feed", "url = https://example.org/a.ics", "url: the same URL was given before");
    check_line("room", "aliases = a\naliases = b", "");
}

static void test_numbers(void **state)
{
    (void)state;
    check_line("feed", "poll = 500", "");
    check_line("feed", "poll = 0", "poll: 0 is not within 1s to 1d");
    check_line("feed", "poll = 2d", "poll: 2d is not within 1s to 1d");
    check_line("feed", "poll = 1d", "");
    check_line("feed", "poll =", "poll: \"\" is not a duration like 90s, 5m or 1h30m");
    check_line("feed", "max_size = 1023", "max_size: 1023 is not within 1K to 1024M");
    check_line("feed", "max_size = 1K", "");
    check_line("feed", "max_size = 1024M", "");
    check_line("feed", "max_size = 1025M", "max_size: 1025M is not within 1K to 1024M");
    check_line("feed", "max_size = 32m",
               "max_size: \"32m\" is not a size like 32M, 500K or 100000 (bytes)");
    check_line(
        "feed", "max_size = 99999999999999999999M",
        "max_size: \"99999999999999999999M\" is not a size like 32M, 500K or 100000 (bytes)");
    check_line("alerts", "distrust = 0", "distrust: 0 is not within 1 to 100");
    check_line("alerts", "distrust = 100", "");
    check_line("alerts", "distrust = 3.5", "distrust: \"3.5\" is not a whole number");
    check_line("alerts", "distrust = -3", "distrust: \"-3\" is not a whole number");
}

static void test_day_ends(void **state)
{
    (void)state;
    check_line("room", "day_ends = 00:00", "");
    check_line("room", "day_ends = 12:00", "");
    check_line("room", "day_ends = 12:01", "day_ends: 12:01 is not within 00:00 to 12:00");
    check_line("room", "day_ends = 4:00", "");
    check_line("room", "day_ends = 004:00", "day_ends: \"004:00\" is not a time like 04:00");
    check_line("room", "day_ends = 04:00:00", "day_ends: \"04:00:00\" is not a time like 04:00");
    check_line("room", "day_ends = 04:60", "day_ends: \"04:60\" is not a time like 04:00");
    check_line("room", "day_ends = 4h", "day_ends: \"4h\" is not a time like 04:00");
    check_line("room", "day_ends =", "day_ends: \"\" is not a time like 04:00");
}

static void test_screen(void **state)
{
    (void)state;
    check_line("screen", "size = 1920x1080", "");
    check_line("screen", "size = auto", "");
    check_line("screen", "size = 1920 x 1080",
               "size: not auto, and \"1920 x 1080\" is not a size like 1920x1080");
    check_line("screen", "size = 100x1080",
               "size: not auto, and 100x1080: each side is 160 to 8192 pixels");
    check_line("screen", "on = always", "");
    check_line("screen", "on = 00:00-24:00", "");
    check_line("screen", "on = 8:00-22:00", "");
    check_line("screen", "on = 8:00 - 22:00", "");
    check_line("screen", "on = 8:00 22:00",
               "on: \"8:00 22:00\" is neither always nor hours like 08:00-22:30");
    check_line("screen", "on = 8:0-22:00",
               "on: \"8:0-22:00\" is neither always nor hours like 08:00-22:30");
    check_line("screen", "on = 08:00-24:01",
               "on: \"08:00-24:01\" is neither always nor hours like 08:00-22:30");
    check_line("screen", "on = 24:00-08:00",
               "on: \"24:00-08:00\" is neither always nor hours like 08:00-22:30");
    check_line("screen", "on = 08:60-09:00",
               "on: \"08:60-09:00\" is neither always nor hours like 08:00-22:30");
    check_line("screen", "on = 08:00-08:00",
               "on: \"08:00-08:00\" ends when it starts; write always, or other hours");
    check_line("control", "keys = on", "keys: \"on\" is not yes or no (did you mean 'yes'?)");
    check_line("control", "keys = Off", "keys: \"Off\" is not yes or no (did you mean 'no'?)");
    check_line("control", "keys = 1", "keys: \"1\" is not yes or no (did you mean 'yes'?)");
    check_line("control", "key = KEY_PAGEDOWN start", "");
    check_line("control", "key = 57 hold", "");
    check_line("control", "key = F1 hold",
               "key: \"F1\" is not a key; write its name as evtest does, as in KEY_F1, or its "
               "number");
    check_line("control", "key = KEY_F1", "key: no command after KEY_F1");
    check_line("control", "key = KEY_F1 dance", "key: \"dance\" is no command");
    check(NEEDED "[control]\nkey = KEY_SPACE end\nkey = 57 hold\n",
          ":7: [control] key: KEY_SPACE was given before\n");
    check_line("screen", "clock = 13", "clock: \"13\" is not auto, 24 or 12 (did you mean '12'?)");
    struct config config;
    load(NEEDED "[screen]\non = 8:00 - 24:00\n", &config);
    assert_int_equal(config.on_from_min, 480);
    assert_int_equal(config.on_until_min, 0);
    config_release(&config);

    int width = 7, height = 7;
    struct error err = {0};
    assert_true(config_size_parse("3840x2160", &width, &height, &err));
    assert_int_equal(width, 3840);
    assert_int_equal(height, 2160);
    assert_false(config_size_parse("3840", &width, &height, &err));
    assert_false(config_size_parse("3840x2160x", &width, &height, &err));
    assert_false(config_size_parse("8193x2160", &width, &height, &err));
    assert_int_equal(width, 3840);
}

static void test_connectors(void **state)
{
    (void)state;
    static const char *const right[] = {"",      "HDMI-A-1",        "DP-12",
                                        "eDP-1", "card10-HDMI-A-2", "Virtual-1"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        char line[64];
        snprintf(line, sizeof(line), "connector = %s", right[i]);
        check_line("screen", line, "");
    }
    static const char *const wrong[][2] = {{"HDMI1", " (did you mean 'HDMI-A-1'?)"},
                                           {"HDMI-1", " (did you mean 'HDMI-A-1'?)"},
                                           {"hdmi-a-1", " (did you mean 'HDMI-A-1'?)"},
                                           {"HDMI-A", " (did you mean 'HDMI-A-1'?)"},
                                           {"card-HDMI-A-1", ""},
                                           {"card0-DPI", " (did you mean 'DPI-1'?)"},
                                           {"HDMI-A-1 ;", " (did you mean 'HDMI-A-1'?)"},
                                           {"1", ""}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char line[64], expected[160];
        snprintf(line, sizeof(line), "connector = %s", wrong[i][0]);
        snprintf(expected, sizeof(expected),
                 "connector: \"%s\" is not a connector like HDMI-A-1 or card1-HDMI-A-1%s; ls "
                 "/sys/class/drm lists them",
                 wrong[i][0], wrong[i][1]);
        check_line("screen", line, expected);
    }
}

static void test_modes(void **state)
{
    (void)state;
    check_line("screen", "mode = auto", "");
    check_line("screen", "mode = 1920x1080", "");
    check_line("screen", "mode = 3840x2160@30", "");
    static const char *const wrong[] = {"",           "1080p",        "1920x1080@",
                                        "1920x1080i", "1920x1080@0",  "1920x1080@60Hz",
                                        "100x1080",   "1920x9999999", "1920 x 1080"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char line[64], expected[160];
        snprintf(line, sizeof(line), "mode = %s", wrong[i]);
        snprintf(expected, sizeof(expected),
                 "mode: \"%s\" is neither auto nor a mode like 1920x1080 or 1920x1080@60, each "
                 "side 160 to 8192 pixels",
                 wrong[i]);
        check_line("screen", line, expected);
    }
    check_line("screen", "driver = window", "");
    check_line("screen", "driver = drm", "driver: \"drm\" is not auto, kms or window");
}

static void test_languages(void **state)
{
    (void)state;
    static const char *const right[] = {"auto", "en", "de-AT", "pt-BR", "zh-Hant-TW", "ko"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        char line[64];
        snprintf(line, sizeof(line), "language = %s", right[i]);
        check_line("room", line, "");
    }
    static const char *const wrong[] = {"", "klingon", "e", "en_GB!", "en-", "zz", "Deutsch"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char line[64], expected[128];
        snprintf(line, sizeof(line), "language = %s", wrong[i]);
        snprintf(expected, sizeof(expected),
                 "language: \"%s\" is not a language tag like en, fr or pt-BR (BCP 47)", wrong[i]);
        check_line("room", line, expected);
    }
    check_line(
        "room", "language = sv",
        "language: the sign has no words in \"sv\"; it has in ar, de, en, es, fr, hi, ja, nl, "
        "pt");
    check_line("room", "language = sr-Latn",
               "language: the sign has no words in \"sr-Latn\"; it has in ar, de, en, es, fr, hi, "
               "ja, nl, pt");
}

static void test_dates(void **state)
{
    (void)state;
    check_line("feed", "date = 2026-03-12", "");
    check_line("feed", "date = 2028-02-29", "");
    check_line("feed", "date =", "");
    static const char *const wrong[] = {"12 March", "2026-02-29", "2026-3-12", "2026-03-12T10:00"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char line[64], expected[128];
        snprintf(line, sizeof(line), "date = %s", wrong[i]);
        snprintf(expected, sizeof(expected), "date: \"%s\" is not a date like 2026-03-12",
                 wrong[i]);
        check_line("feed", line, expected);
    }
}

static void test_zones(void **state)
{
    (void)state;
    check_line("room", "timezone = Europe/Brussels", "");
    check_line("room", "timezone = UTC", "");
    check_line("room", "timezone = asia/kolkatta",
               "timezone: \"asia/kolkatta\" is not a time zone known here (did you mean "
               "'Asia/Kolkata'?)");
    check_line("room", "timezone = Berlin",
               "timezone: \"Berlin\" is not a time zone known here (did you mean "
               "'Europe/Berlin'?)");
    check_line("room", "timezone = new york",
               "timezone: \"new york\" is not a time zone known here (did you mean "
               "'America/New_York'?)");
    check_line("room", "timezone = Middle-earth",
               "timezone: \"Middle-earth\" is not a time zone known here (such as "
               "Europe/Brussels)");
    setenv("TZ", "No/Where", 1);
    check(NEEDED, ":1: [room] timezone: TZ=No/Where in the environment names no time zone\n");
    unsetenv("TZ");
}

static void test_urls(void **state)
{
    (void)state;
    static const struct {
        const char *value, *told;
    } cases[] = {
        {"HTTPS://example.org", ""},
        {"http://user:pass@example.org:8080/a?b#c", ""},
        {"webcal://example.org/a.ics", ""},
        {"file:///srv/a.ics", ""},
        {"file://localhost/srv/a.ics", ""},
        {"file:a b.ics", ""},
        {"ftp://example.org/",
         "url: \"ftp:\" is not https:, http:, webcal: or file: (did you mean 'http:'?)"},
        {"gopher://example.org/", "url: \"gopher:\" is not https:, http:, webcal: or file:"},
        {"example.org/a.ics", "url: no URL; it starts with https://, http://, webcal:// or file:"},
        {"a.ics", "url: no URL; it starts with https://, http://, webcal:// or file: (did you mean "
                  "'file:a.ics'?)"},
        {"..", "url: no URL; it starts with https://, http://, webcal:// or file: (did you mean "
               "'file:..'?)"},
        {"/calendar/ical/private-8f14e45f/basic.ics",
         "url: no URL; it starts with https://, http://, webcal:// or file:"},
        {"ann:word@example.ics", "url: no URL; it starts with https://, http://, webcal:// or "
                                 "file:"},
        {"https:///a.ics", "url: names no host"},
        {"https://", "url: names no host"},
        {"https:example.org", "url: no URL; it starts with https://, http://, webcal:// or file:"},
        {"file://server/a.ics", "url: a file on another host; write file:///path or file:path"},
        {"file:", "url: names no file"},
        {"file:100%.ics",
         "url: a % stands before two hexadecimal digits; itself it is written %25"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "url = %s", cases[i].value);
        check_line("feed", line, cases[i].told);
    }
    struct config config;
    load("[room]\nname = a\n[feed]\nurl = file:///srv/a.ics\nurl = file://localhost/srv/b.ics\n"
         "url = FILE:/srv/c.ics\n",
         &config);
    assert_string_equal(config.feed_urls.items[0], "file:///srv/a.ics");
    assert_string_equal(config.feed_urls.items[1], "file:///srv/b.ics");
    assert_string_equal(config.feed_urls.items[2], "file:///srv/c.ics");
    config_release(&config);
}

/* A path below a folder whose name means something in URLs. */
static void test_relative_file_in_an_odd_folder(void **state)
{
    (void)state;
    char folder[80], name[96], expected[160];
    snprintf(folder, sizeof(folder), "%s/50%% off #1?", directory);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(name, sizeof(name), "%s/room.conf", folder);
    const char *text = "[room]\nname = a\n[feed]\nurl = file:a.ics\n";
    write_bytes(name, text, strlen(text));
    struct config config;
    struct config_report report = {.tell = take};
    assert_true(config_read(name, &config, &report));
    snprintf(expected, sizeof(expected), "file://%s/50%%25%%20off%%20%%231%%3F/a.ics", directory);
    assert_string_equal(config.feed_urls.items[0], expected);
    config_release(&config);
    unlink(name);
    rmdir(folder);
}

static void test_headlines(void **state)
{
    (void)state;
    check_line("headlines", "url =", "");
    check_line("headlines", "url = https://example.org/news.xml?key=a;b#c", "");
    check_line("headlines", "url = https:///news.xml", "url: names no host");
    check_line("headlines", "url = gopher://example.org/",
               "url: \"gopher:\" is not https:, http:, webcal: or file:");
    check(NEEDED "[headlines]\nurl = https://example.org/a\nurl = https://example.org/b\n",
          ":7: [headlines] url: given again; line 6 has it already\n");
    check_line("headlines", "poll = 1m", "");
    check_line("headlines", "poll = 1d", "");
    check_line("headlines", "poll = 59s", "poll: 59s is not within 1m to 1d");
    check_line("headlines", "poll = 25h", "poll: 25h is not within 1m to 1d");
    struct config config;
    load(NEEDED "[headlines]\nurl = https://example.org/a\n", &config);
    assert_string_equal(config.headlines_url, "https://example.org/a");
    config_release(&config);
}

static void check_long_url(size_t url_length, const char *expected)
{
    char text[8192];
    size_t length = (size_t)snprintf(text, sizeof(text), "[room]\nname = a\n[feed]\nurl = ");
    size_t url = length;
    length += (size_t)snprintf(text + length, sizeof(text) - length, "https://example.org/");
    while (length - url < url_length)
        text[length] = (char)('a' + length % 26), length++;
    text[length] = '\0';
    struct config config;
    struct told told;
    bool sound = read_bytes(text, length, &config, &told);
    assert_string_equal(told.text.data, expected);
    assert_int_equal(sound, *expected == '\0');
    if (sound) {
        assert_string_equal(config.feed_urls.items[0], text + url);
        config_release(&config);
    }
    buffer_release(&told.text);
}

/* inih's own limit is 200 bytes, and what is longer falls apart into two settings. */
static void test_long_lines(void **state)
{
    (void)state;
    check_long_url(190, "");
    check_long_url(200, "");
    check_long_url(400, "");
    check_long_url(CONFIG_URL_BYTES_MAX, "");
    check_long_url(CONFIG_URL_BYTES_MAX + 1, ":4: [feed] url: longer than 2048 bytes\n");
    check_long_url(CONFIG_LINE_BYTES_MAX - 6, ":4: [feed] url: longer than 2048 bytes\n");
    check_long_url(CONFIG_LINE_BYTES_MAX - 5,
                   ":4: a line longer than 4096 bytes\n:3: [feed] url: missing\n");
    check_long_url(8000, ":4: a line longer than 4096 bytes\n:3: [feed] url: missing\n");

    char name[400] = "";
    memset(name, 'n', 300);
    char line[512];
    snprintf(line, sizeof(line), "aliases = %s", name);
    check_line("room", line, "aliases: longer than 256 bytes");
    char header[512];
    snprintf(header, sizeof(header), NEEDED "[room%s]\nname = b\n", name);
    /* It may be a broken line's rest, and a secret: not quoted. */
    check(header, ":5: no such section\n");
    snprintf(header, sizeof(header), NEEDED "poll%s = b\n", name);
    check(header, ":5: [feed]: no such key\n");
    check(NEEDED "0123456789abcdef/basic.ics?token = b\n", ":5: [feed]: no such key\n");
    check(NEEDED "https://ada:word@example.org/\n", ":5: [feed] https: no such key\n");
    check(NEEDED "8f14e45f/basic.ics\n",
          ":5: [feed]: neither a [section], a key = value nor a # comment\n");
    check("8f14e45f/basic.ics?a=b\n" NEEDED, ":1: stands before the first [section]\n");
    check(NEEDED "[feed] url=https://ada:word@example.org/\n",
          ":5: [feed]: something follows on the same line\n");
    check(NEEDED "url = https://ada:word@example.org/\nurl = https://ada:word@example.org/\n",
          ":6: [feed] url: the same URL was given before\n");
    check(NEEDED "url = //ada:word@example.org/\n",
          ":5: [feed] url: no URL; it starts with https://, http://, webcal:// or file:\n");
}

static void test_line_ends_and_marks(void **state)
{
    (void)state;
    check("\xEF\xBB\xBF" NEEDED, "");
    check("[room]\r\nname = Audi 1\r\n[feed]\r\nurl = https://example.org/\r\npol = 1\r\n",
          ":5: [feed] pol: no such key (did you mean 'poll'?)\n");
    check("[room]\rname = a\r[feed]\rurl = https://example.org/", "");
    check("[ room ]\n\tname=a\n ; a comment\n  # another\n[feed]\nurl:https://example.org/", "");
    check("[room]\nname = a ; b\n\n\n[feed]\nurl = https://example.org/\n indented\n",
          ":7: [feed]: neither a [section], a key = value nor a # comment: indented\n");
    check("[]\n= x\n" NEEDED, ":1: []: no such section\n");
    check(NEEDED "[Screen]\nrotate = 45\n",
          ":5: [Screen]: no such section (did you mean 'screen'?)\n"
          ":6: [screen] rotate: \"45\" is not 0, 90, 180 or 270\n");
    check("[Room]\nname = a\n[FEED]\nurl = https://example.org/\n",
          ":1: [Room]: no such section (did you mean 'room'?)\n"
          ":3: [FEED]: no such section (did you mean 'feed'?)\n");
    check("a = 1\nb = 2\n" NEEDED, ":1: a: stands before the first [section]\n");
    check("BEGIN:VCALENDAR\nVERSION:2.0\n" NEEDED,
          ":1: a calendar, not a config file: name it as a [feed] url of one, or by --url\n");
    check(NEEDED "= x\n", ":5: [feed] : no such key\n");
    struct config config;
    load("[room]\nname =  Audi   1 # left  \r\n[feed]\nurl = https://example.org/", &config);
    assert_string_equal(config.room_name, "Audi 1 # left");
    config_release(&config);
}

static void test_not_text(void **state)
{
    (void)state;
    static const char nul[] = NEEDED "poll = 1\0 0\ntimeout = 5\0\n";
    check_bytes(nul, sizeof(nul) - 1,
                ":5: a NUL byte; the file must be text in UTF-8\n"
                ":6: a NUL byte; the file must be text in UTF-8\n");
    check(NEEDED "[room]\n# caf\xE9\naliases = caf\xE9\n",
          ":7: not UTF-8; the file must be text in UTF-8\n");
    check_bytes("\xFF\xFE[\0r\0", 6, ":1: UTF-16; the file must be text in UTF-8\n");
    check_bytes("\xFE\xFF\0[\0r", 6, ":1: UTF-16; the file must be text in UTF-8\n");
    struct config config;
    load("[room]\nname = a\xE2\x80\xAE\x01z\n[feed]\nurl = https://example.org/", &config);
    assert_string_equal(config.room_name, "a z");
    config_release(&config);
}

static void test_no_file(void **state)
{
    (void)state;
    struct config config;
    struct told told;
    buffer_init(&told.text, 4096);
    told.report = (struct config_report){.tell = take, .context = &told};
    unlink(path);
    assert_false(config_read(path, &config, &told.report));
    assert_string_equal(told.text.data, ": No such file or directory\n");
    assert_int_equal(told.report.error_count, 1);
    buffer_release(&told.text);
}

static void test_too_many_errors(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 100000);
    for (int i = 0; i < 1000; i++)
        assert_true(buffer_append_text(&text, "nonsense\n"));
    struct config config;
    struct told told;
    assert_false(read_bytes(text.data, text.length, &config, &told));
    assert_int_equal(told.report.error_count, 1002);
    size_t lines = 0;
    for (const char *c = told.text.data; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, CONFIG_ERRORS_MAX + 1);
    assert_non_null(strstr(told.text.data, ":65: more errors follow; they are not told\n"));
    buffer_release(&told.text);
    buffer_release(&text);
}

static void test_lists_are_bounded(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 100000);
    assert_true(buffer_append_text(&text, NEEDED "[room]\n"));
    for (int i = 0; i <= CONFIG_LIST_MAX; i++)
        assert_true(buffer_append_format(&text, "aliases = a%d\n", i));
    check(text.data, ":70: [room] aliases: given more than 64 times\n");
    buffer_clear(&text);
    assert_true(buffer_append_text(&text, NEEDED));
    for (int i = 0; i < CONFIG_FEEDS_MAX; i++)
        assert_true(buffer_append_format(&text, "url = https://example.org/%d\n", i));
    check(text.data, ":12: [feed] url: given more than 8 times\n");
    buffer_release(&text);
}

/* Files made of pieces of config files and of anything: an answer each time, and never a config
 * that lacks what is required. */
static void test_any_bytes(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    char bytes[sizeof(everything) + 64];
    for (int round = 0; round < 3000; round++) {
        size_t length = sizeof(everything) - 1;
        memcpy(bytes, everything, length);
        for (int change = 0; change < 1 + round % 40; change++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            bytes[(seed >> 8) % length] =
                seed % 3 ? "[]=:;#\n\r x\0\xFF"[seed % 12] : (char)(seed >> 32);
        }
        struct config config;
        struct told told;
        if (read_bytes(bytes, length - seed % 100, &config, &told)) {
            assert_true(*config.room_name != '\0' && config.feed_urls.count > 0);
            config_release(&config);
        } else {
            assert_true(told.report.error_count > 0);
        }
        buffer_release(&told.text);
    }
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("TZ");
    unsetenv("TZDIR");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof(path), "%s/room.conf", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char secret[80];
    snprintf(secret, sizeof(secret), "%s/secret", directory);
    unlink(secret);
    unlink(path);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_print_reads_back),
        cmocka_unit_test(test_room_conf_is_the_table),
        cmocka_unit_test(test_every_error_at_once),
        cmocka_unit_test(test_a_section_behind_odd_blanks_is_told_as_any_other),
        cmocka_unit_test(test_what_is_needed),
        cmocka_unit_test(test_given_again),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_day_ends),
        cmocka_unit_test(test_screen),
        cmocka_unit_test(test_connectors),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_relative_file_in_an_odd_folder),
        cmocka_unit_test(test_headlines),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_line_ends_and_marks),
        cmocka_unit_test(test_not_text),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_too_many_errors),
        cmocka_unit_test(test_lists_are_bounded),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests_name("config", tests, set_up, tear_down);
}
