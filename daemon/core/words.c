#include <roomsign/words.h>

#include <string.h>

#include <roomsign/utf8.h>

static const struct words english = {
    .in_session = "In session",
    .ending_soon = "Ending soon",
    .running_over = "Running over",
    .past_its_end = "Past its end",
    .starting_soon = "Starting soon",
    .free = "Free",
    .closed = "Closed",
    .pause = "Break",
    .waiting = "Waiting",
    .not_found = "Room not found",
    .clock_unset = "Clock not set",

    .ends_in = "ends in",
    .starts_in = "starts in",
    .over_by = "over by",
    .due_to_end = "due to end {}",
    .next_session_in = "next session in",
    .first_session = "first session",
    .tomorrow_is = "tomorrow, {}",
    .tomorrow_at = "tomorrow {}",
    .weekday_at = "{} {}",
    .date_at = "{}, {}",

    .please_wait = "Still in session. Please wait outside.",
    .free_until = "Free until {}",
    .no_more_today = "No more sessions today",
    .no_more_now = "No more sessions for now",
    .no_sessions = "No sessions planned",
    .no_schedule = "No schedule yet",
    .no_schedule_detail = "This sign is waiting for the room's schedule.",
    .room_missing = "“{}” is not in the schedule",
    .room_missing_detail = "This sign can't tell what is on in here.",
    .rooms_instead = "Closest names in it",
    .remedy_for = "For the organiser",
    .remedy = "In this sign's config, set [room] name to the name that the schedule has.",
    .room_missing_in = "room missing in {} of {} feeds",
    .clock_unset_detail = "This sign doesn't know the time yet.",
    .clock_of_server = "time of the schedule's server",
    .clock_held = "clock not confirmed",
    .untitled = "Untitled session",

    .full = "Full",
    .is_cancelled = "Cancelled",
    .is_moved = {"Moved to {}", "Moved to {}, {}", "Moved to another room",
                 "Moved to another room, {}"},
    .place = "{}: {}",

    .cancelled = "cancelled",
    .moved_note = {"moved to {}", "moved to {}, {}", "moved to another room",
                   "moved to another room, {}"},
    .moved_here = "moved here",
    .retimed_to = "moved to {}",
    .until = "until {}",
    .new_session = "new",
    .new_title = "new title",
    .late = "{} min late",

    .held = "Held",
    .extended_to = "Extended to {}",
    .ends_instead = "Ends {} instead of {}",
    .starts_instead = "Starts {} instead of {}",
    .started_late = "Started {} min late",
    .started_early = "Started {} min early",
    .was_planned = "Was planned for {}",

    .more_speakers = "+{}",
    .more_sessions = "{} more",

    .next = "Next",
    .tomorrow = "Tomorrow",
    .later = "Later",
    .schedule_of = "schedule of {}",

    .unit_minutes = "min",
    .unit_hours = "h",
    .before_noon = "AM",
    .after_noon = "PM",

    .done = {[COMMAND_START] = "Started",
             [COMMAND_END] = "Ended",
             [COMMAND_HOLD] = "Held",
             [COMMAND_RELEASE] = "Released",
             [COMMAND_EXTEND] = "{} min longer",
             [COMMAND_SAY] = "Message shown",
             [COMMAND_CLEAR] = "Message cleared",
             [COMMAND_FULL] = "Full",
             [COMMAND_OPEN] = "Open",
             [COMMAND_OCCUPIED] = "Occupied",
             [COMMAND_VACANT] = "Vacant",
             [COMMAND_UNDO] = "Taken back"},
    .done_shorter = "{} min shorter",
    .key_undoes = "{} to undo",
    .keys_elsewhere = "Another console has the keys. Ctrl+Alt+F1 brings them back.",

    .weekdays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
    .weekdays_short = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
    .months_short = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                     "Dec"},
};

const struct words *words_for(const char *language)
{
    /* English is the only table there is; every caller already says which language it wants. */
    (void)language;
    return &english;
}

/* Append what fits of `text`, cut between characters. */
static void append(char *result, size_t size, const char *text, size_t length)
{
    size_t used = strlen(result);
    size_t kept = utf8_cut(text, length, size - 1 - used);
    memcpy(result + used, text, kept);
    result[used + kept] = '\0';
}

/* `text` up to its first {} and the value for it. Returns what follows, or "". */
static const char *append_filled(char *result, size_t size, const char *text, const char *value)
{
    const char *place = strstr(text, "{}");
    append(result, size, text, place ? (size_t)(place - text) : strlen(text));
    append(result, size, value, place ? strlen(value) : 0);
    return place ? place + 2 : "";
}

void words_fill(char *result, size_t size, const char *text, const char *value)
{
    result[0] = '\0';
    const char *rest = append_filled(result, size, text, value);
    append(result, size, rest, strlen(rest));
}

void words_fill_two(char *result, size_t size, const char *text, const char *first,
                    const char *second)
{
    result[0] = '\0';
    const char *rest = append_filled(result, size, text, first);
    rest = append_filled(result, size, rest, second);
    append(result, size, rest, strlen(rest));
}
