/* Small feeds with one thing wrong each, a test a trap: what is still shown, and what is said. The
 * event beside the bad one must always survive. Sizes and cuts are test_huge_feeds.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "frab_case.h"
#include "scratch.h"

#define GUARD_S 60
#include "guard.h"


struct trap {
    const char *name;
    /* NUL bytes may stand in it. */
    const char *text;
    size_t length;
    const char *lines;
    const char *warnings;
    bool partial;
    /* Why the whole feed is refused; NULL: it isn't. */
    const char *error;
};

#define SHOWN(trap_name, bytes, shown, said)                                                       \
    {                                                                                              \
        .name = trap_name, .text = bytes, .length = sizeof bytes - 1, .lines = shown,              \
        .warnings = said                                                                           \
    }
#define PARTIAL(trap_name, bytes, shown, said)                                                     \
    {                                                                                              \
        .name = trap_name, .text = bytes, .length = sizeof bytes - 1, .lines = shown,              \
        .warnings = said, .partial = true                                                          \
    }
#define REFUSED(trap_name, bytes, why)                                                             \
    {                                                                                              \
        .name = trap_name, .text = bytes, .length = sizeof bytes - 1, .error = why                 \
    }

#define ICAL(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\nUID:bad\r\n" lines "SUMMARY:Bad\r\nEND:VEVENT\r\n"
#define START "DTSTART:20260130T090000Z\r\n"
#define GOOD                                                                                       \
    "BEGIN:VEVENT\r\nUID:good\r\nDTSTART:20260131T093000Z\r\nDURATION:PT25M\r\nSUMMARY:Good\r\n"   \
    "END:VEVENT\r\n"
#define XCAL(events)                                                                               \
    "<icalendar><vcalendar><vevent><uid>good</uid><dtstart>20260131T093000Z</dtstart><dtend>"      \
    "20260131T095500Z</dtend><summary>Good</summary></vevent>" events "</vcalendar></icalendar>"
#define XCAL_BAD(lines) "<vevent><uid>bad</uid><summary>Bad</summary>" lines "</vevent>"
#define BAD_LINE "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | Bad\n"
#define GOOD_LINE "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good |  | confirmed | Good\n"

#define XML(head, events)                                                                          \
    head "<schedule><day date=\"2026-01-31\"><room name=\"Hall\">" XML_GOOD events                 \
         "</room></day></schedule>"
#define XML_GOOD                                                                                   \
    "<event guid=\"good\"><start>10:30</start><duration>00:25</duration><title>Good</title>"       \
    "</event>"
#define XML_BAD(fields) "<event guid=\"bad\"><title>Bad</title>" fields "</event>"
#define ONE_ROOM_JSON(room, events)                                                                \
    "{\"schedule\": {\"conference\": {\"days\": [{\"date\": \"2026-01-31\", \"rooms\": {\"" room   \
    "\": [{\"guid\": \"good\", \"start\": \"10:30\", \"duration\": \"00:25\", \"title\": "         \
    "\"Good\"}" events "]}}]}}}"
#define JSON(events) ONE_ROOM_JSON("Hall", ", " events)
#define JSON_BAD(members) "{\"guid\": \"bad\", \"title\": \"Bad\", " members "}"
#define HALL_LINE "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good | Hall | confirmed | Good\n"
/* At 11:00, without length. */
#define HALL_BAD(rest)                                                                             \
    "2026-01-31T10:00:00Z 2026-01-31T10:00:00Z bad | Hall | confirmed | Bad" rest "\n"
#define HALL_BAD_LINE HALL_BAD("")
#define ELEVEN "\"start\": \"11:00\", \"duration\": 0, "

#define UNREADABLE(event)                                                                          \
    "characters that can't be read show as \uFFFD, sessions with them: 1, first " event "\n"
#define SPOILT(why)                                                                                \
    "not well-formed XML from line 1 on (" why "); only the events before it are known: 1\n"
#define INVALID_TOKEN SPOILT("not well-formed (invalid token)")
#define LEFT_OUT(why) "event \"Bad\" (bad) is left out: " why "\n"
#define NO_START LEFT_OUT("its start is missing or can't be read")
#define BACKWARDS "event \"Bad\" (bad) ends before it starts; only its start is taken\n"
#define NO_DURATION(text)                                                                          \
    "event \"Bad\" (bad) has no duration that can be read ('" text "'); only its start is taken\n"
#define SECOND_LEFT_OUT(why) "event 2 in room 'Hall' is left out: " why "\n"
#define UTF_16 "not a calendar: UTF-16 text or a binary file"

static const struct trap encodings[] = {
    REFUSED("iCal in UTF-16 LE with a mark",
            "\xFF\xFE"
            "B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0\n\0",
            UTF_16),
    REFUSED("iCal in UTF-16 BE with a mark",
            "\xFE\xFF"
            "\0B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0\n",
            UTF_16),
    REFUSED("iCal in UTF-16 LE without a mark", "B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0\n\0", UTF_16),
    REFUSED("iCal in UTF-16 BE without a mark", "\0B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0\n", UTF_16),
    REFUSED("XML in UTF-16", "\xFF\xFE<\0s\0c\0h\0e\0d\0u\0l\0e\0/\0>\0", UTF_16),
    REFUSED("JSON in UTF-16", "{\0\"\0s\0c\0h\0e\0d\0u\0l\0e\0\"\0:\0{\0}\0}\0", UTF_16),
    SHOWN("iCal with two byte order marks", "\xEF\xBB\xBF\xEF\xBB\xBF" ICAL(GOOD), GOOD_LINE, ""),
    SHOWN("XML with two byte order marks", XML("\xEF\xBB\xBF\xEF\xBB\xBF", ""), HALL_LINE, ""),
    SHOWN("two iCal files with byte order marks, joined",
          "\xEF\xBB\xBF" ICAL("") "\xEF\xBB\xBF" ICAL("\xEF\xBB\xBF" GOOD), GOOD_LINE, ""),
    SHOWN("Latin-1 in iCal", ICAL(EVENT(START "SUMMARY:Caf\xE9\r\n") GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | Caf\uFFFD\n" GOOD_LINE,
          UNREADABLE("\"Caf\uFFFD\" (bad)")),
    SHOWN("overlong forms in iCal", ICAL(EVENT(START "LOCATION:\xC0\xAF\xE0\x80\xAF\r\n") GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad | \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD | "
          "confirmed | Bad\n" GOOD_LINE,
          UNREADABLE("\"Bad\" (bad)")),
    SHOWN("a lone surrogate in iCal", ICAL(EVENT(START "SUMMARY:A\xED\xA0\x80\r\n") GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | "
          "A\uFFFD\uFFFD\uFFFD\n" GOOD_LINE,
          UNREADABLE("\"A\uFFFD\uFFFD\uFFFD\" (bad)")),
    SHOWN("Latin-1 that XML declares",
          XML("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
              "<event guid=\"bad\"><title>Caf\xE9</title><start>11:00</start><duration>0</duration>"
              "</event>"),
          HALL_LINE "2026-01-31T10:00:00Z 2026-01-31T10:00:00Z bad | Hall | confirmed | Café\n",
          ""),
    PARTIAL("Latin-1 in XML that says UTF-8", XML("", XML_BAD("<track>Caf\xE9</track>")), HALL_LINE,
            INVALID_TOKEN),
    REFUSED("Shift_JIS that XML declares",
            XML("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>", ""),
            "not well-formed XML from line 1 on (unknown encoding)"),
    PARTIAL("overlong forms in XML", XML("", XML_BAD("<track>\xC0\xAF</track>")), HALL_LINE,
            INVALID_TOKEN),
    PARTIAL("a lone surrogate by number in XML", XML("", XML_BAD("<track>&#xD800;</track>")),
            HALL_LINE, SPOILT("reference to invalid character number")),
    SHOWN("Latin-1 in JSON", JSON(JSON_BAD(ELEVEN "\"track\": \"Caf\xE9\"")),
          HALL_LINE HALL_BAD(" | Caf\uFFFD"), ""),
    SHOWN("an escaped lone surrogate in JSON", JSON(JSON_BAD(ELEVEN "\"track\": \"\\ud800\"")),
          HALL_LINE HALL_BAD(" | \uFFFD"), ""),
    SHOWN("Latin-1 in the name of a room in JSON", ONE_ROOM_JSON("Caf\xE9", ""),
          "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good | Caf\uFFFD | confirmed | Good\n",
          UNREADABLE("\"Good\" (good)")),
    SHOWN("Latin-1 in an agenda", "2026-01-31\n10:30-10:55 Caf\xE9\n11:00-11:20 Good\n",
          "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z agenda/2026-01-31/1030/0de5f2c6 |  | "
          "confirmed | Caf\uFFFD\n"
          "2026-01-31T10:00:00Z 2026-01-31T10:20:00Z agenda/2026-01-31/1100/5e20c668 |  | "
          "confirmed | Good\n",
          UNREADABLE("\"Caf\uFFFD\" (agenda/2026-01-31/1030/0de5f2c6)")),
    PARTIAL("Latin-1 in xCal that says UTF-8",
            XCAL(XCAL_BAD("<dtstart>20260130T090000Z</dtstart><location>Caf\xE9</location>")),
            GOOD_LINE,
            INVALID_TOKEN "event bad is left out: it does not end before the calendar ends\n"),
};

#define NULS "it holds NUL bytes, which are passed over\n"

static const struct trap separators[] = {
    SHOWN("NULs between the lines of iCal", ICAL("\0\0" EVENT("\0" START "\0\0\0") "\0" GOOD "\0"),
          BAD_LINE GOOD_LINE, NULS),
    SHOWN("NULs inside the names and values of iCal",
          ICAL("BEG\0IN:VEVENT\r\nUID:b\0ad\r\nDTSTART:2026\0"
               "0130T090000Z\r\nSUMM\0ARY:B\0ad\r\n"
               "END:VE\0VENT\r\n" GOOD),
          BAD_LINE GOOD_LINE, NULS),
    PARTIAL("a NUL in XML", XML("", XML_BAD("<track>a\0b</track>")), HALL_LINE, INVALID_TOKEN),
    SHOWN("a NUL in a JSON event", JSON(JSON_BAD(ELEVEN "\"track\": \"a\0b\"")),
          HALL_LINE HALL_BAD(" | a b"), ""),
    SHOWN("a NUL between JSON events",
          JSON("\0" JSON_BAD("\"start\": \"11:00\", \"duration\": 0") "\0"),
          HALL_LINE HALL_BAD_LINE, ""),
    SHOWN("escaped NULs in JSON",
          JSON("{\"guid\": \"bad\", \"title\": \"B\\u0000ad\", \"start\": \"11:00\", \"duration\": "
               "0, \"persons\": [\"A\\u0000da\", {\"name\": \"G\\u0000race\"}]}"),
          HALL_LINE "2026-01-31T10:00:00Z 2026-01-31T10:00:00Z bad | Hall | confirmed | B ad | "
                    "A da; G race\n",
          ""),
    SHOWN("an escaped NUL in the name of a room in JSON", ONE_ROOM_JSON("Hall\\u00002", ""),
          "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good | Hall 2 | confirmed | Good\n", ""),
    SHOWN("LF lines in iCal with CR lines",
          "BEGIN:VCALENDAR\rVERSION:2.0\rBEGIN:VEVENT\nUID:bad\nSUMMARY:Bad\n"
          "DTSTART:20260130T090000Z\nEND:VEVENT\rBEGIN:VEVENT\r\nUID:good\r\nSUMMARY:Good\r"
          "DTSTART:20260131T093000Z\nDURATION:PT25M\rEND:VEVENT\nEND:VCALENDAR\r",
          BAD_LINE GOOD_LINE, ""),
    SHOWN("a CR in a text of iCal with LF lines", ICAL(EVENT(START "SUMMARY:B\rad\r\n") GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | B ad\n" GOOD_LINE, ""),
    SHOWN("CR lines in iCal with LF lines",
          ICAL(EVENT(START) "BEGIN:VEVENT\nUID:a\nDTSTART:20260130T100000Z\n"
                            "END:VEVENT\rBEGIN:VEVENT\rUID:b\rEND:VEVENT\n" GOOD),
          BAD_LINE GOOD_LINE, "event a is left out: it does not end before the next begins\n"),
    SHOWN("form feeds and vertical tabs in iCal",
          ICAL("\f" EVENT("\v\f" START "\f\v\r\nSUMMARY:B\fad\r\n") "\f\r\n\f" GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | B ad\n" GOOD_LINE, ""),
    PARTIAL("a form feed in XML", XML("", XML_BAD("<track>a\fb</track>")), HALL_LINE,
            INVALID_TOKEN),
    SHOWN("a form feed in a JSON event", JSON(JSON_BAD(ELEVEN "\"track\": \"a\fb\"")),
          HALL_LINE HALL_BAD(" | a b"), ""),
};

static const struct trap ical_times[] = {
    SHOWN("iCal: no DTSTART", ICAL(EVENT("DURATION:PT1H\r\n") GOOD), GOOD_LINE, NO_START),
    SHOWN("iCal: an empty DTSTART", ICAL(EVENT("DTSTART:\r\n") GOOD), GOOD_LINE, NO_START),
    SHOWN("iCal: the year 0", ICAL(EVENT("DTSTART:00000101T090000Z\r\n") GOOD), GOOD_LINE,
          NO_START),
    SHOWN("iCal: the day 0 of month 0", ICAL(EVENT("DTSTART:20260000T090000Z\r\n") GOOD), GOOD_LINE,
          NO_START),
    SHOWN("iCal: before the year 1",
          ICAL(EVENT("DTSTART;TZID=Asia/Tokyo:00010101T000000\r\nDTEND:20260130T090000Z\r\n") GOOD),
          "0001-01-01T00:00:00Z 2026-01-30T09:00:00Z bad |  | confirmed | Bad\n" GOOD_LINE, ""),
    SHOWN("iCal: past the year 9999",
          ICAL(EVENT(START "DTEND;TZID=America/New_York:99991231T235959\r\n") GOOD),
          "2026-01-30T09:00:00Z 9999-12-31T23:59:59Z bad |  | confirmed | Bad\n" GOOD_LINE, ""),
    SHOWN("iCal: the last day of 9999 and a century",
          ICAL(EVENT("DTSTART;VALUE=DATE:99991231\r\nDURATION:P36600D\r\n") GOOD), GOOD_LINE, ""),
    SHOWN("iCal: the year 99999", ICAL(EVENT("DTSTART:999991231T090000Z\r\n") GOOD), GOOD_LINE,
          NO_START),
    SHOWN("iCal: the 30th of February", ICAL(EVENT("DTSTART;VALUE=DATE:20260230\r\n") GOOD),
          GOOD_LINE, NO_START),
    SHOWN("iCal: 23:59:60 and 24:00",
          ICAL(EVENT("DTSTART:20260129T235960Z\r\nDTEND:20260129T240000Z\r\n") GOOD),
          "2026-01-29T23:59:59Z 2026-01-30T00:00:00Z bad |  | confirmed | Bad\n" GOOD_LINE, ""),
    SHOWN("iCal: 25:00", ICAL(EVENT("DTSTART:20260130T250000Z\r\n") GOOD), GOOD_LINE, NO_START),
    SHOWN("iCal: an end before its start", ICAL(EVENT(START "DTEND:20260130T080000Z\r\n") GOOD),
          BAD_LINE GOOD_LINE, BACKWARDS),
    SHOWN("iCal: an all-day end before its start",
          ICAL(EVENT("DTSTART;VALUE=DATE:20260130\r\nDTEND;VALUE=DATE:20260120\r\n") GOOD),
          "2026-01-29T23:00:00Z 2026-01-30T23:00:00Z bad |  | confirmed | Bad\n" GOOD_LINE,
          BACKWARDS),
    SHOWN("iCal: a negative duration", ICAL(EVENT(START "DURATION:-PT1H\r\n") GOOD),
          BAD_LINE GOOD_LINE, BACKWARDS),
    SHOWN("iCal: a duration of 10^18 seconds",
          ICAL(EVENT(START "DURATION:PT1000000000000000000S\r\n") GOOD), GOOD_LINE,
          LEFT_OUT("its end can't be read")),
    SHOWN("iCal: a duration of 10^10 weeks", ICAL(EVENT(START "DURATION:P9999999999W\r\n") GOOD),
          GOOD_LINE, LEFT_OUT("its end can't be read")),
    SHOWN("xCal: the year 0", XCAL(XCAL_BAD("<dtstart>0000-01-01T09:00:00Z</dtstart>")), GOOD_LINE,
          NO_START),
    SHOWN("xCal: a negative duration",
          XCAL(XCAL_BAD("<dtstart>2026-01-30T09:00:00Z</dtstart><duration>-PT1H</duration>")),
          BAD_LINE GOOD_LINE, BACKWARDS),
    SHOWN("iCal: an end that is no time", ICAL(EVENT(START "DTEND:soon\r\n") GOOD), GOOD_LINE,
          LEFT_OUT("its end can't be read")),
};

static const struct trap frab_times[] = {
    SHOWN("XML: a start that is no time",
          XML("", XML_BAD("<start>late</start><duration>00:10</duration>")), HALL_LINE,
          LEFT_OUT("'2026-01-31' 'late' is no date and time")),
    SHOWN("XML: no start", XML("", XML_BAD("<duration>00:10</duration>")), HALL_LINE,
          LEFT_OUT("it has no date")),
    SHOWN("XML: 25:99", XML("", XML_BAD("<start>25:99</start><duration>00:10</duration>")),
          HALL_LINE, LEFT_OUT("'2026-01-31' '25:99' is no date and time")),
    SHOWN("XML: the year 0", XML("", XML_BAD("<date>0000-00-00T10:00:00Z</date>")), HALL_LINE,
          LEFT_OUT("\"0000-00-00T10:00:00Z\": there is no such date or time")),
    SHOWN("XML: the year 99999", XML("", XML_BAD("<date>99999-01-01T10:00:00Z</date>")), HALL_LINE,
          LEFT_OUT("\"99999-01-01T10:00:00Z\" is not a time like 2026-01-31T09:30:00Z or "
                   "2026-01-31T10:30")),
    SHOWN("XML: the end of 9999 and 8000 hours",
          XML("", XML_BAD("<date>9999-12-31T23:59:59-12:00</date><duration>8000:00</duration>")),
          HALL_LINE, ""),
    SHOWN("XML: the 30th of February",
          XML("", XML_BAD("<date>2026-02-30</date><start>10:00</start>")), HALL_LINE,
          LEFT_OUT("\"2026-02-30T00:00\": there is no such date or time")),
    SHOWN("XML: a duration of 99999:99",
          XML("", XML_BAD("<start>11:00</start><duration>99999:99</duration>")),
          HALL_LINE HALL_BAD_LINE, NO_DURATION("99999:99")),
    SHOWN("XML: a duration of 99999:59",
          XML("", XML_BAD("<start>11:00</start><duration>99999:59</duration>")),
          HALL_LINE HALL_BAD_LINE, NO_DURATION("99999:59")),
    SHOWN("XML: a duration of 10^18",
          XML("", XML_BAD("<start>11:00</start><duration>1000000000000000000</duration>")),
          HALL_LINE HALL_BAD_LINE, NO_DURATION("1000000000000000000")),
    SHOWN("XML: an empty duration", XML("", XML_BAD("<start>11:00</start><duration/>")),
          HALL_LINE HALL_BAD_LINE, NO_DURATION("")),
    SHOWN("JSON: a negative duration", JSON(JSON_BAD("\"start\": \"11:00\", \"duration\": -30")),
          HALL_LINE HALL_BAD_LINE, NO_DURATION("-30")),
    PARTIAL("JSON: a number too large",
            JSON(JSON_BAD("\"start\": \"11:00\", \"duration\": 99999999999999999999")), HALL_LINE,
            SECOND_LEFT_OUT("too big integer near '99999999999999999999'")),
    SHOWN("JSON: a start that is a list", JSON(JSON_BAD("\"start\": [11, 0], \"duration\": 30")),
          HALL_LINE, LEFT_OUT("it has no date")),
    SHOWN("XML: a zone that nobody knows",
          "<schedule><conference><time_zone_name>../../etc/passwd</time_zone_name>"
          "<time_zone_name>Asia/Tokyo</time_zone_name></conference><day date=\"2026-01-31\">"
          "<room name=\"Hall\">" XML_GOOD "</room></day></schedule>",
          HALL_LINE,
          "time zone \"../../etc/passwd\" is not known; local times are taken as the room's\n"),
};

#define SERIES_LINE                                                                                \
    "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad/20260130T090000Z |  | confirmed | Bad\n"
#define TOO_OFTEN LEFT_OUT("it happens more than 10000 times in the days asked for")

static const struct trap series[] = {
    SHOWN("iCal: a million times, a second apart",
          ICAL(EVENT(START "RRULE:FREQ=SECONDLY;COUNT=1000000\r\n") GOOD), GOOD_LINE, TOO_OFTEN),
    SHOWN("iCal: every second until 9999",
          ICAL(EVENT(START "RRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z\r\n") GOOD), GOOD_LINE,
          TOO_OFTEN),
    SHOWN("iCal: every minute of a day that doesn't exist",
          ICAL(EVENT(START "RRULE:FREQ=MINUTELY;BYMONTHDAY=31;BYMONTH=2\r\n") GOOD), GOOD_LINE,
          LEFT_OUT("its rule names no day that exists: FREQ=MINUTELY;BYMONTHDAY=31;BYMONTH=2")),
    SHOWN("iCal: every second of a 29th of February that is the year's first day",
          ICAL(EVENT(START "RRULE:FREQ=SECONDLY;BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=1\r\n") GOOD),
          SERIES_LINE GOOD_LINE, ""),
    SHOWN("iCal: every 0 days", ICAL(EVENT(START "RRULE:FREQ=DAILY;INTERVAL=0\r\n") GOOD),
          GOOD_LINE, LEFT_OUT("not a recurrence rule: FREQ=DAILY;INTERVAL=0")),
    SHOWN("iCal: every 2^31 seconds",
          ICAL(EVENT(START "RRULE:FREQ=SECONDLY;INTERVAL=2147483648\r\n") GOOD),
          SERIES_LINE GOOD_LINE, ""),
    SHOWN("iCal: every fourth week, in seconds",
          ICAL(EVENT("DTSTART:20251130T090000Z\r\nRRULE:FREQ=SECONDLY;INTERVAL=2419200;COUNT=4\r\n")
                   GOOD),
          "2026-01-25T09:00:00Z 2026-01-25T09:00:00Z bad/20260125T090000Z |  | confirmed | "
          "Bad\n" GOOD_LINE
          "2026-02-22T09:00:00Z 2026-02-22T09:00:00Z bad/20260222T090000Z |  | confirmed | Bad\n",
          ""),
    SHOWN("iCal: every 2^31 days, weeks, months and years",
          ICAL(EVENT(START "RRULE:FREQ=WEEKLY;INTERVAL=2147483648\r\n"
                           "RRULE:FREQ=MONTHLY;INTERVAL=2147483647\r\n"
                           "RRULE:FREQ=YEARLY;INTERVAL=99999999999\r\n"
                           "RRULE:FREQ=DAILY;INTERVAL=2147483647;COUNT=2147483647\r\n") GOOD),
          SERIES_LINE GOOD_LINE, ""),
    SHOWN("iCal: the 0th of all days",
          ICAL(EVENT(START "RRULE:FREQ=YEARLY;BYSETPOS=0;BYMONTH=1\r\n") GOOD), GOOD_LINE,
          LEFT_OUT("not a recurrence rule: FREQ=YEARLY;BYSETPOS=0;BYMONTH=1")),
    SHOWN("iCal: the 366th of one day",
          ICAL(EVENT(START "RRULE:FREQ=YEARLY;BYSETPOS=366,-366;BYMONTH=1;BYMONTHDAY=30\r\n") GOOD),
          SERIES_LINE GOOD_LINE, ""),
    SHOWN("iCal: twice an hour since the year 1",
          ICAL(EVENT("DTSTART:00010101T090000Z\r\n"
                     "RRULE:FREQ=HOURLY;COUNT=2147483647;BYMINUTE=0,1\r\n") GOOD),
          GOOD_LINE,
          LEFT_OUT("its rule takes too long to work out: "
                   "FREQ=HOURLY;COUNT=2147483647;BYMINUTE=0,1")),
};

static const struct trap repeats[] = {
    SHOWN("XML: one guid for all",
          XML("", "<event guid=\"good\"><start>10:30</start><duration>00:25</duration><title>Two"
                  "</title></event><event guid=\"good\"><start>12:30</start><duration>00:25"
                  "</duration><title>Good</title></event>"),
          HALL_LINE "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good#2 | Hall | confirmed | Two\n"
                    "2026-01-31T11:30:00Z 2026-01-31T11:55:00Z good#3 | Hall | confirmed | Good\n",
          ""),
    SHOWN("xCal: one UID for all",
          XCAL(XCAL_BAD("<dtstart>20260130T090000Z</dtstart>")
                   XCAL_BAD("<dtstart>20260201T090000Z</dtstart>")),
          BAD_LINE GOOD_LINE
          "2026-02-01T09:00:00Z 2026-02-01T09:00:00Z bad#2 |  | confirmed | Bad\n",
          ""),
    SHOWN("iCal: one UID and SEQUENCE for all",
          ICAL(EVENT(START "SEQUENCE:0\r\nLOCATION:A\r\n") EVENT(START "SEQUENCE:0\r\nLOCATION:B"
                                                                       "\r\n")
                   EVENT(START "SEQUENCE:0\r\nSUMMARY:C\r\n")
                       EVENT("DTSTART:20260201T090000Z\r\nSEQUENCE:0\r\n") GOOD),
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad | A | confirmed | Bad\n"
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad#2 | B | confirmed | Bad\n"
          "2026-01-30T09:00:00Z 2026-01-30T09:00:00Z bad#3 |  | confirmed | C\n" GOOD_LINE
          "2026-02-01T09:00:00Z 2026-02-01T09:00:00Z bad#4 |  | confirmed | Bad\n",
          ""),
    SHOWN("iCal: one UID for all, and a change of one",
          ICAL(EVENT(START) EVENT("DTSTART:20260201T090000Z\r\n")
                   EVENT("RECURRENCE-ID:20260201T090000Z\r\nDTSTART:20260201T100000Z\r\n") GOOD),
          BAD_LINE GOOD_LINE
          "2026-02-01T09:00:00Z 2026-02-01T09:00:00Z bad#2 |  | confirmed | Bad\n"
          "2026-02-01T10:00:00Z 2026-02-01T10:00:00Z bad/20260201T090000Z |  | confirmed | Bad\n",
          ""),
};

#define NO_ENTITIES "refused: it declares XML entities, which no schedule needs"

static const struct trap entities[] = {
    REFUSED(
        "XML: a quadratic blow-up",
        XML("<!DOCTYPE schedule [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">]>",
            XML_BAD("<track>&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;</track>")),
        NO_ENTITIES),
    PARTIAL("XML: an entity that nobody declared", XML("", XML_BAD("<track>&nbsp;</track>")),
            HALL_LINE, SPOILT("undefined entity")),
};

static void run_trap(void **state)
{
    const struct trap *trap = *state;
    static const size_t chunks[] = {0, 7, 1};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        struct frab_case asked = {.text = trap->text, .length = trap->length, .chunk = chunks[i]};
        frab_case_run(&asked);
        assert_string_equal(asked.err.message, trap->error != NULL ? trap->error : "");
        assert_int_equal(asked.done, trap->error == NULL);
        assert_string_equal(asked.lines.data, trap->lines != NULL ? trap->lines : "");
        assert_string_equal(asked.warnings.data, trap->warnings != NULL ? trap->warnings : "");
        assert_int_equal(asked.result.partial, trap->partial);
        frab_case_release(&asked);
    }
}

/* A socket that a program would be seen at, were it to connect. */
static int listen_on_loopback(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void nothing_outside_the_xml_is_read(void **state)
{
    (void)state;
    /* Around an address. */
    static const char *const heads[][2] = {
        {"<!DOCTYPE schedule SYSTEM \"", "\">"},
        {"<!DOCTYPE schedule PUBLIC \"-//x//y\" \"", "\">"},
        {"<!DOCTYPE schedule [<!ENTITY f SYSTEM \"", "\">]>"},
        {"<!DOCTYPE schedule [<!ENTITY % p SYSTEM \"", "\"> %p;]>"},
        {"<?xml-stylesheet href=\"", "\"?>"},
        {"<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"", "\"/>"},
    };
    struct scratch scratch;
    char urls[2][SCRATCH_PATH_BYTES + 64], seen[4096];
    int port, listener = listen_on_loopback(&port), watcher = inotify_init1(IN_NONBLOCK);
    scratch_open(&scratch, false);
    const char *path = scratch_path(&scratch, "secret.xml");
    scratch_write(path, "<room/>", 7, 0600);
    assert_true(inotify_add_watch(watcher, path, IN_OPEN | IN_ACCESS) >= 0);
    snprintf(urls[0], sizeof urls[0], "file://%s", path);
    snprintf(urls[1], sizeof urls[1], "http://127.0.0.1:%d/schedule.dtd", port);
    for (size_t i = 0; i < 2 * sizeof heads / sizeof *heads; i++) {
        char head[2 * SCRATCH_PATH_BYTES], text[4 * SCRATCH_PATH_BYTES];
        bool declares = strstr(heads[i / 2][0], "ENTITY") != NULL;
        bool inside = strstr(heads[i / 2][0], "xi:include") != NULL;
        snprintf(head, sizeof head, "%s%s%s", heads[i / 2][0], urls[i % 2], heads[i / 2][1]);
        snprintf(text, sizeof text, XML("%s", "%s"), inside ? "" : head, inside ? head : "");
        struct frab_case asked = {.text = text};
        frab_case_run(&asked);
        assert_string_equal(asked.err.message, declares ? NO_ENTITIES : "");
        assert_string_equal(asked.lines.data, declares ? "" : HALL_LINE);
        frab_case_release(&asked);
    }
    assert_true(read(watcher, seen, sizeof seen) < 0);
    assert_true(accept(listener, NULL, NULL) < 0);
    /* The watcher does see: */
    struct buffer bytes;
    buffer_init(&bytes, 100);
    assert_true(buffer_read_file(&bytes, path, NULL));
    assert_true(read(watcher, seen, sizeof seen) > 0);
    buffer_release(&bytes);
    close(watcher);
    close(listener);
    scratch_close(&scratch);
}

#define COUNT_OF(list) (sizeof list / sizeof *list)

int main(void)
{
    static const struct {
        const struct trap *traps;
        size_t count;
    } groups[] = {
        {encodings, COUNT_OF(encodings)},   {separators, COUNT_OF(separators)},
        {ical_times, COUNT_OF(ical_times)}, {frab_times, COUNT_OF(frab_times)},
        {series, COUNT_OF(series)},         {repeats, COUNT_OF(repeats)},
        {entities, COUNT_OF(entities)},
    };
    enum {
        TRAPS = COUNT_OF(encodings) + COUNT_OF(separators) + COUNT_OF(ical_times) +
                COUNT_OF(frab_times) + COUNT_OF(series) + COUNT_OF(repeats) + COUNT_OF(entities)
    };
    struct CMUnitTest tests[TRAPS + 1] = {
        GUARDED(nothing_outside_the_xml_is_read)};
    size_t count = 1;
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t j = 0; j < groups[i].count; j++) {
            const struct trap *trap = &groups[i].traps[j];
            tests[count++] =
                (struct CMUnitTest){trap->name, run_trap, guard, unguard, (void *)trap};
        }
    assert_int_equal(count, COUNT_OF(tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
