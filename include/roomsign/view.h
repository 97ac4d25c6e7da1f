/**
 * What the sign says at one instant, as text and numbers, before anything has a place or a colour.
 *
 * A struct view is a plain value without pointers, zero-filled where nothing is said: two views
 * say the same if and only if view_equal. Everything in it is rounded to what is shown (minutes,
 * or seconds where seconds count), so that it changes exactly when the picture must.
 */
#ifndef ROOMSIGN_VIEW_H
#define ROOMSIGN_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/change.h>
#include <roomsign/news.h>
#include <roomsign/time_trust.h>
#include <roomsign/tracker.h>

#define VIEW_TEXT_BYTES 512
#define VIEW_NAME_BYTES 256
#define VIEW_SHORT_BYTES 96
#define VIEW_LANGUAGE_BYTES 36
#define VIEW_LATER_MAX 64
/** A page of a list that is longer than its place stays so long. Whole minutes begin an even turn.
 */
#define VIEW_LIST_TURN_MS INT64_C(15000)
#define VIEW_DAY_MAX 24
#define VIEW_BANNERS_MAX 3
#define VIEW_ROOMS_MAX 5
#define VIEW_ALERTS_MAX 3
/** As many as the largest QR code in use holds, and one. */
#define VIEW_CODE_URL_BYTES 155
#define VIEW_NO_PROGRESS (-1)
/** Between the places of an alert's detail. */
#define VIEW_PLACES_SEPARATOR " · "
#define VIEW_SHIFTS 24

/** Bits of view.notices, in the order in which `--rehearse` names them. */
enum view_notice {
    VIEW_NOTICE_CLOCK = 1 << 0,
    VIEW_NOTICE_STALE = 1 << 1,
    VIEW_NOTICE_DISTRUSTED = 1 << 2,
    VIEW_NOTICE_MOVED = 1 << 3,
    VIEW_NOTICE_CANCELLED = 1 << 4,
    VIEW_NOTICE_RETIMED = 1 << 5,
    VIEW_NOTICE_FULL = 1 << 6,
    VIEW_NOTICE_MESSAGE = 1 << 7,
};
#define VIEW_NOTICE_COUNT 8

/** What the sign knows about its own knowledge. */
struct feed_health {
    /** false: no schedule was ever received; the sign then says so and nothing else. */
    bool has_schedule;
    /** When the shown schedule was fetched, UTC. */
    int64_t fetched_ms;
    /** The time that it speaks of, [from_ms, until_ms): outside, an empty schedule says nothing. */
    int64_t from_ms, until_ms;
    /** Polls that failed since then; stale from the second on. */
    int missed_polls;
    /** Polls whose schedule was not believed (emptied or halved). */
    bool distrusted;
    /** Feeds that have events, and those of them that have none of this room: its name is then
     *  probably not what they call it, and an empty schedule says nothing about the room. */
    int feeds_with_events, feeds_without_room;
    /** Whose time it is. By nobody's the sign tells the plan of a day, and nothing of now. */
    enum time_source clock;
    /** The rooms that those without it have, those most like it first. Borrowed. */
    const char *rooms[VIEW_ROOMS_MAX];
    int room_count;
};
#define STALE_MISSED_POLLS 2

/** Whether every feed that says anything speaks of other rooms only. */
bool feed_health_room_missing(const struct feed_health *health);

/** How the room wants to be shown. Strings are borrowed. */
struct view_options {
    const char *room_name;
    const char *language;
    bool clock_12h;
    /** The pages of sessions are shown as QR codes. */
    bool with_qr;
    /** Minutes of the local day in [on_from, on_until) show the sign; equal: always. Outside, it is
     *  shown only while something is or soon will be in the room, people come in vain, or the
     *  operator has something to say. */
    int on_from_min;
    int on_until_min;
    /** Somebody is at the sign's keys: it is shown until then whatever the hour. 0: nobody. */
    int64_t lit_until_ms;
    /** view.shift goes with the hour, against burn-in. */
    bool shifts;
    /** The list was longer than its place when it was last laid out: view.list_turn counts. Only a
     *  layout knows, and a list that fits must wake nobody. */
    bool list_turns;
    /** Told, quietly, while the room is free or closed. */
    struct news news;
    /** What changed in the schedule and still counts, and what is on in other rooms, both in
     *  order; NULL: nothing is known. */
    const struct change_list *changes;
    const struct schedule *elsewhere;
    /** What the sign answers to whoever stands at its keys, until hint_until_ms; NULL or
     *  "": nothing. */
    const char *hint;
    int64_t hint_until_ms;
};

/** One part of the large countdown: a number and what it counts ("32" "min"; "2:37" ""). */
struct view_count {
    char digits[VIEW_SHORT_BYTES];
    char unit[VIEW_SHORT_BYTES];
};

/** What a row of the list is about. */
enum view_row {
    VIEW_ROW_LATER,
    /** The rows that only the whole day has: what is over, what is in the room, what is next. */
    VIEW_ROW_PAST,
    VIEW_ROW_NOW,
    VIEW_ROW_NEXT,
};

struct view_entry {
    enum view_row row;
    char time[VIEW_SHORT_BYTES];
    /** The planned time that people may know and that holds no more, to be struck through before
     *  `time`; or "". */
    char old_time[VIEW_SHORT_BYTES];
    /** When it is expected to begin, where that isn't its planned time; or "". */
    char expected[VIEW_SHORT_BYTES];
    char title[VIEW_TEXT_BYTES];
    /** "cancelled", "moved to UB5.230, 14:30", "new", "6 min late", said before the title; or "".
     */
    char note[VIEW_NAME_BYTES];
    /** It is not here, or not at all, any more: the title is struck through. */
    bool struck;
    /** A break or a venue-wide event: said more quietly. */
    bool quiet;
};

/** What kind of alert decides its shape and colour; in order of importance. */
enum view_alert_kind {
    /** The operator's own words. */
    VIEW_ALERT_MESSAGE,
    VIEW_ALERT_FULL,
    /** People come to this door for a session that is elsewhere, or off. */
    VIEW_ALERT_MOVED,
    VIEW_ALERT_CANCELLED,
};

/** "message", "full", "moved", "cancelled". */
const char *view_alert_kind_name(enum view_alert_kind kind);

/** So long before the start of a session that isn't here, or isn't at all, an alert begins. */
int64_t view_alert_lead_ms(const struct tracker *tracker);

/** What whoever stands at the door must know before all else. Set as a band of its own. */
struct view_alert {
    enum view_alert_kind kind;
    /** "Moved to UB5.230, 14:30", "Cancelled", "Full"; the text of a message. */
    char words[VIEW_TEXT_BYTES];
    /** The name of a room that they hold, or "". */
    char room[VIEW_NAME_BYTES];
    /** What it is about: the title of a session; "" of a message. */
    char subject[VIEW_TEXT_BYTES];
    /** When it was to be, "10:30"; or "". */
    char time[VIEW_SHORT_BYTES];
    /** Where else to go, "" where nothing is known: "UB5.230: Rust in the kernel". */
    char detail[VIEW_TEXT_BYTES];
};

struct view {
    enum phase phase;
    uint32_t notices;
    /** Outside [screen] on, with nothing in the room, nobody at the door in vain and no word of the
     *  operator's: the panel is dark and nothing else is said. */
    bool dark;
    /** Which place of the path against burn-in the picture stands at, 1 to VIEW_SHIFTS, one for
     *  each hour of the local day; 0: in the middle. */
    int shift;
    bool has_schedule;
    /** No feed knows the room. What is in it is then not known and not said: phase is closed only
     *  because it has to be something. */
    bool room_missing;
    /** Nobody knows the time. Here too phase is closed because it has to be something. */
    bool clock_unset;
    /** Of the sign's words: what the layout still has to say is said in it, and one that is written
     *  from right to left mirrors the picture. */
    char language[VIEW_LANGUAGE_BYTES];

    char room[VIEW_NAME_BYTES];
    /** What stands in brackets after the room's name: "Lameere" of "UB2.252A (Lameere)". */
    char room_note[VIEW_NAME_BYTES];
    char clock[VIEW_SHORT_BYTES];
    char date[VIEW_SHORT_BYTES];

    /** The phase in words: "In session". */
    char phase_words[VIEW_NAME_BYTES];
    /** What else is to be said of it, quietly: "Held", "Extended to 11:26"; or "". */
    char phase_note[VIEW_NAME_BYTES];
    /** The first alert_count are used, the most important first. What they tell of a session isn't
     *  told by a row of `later` as well. */
    struct view_alert alerts[VIEW_ALERTS_MAX];
    int alert_count;
    /** Whether overrun is known rather than presumed; decides words and colours. */
    bool overrun_known;
    bool is_break;
    /** The title, or what stands for it: "Free until 13:35". */
    char headline[VIEW_TEXT_BYTES];
    /** Speakers, or what to do: "Still in session. Please wait outside." */
    char detail[VIEW_TEXT_BYTES];
    char track[VIEW_NAME_BYTES];
    /** 0xRRGGBB that the feed gives the track; else its name decides. */
    bool has_track_colour;
    uint32_t track_colour;

    /** "ends in"; the countdown (unused parts are empty); "10:30 – 11:20". */
    char count_caption[VIEW_NAME_BYTES];
    struct view_count count[2];
    char count_range[VIEW_NAME_BYTES];
    /** 0-1000 of the session is over, or VIEW_NO_PROGRESS. */
    int progress_permille;

    /** The page of the session on the stage, or of the one that its countdown speaks of: to be
     *  shown as a QR code; or "". */
    char code_url[VIEW_CODE_URL_BYTES];

    /** "Next" or "Tomorrow"; empty: there is no next. */
    char next_label[VIEW_NAME_BYTES];
    struct view_entry next;
    char next_speakers[VIEW_TEXT_BYTES];

    /** What else the day holds after next, in order; later_count of them are used, and
     *  later_more says how many did not fit into the array. */
    struct view_entry later[VIEW_LATER_MAX];
    int later_count;
    int later_more;
    char later_label[VIEW_SHORT_BYTES];
    /** The whole of today in order, `next` and `later` too, to stand instead of `later` where all
     * of it has room; day_count is 0 where nothing of today is over or on, or nothing is to come.
     */
    struct view_entry day[VIEW_DAY_MAX];
    int day_count;
    char day_label[VIEW_SHORT_BYTES];
    /** Goes up by one every VIEW_LIST_TURN_MS while there is a list and options say that it turns;
     *  else 0. Which page of the list it stands for, the layout says. */
    int64_t list_turn;

    /** All-day notices of today. */
    char banners[VIEW_BANNERS_MAX][VIEW_TEXT_BYTES];
    int banner_count;

    /** The sign's doubt in words: "schedule of 13:42"; or "". */
    char doubt[VIEW_NAME_BYTES];
    /** It concerns the organiser rather than who stands at the door: said more quietly. */
    bool doubt_quiet;

    /** With room_missing: the rooms that the schedule has instead, and what to do about it. */
    char rooms_label[VIEW_NAME_BYTES];
    char rooms[VIEW_ROOMS_MAX][VIEW_NAME_BYTES];
    int room_count;
    char remedy_label[VIEW_NAME_BYTES];
    char remedy[VIEW_TEXT_BYTES];

    /** The sign's answer to a key press: "Held · u to undo"; or "". */
    char hint[VIEW_NAME_BYTES];

    /** One headline and who says it; "" and "": none. */
    char news[VIEW_TEXT_BYTES];
    char news_source[VIEW_NAME_BYTES];
};

/** Fill *ret_view with what the sign says at now_ms. */
void view_at(const struct tracker *tracker, const struct feed_health *health,
             const struct view_options *options, int64_t now_ms, struct view *ret_view);

/** The first instant after now_ms at which view_at may say anything else; never TIME_NEVER_MS,
 *  because the sign shows a clock. Nothing changes before it. */
int64_t view_next_change_ms(const struct tracker *tracker, const struct feed_health *health,
                            const struct view_options *options, int64_t now_ms);

bool view_equal(const struct view *a, const struct view *b);

/** "cancelled,stale" in fixed order, or "-". Returns `text`. */
#define VIEW_NOTICES_TEXT_BYTES 96
char *view_notices_format(uint32_t notices, char text[static VIEW_NOTICES_TEXT_BYTES]);

#endif
