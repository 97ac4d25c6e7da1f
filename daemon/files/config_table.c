#include <roomsign/config_table.h>

#include <assert.h>

#include <roomsign/civil.h>
#include <roomsign/theme.h>

/* The members that one key fills in pairs, and the enums that are filled as ints. */
static_assert(offsetof(struct config, height_px) == offsetof(struct config, width_px) + sizeof(int),
              "config_key_parse fills width and height as a pair");
static_assert(offsetof(struct config, on_until_min) ==
                  offsetof(struct config, on_from_min) + sizeof(int),
              "config_key_parse fills both hours as a pair");
static_assert(offsetof(struct config, mode_height_px) ==
                      offsetof(struct config, mode_width_px) + sizeof(int) &&
                  offsetof(struct config, mode_rate_hz) ==
                      offsetof(struct config, mode_height_px) + sizeof(int),
              "config_key_parse fills a mode as three");
static_assert(sizeof(enum config_driver) == sizeof(int), "filled as an int");
static_assert(sizeof(enum overrun_policy) == sizeof(int), "filled as an int");
static_assert(sizeof(enum config_clock) == sizeof(int), "filled as an int");

static const char *const sections[] = {"include", "room",   "feed",  "headlines",
                                       "alerts",  "screen", "clock", "control"};

#define MEMBER(member) .offset = offsetof(struct config, member)

const struct config_key config_keys[] = {
    {"include", "file", CONFIG_TYPE_INCLUDE, 0, "",
     .meaning =
         "Another config to begin with (house.inc is a file beside this one), as if it stood "
         "here; it may do the same. What this file says of a key counts instead, a list as a "
         "whole. May be given several times, before all other sections."},
    {"room", "name", CONFIG_TYPE_TEXT, MEMBER(room_name), "", .required = true,
     .meaning = "The room as the feed calls it, in full: House of Tea is not House of Tea 2. Upper "
                "and lower case and the number of blanks don't matter."},
    {"room", "aliases", CONFIG_TYPE_TEXT_LIST, MEMBER(room_aliases), "", .most = CONFIG_LIST_MAX,
     .meaning = "Another name that the feed has for this room. May be given several times, one "
                "name each."},
    {"room", "common_rooms", CONFIG_TYPE_TEXT_LIST, MEMBER(common_rooms), "",
     .most = CONFIG_LIST_MAX,
     .meaning = "A room whose events every sign shows, such as Everywhere or Foyer. May be given "
                "several times."},
    {"room", "breaks", CONFIG_TYPE_TEXT_LIST, MEMBER(breaks), "", .most = CONFIG_LIST_MAX,
     .meaning =
         "A word or two that make an event of at most four words a break. May be given several "
         "times, instead of: break, lunch, coffee, tea, breakfast, dinner, registration, check-in, "
         "doors, networking, welcome drinks and their like in the sign's languages."},
    {"room", "table", CONFIG_TYPE_FILE, MEMBER(room_table), "",
     .meaning =
         "Instead of name: a table of all rooms (rooms.tsv is a file beside this one), columns set "
         "apart by tabs. Its first line names them: sign, name, and other keys that signs have of "
         "their own, such as rotate. A sign's line begins with its NAME as in roomsign@NAME, or "
         "with its computer's name."},
    {"room", "timezone", CONFIG_TYPE_ZONE, MEMBER(timezone), "",
     .meaning = "Where the room is, as in Europe/Brussels. Empty: this computer's own zone."},
    {"room", "language", CONFIG_TYPE_LANGUAGE, MEMBER(language), "auto",
     .meaning =
         "The language of the sign's own words: ar, de, en, es, fr, hi, ja, nl or pt, with a "
         "region where that matters, as in en-US or pt-BR; or auto: the system's (LANGUAGE, "
         "LC_ALL, LC_MESSAGES, LANG), English where it is none of these. zh and ko, whose "
         "words are English, have their characters drawn their way, as zh-Hant has."},
    {"room", "include_venue_wide", CONFIG_TYPE_SWITCH, MEMBER(include_venue_wide), "yes",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning = "Whether events of the feed that name no room are shown: yes or no."},
    {"room", "day_ends", CONFIG_TYPE_TIME, MEMBER(rules.day_ends_min), "00:00",
     .most = TRACKER_DAY_ENDS_MAX_MIN,
     .meaning =
         "When the programme's day ends: with 04:00, a session at 00:30 is of the evening before."},
    {"feed", "url", CONFIG_TYPE_URL_LIST, MEMBER(feed_urls), "", .most = CONFIG_FEEDS_MAX,
     .required = true,
     .meaning = "The venue's schedule: http:, https:, webcal: or file: (file:schedule.ics is a "
                "file beside this one). May be given up to 8 times."},
    {"feed", "all_events", CONFIG_TYPE_SWITCH, MEMBER(all_events), "no",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning =
         "Whether every event of the feeds is in this room, whatever place it names: yes for "
         "a calendar of this room alone; no: those that name this room are."},
    {"feed", "date", CONFIG_TYPE_DATE, MEMBER(feed_date), "",
     .meaning = "The day of a feed that is plain text without a date in it, as in 2026-03-12."},
    {"feed", "poll", CONFIG_TYPE_DURATION, MEMBER(poll_ms), "60s", .least = SECOND_MS,
     .most = DAY_MS, .meaning = "How often the feed is asked for changes."},
    {"feed", "timeout", CONFIG_TYPE_DURATION, MEMBER(timeout_ms), "20s", .least = SECOND_MS,
     .most = 10 * MINUTE_MS, .meaning = "How long one answer may take, from beginning to end."},
    {"feed", "max_size", CONFIG_TYPE_BYTES, MEMBER(max_size_bytes), "32M", .least = 1024,
     .most = 1024 * 1024 * 1024,
     .meaning =
         "How large a feed may be once decompressed, in bytes, K (1024 bytes) or M (1024 K)."},
    {"feed", "user", CONFIG_TYPE_TEXT, MEMBER(user), "",
     .meaning = "The user name for servers that ask for one (HTTP authentication)."},
    {"feed", "password_file", CONFIG_TYPE_FILE, MEMBER(password_file), "",
     .meaning = "A file whose first line is the password that goes with user."},
    {"feed", "ca_file", CONFIG_TYPE_FILE, MEMBER(ca_file), "",
     .meaning = "A PEM file of the certificates to trust for https: instead of the system's."},
    {"headlines", "url", CONFIG_TYPE_URL, MEMBER(headlines_url), "",
     .meaning = "An RSS or Atom feed (http:, https: or file:) whose latest entries the sign shows "
                "while the room is free or closed. Empty: none. What [feed] has of user, "
                "password_file and ca_file counts on the feeds' own server alone."},
    {"headlines", "poll", CONFIG_TYPE_DURATION, MEMBER(headlines_poll_ms), "15m",
     .least = MINUTE_MS, .most = DAY_MS, .meaning = "How often that feed is asked for news."},
    {"alerts", "soon", CONFIG_TYPE_DURATION, MEMBER(rules.soon_ms), "10m", .most = 12 * HOUR_MS,
     .meaning =
         "How long before a session the free room announces it, unless the feed's own alarm says."},
    {"alerts", "wrap_up", CONFIG_TYPE_DURATION, MEMBER(rules.wrap_up_ms), "5m",
     .most = 12 * HOUR_MS,
     .meaning =
         "How long before its end a session is told to wrap up; never more than a quarter of it."},
    {"alerts", "overrun", CONFIG_TYPE_CHOICE, MEMBER(rules.overrun), "schedule",
     .choices = {{"schedule", OVERRUN_POLICY_SCHEDULE},
                 {"confirmed", OVERRUN_POLICY_CONFIRMED},
                 {"off", OVERRUN_POLICY_OFF}},
     .choice_count = 3,
     .meaning = "When a session counts as running over: schedule (past its end, until someone says "
                "otherwise), confirmed (only when held by the operator or a sensor), or off."},
    {"alerts", "overrun_limit", CONFIG_TYPE_DURATION, MEMBER(rules.overrun_limit_ms), "10m",
     .most = 12 * HOUR_MS,
     .meaning = "How long that is presumed at most when nobody says anything."},
    {"alerts", "distrust", CONFIG_TYPE_INTEGER, MEMBER(distrust), "3", .least = 1, .most = 100,
     .meaning = "How many polls in a row must agree before a schedule is believed that suddenly is "
                "empty or lost more than half of what was to come."},
    {"alerts", "max_session", CONFIG_TYPE_DURATION, MEMBER(rules.max_session_ms), "12h",
     .least = MINUTE_MS, .most = 31 * DAY_MS,
     .meaning = "Events that last longer are notices of the day; they don't occupy the room."},
    {"screen", "driver", CONFIG_TYPE_CHOICE, MEMBER(driver), "auto",
     .choices = {{"auto", CONFIG_DRIVER_AUTO},
                 {"kms", CONFIG_DRIVER_KMS},
                 {"window", CONFIG_DRIVER_WINDOW}},
     .choice_count = 3,
     .meaning = "What the sign is shown through: kms (the console's whole screen, without anything "
                "between the sign and the kernel), window (of an X server or a Wayland "
                "compositor), or auto: a window where DISPLAY or WAYLAND_DISPLAY name a server "
                "that answers, else kms."},
    {"screen", "connector", CONFIG_TYPE_CONNECTOR, MEMBER(connector), "",
     .meaning = "Of kms: where the display is plugged in, as in HDMI-A-2, or card1-HDMI-A-2 of "
                "several cards (ls /sys/class/drm lists them). Empty: the first that has a "
                "display."},
    {"screen", "mode", CONFIG_TYPE_MODE, MEMBER(mode_width_px), "auto",
     .meaning = "Of kms: what the display is driven with, as in 1920x1080 or 1920x1080@60, or "
                "auto: what it prefers, which it also gets where it doesn't have that mode."},
    {"screen", "size", CONFIG_TYPE_SCREEN_SIZE, MEMBER(width_px), "auto",
     .meaning =
         "Width and height of the picture in pixels, as in 1920x1080, or auto: the display's own."},
    {"screen", "rotate", CONFIG_TYPE_CHOICE, MEMBER(rotate_deg), "0",
     .choices = {{"0", 0}, {"90", 90}, {"180", 180}, {"270", 270}}, .choice_count = 4,
     .meaning = "How far the picture is turned clockwise, for a display that hangs on its side: 0, "
                "90, 180 or 270."},
    {"screen", "theme", CONFIG_TYPE_THEME, MEMBER(theme), "dark",
     .choices = {{"dark", THEME_BASE_DARK},
                 {"light", THEME_BASE_LIGHT},
                 {"high-contrast", THEME_BASE_HIGH_CONTRAST}},
     .choice_count = 3,
     .meaning = "dark, light, high-contrast, or a theme file with colours, a font and a logo of "
                "one's own (house.theme is a file beside this one). roomsignd --print-theme dark "
                "prints one to begin with."},
    {"screen", "clock", CONFIG_TYPE_CHOICE, MEMBER(clock), "auto",
     .choices = {{"auto", CONFIG_CLOCK_AUTO}, {"24", CONFIG_CLOCK_24H}, {"12", CONFIG_CLOCK_12H}},
     .choice_count = 3,
     .meaning = "How times are written: 24 (14:30), 12 (2:30 PM), or auto: as is usual where the "
                "language is spoken, 12 for en-US and hi, 24 for de, and for en of no region."},
    {"screen", "qr", CONFIG_TYPE_SWITCH, MEMBER(qr), "yes",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning = "Whether a QR code leads to the page that the feed has of the session: yes or no. "
                "It is left out where it finds no place in which a phone two metres away could "
                "read it."},
    {"screen", "on", CONFIG_TYPE_HOURS, MEMBER(on_from_min), "always",
     .meaning = "When the display is lit, as in 08:00-22:30 (the room's time), or always. Past "
                "midnight works as well: 18:00-02:00. Outside these hours it is lit from half an "
                "hour before a session until its end, while a message is shown, and for a minute "
                "after a key press."},
    {"screen", "shift", CONFIG_TYPE_SWITCH, MEMBER(shift), "yes",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning = "Whether the picture moves by a few pixels every hour, so that it doesn't burn "
                "into the display: yes or no."},
    {"screen", "motion", CONFIG_TYPE_SWITCH, MEMBER(motion), "yes",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning = "Whether the picture fades into the next one when a session begins or ends: yes or "
                "no, which is at once."},
    {"control", "keys", CONFIG_TYPE_SWITCH, MEMBER(keys), "no",
     .choices = {{"yes", true}, {"no", false}}, .choice_count = 2,
     .meaning =
         "Whether keys pressed at the sign are the operator's commands, yes or no: space holds or "
         "releases the session, e ends it, s starts the next, + and - move its end by five "
         "minutes, f says "
         "full or open, u takes the last one back. Keyboards, keypads, presenters, foot switches "
         "and gpio-key buttons count, all that the kernel shows as input devices. On the console "
         "keys are where a US keyboard has them."},
    {"control", "key", CONFIG_TYPE_KEY_LIST, MEMBER(key_bindings), "", .most = CONFIG_LIST_MAX,
     .meaning =
         "Another key's meaning: its name as evtest prints it and a command of roomsignctl or the "
         "word nothing, as in KEY_PAGEDOWN start, KEY_F1 say --for 10m Back soon, KEY_E nothing. "
         "May be given several times."},
    {"clock", "trust", CONFIG_TYPE_SWITCH, MEMBER(clock_always_trusted), "check",
     .choices = {{"check", false}, {"always", true}}, .choice_count = 2,
     .meaning = "check: a clock that no time server has set is believed only when the feed's "
                "server says the same; else the sign goes by that server, or shows the day's plan "
                "without a countdown. always: for a clock that is set by hand."},
};
const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
static_assert(sizeof(config_keys) / sizeof(config_keys[0]) <= CONFIG_KEYS_MAX, "raise the maximum");
const struct config_form config_form = {
    .sections = sections,
    .section_count = sizeof(sections) / sizeof(sections[0]),
    .keys = config_keys,
    .key_count = sizeof(config_keys) / sizeof(config_keys[0]),
};
