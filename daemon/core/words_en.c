#include "words_table.h"

const struct words words_en = {
    .language = "en",

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
    .weekday_at = "{1} {2}",
    .date_at = "{1}, {2}",

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
    .clock_unset_detail = "This sign doesn't know the time yet.",
    .clock_of_server = "time of the schedule's server",
    .clock_held = "clock not confirmed",
    .untitled = "Untitled session",

    .full = "Full",
    .is_cancelled = "Cancelled",
    .is_moved = {"Moved to {}", "Moved to {1}, {2}", "Moved to another room",
                 "Moved to another room, {}"},
    .place = "{1}: {2}",

    .cancelled = "cancelled",
    .moved_note = {"moved to {}", "moved to {1}, {2}", "moved to another room",
                   "moved to another room, {}"},
    .moved_here = "moved here",
    .retimed_to = "moved to {}",
    .until = "until {}",
    .new_session = "new",
    .new_title = "new title",

    .held = "Held",
    .extended_to = "Extended to {}",
    .ends_instead = "Ends {1} instead of {2}",
    .starts_instead = "Starts {1} instead of {2}",
    .was_planned = "Was planned for {}",

    .next = "Next",
    .tomorrow = "Tomorrow",
    .later = "Later",
    .today = "Today",
    .schedule_of = "schedule of {}",
    .list_comma = ", ",

    .done = {[COMMAND_START] = "Started",
             [COMMAND_END] = "Ended",
             [COMMAND_HOLD] = "Held",
             [COMMAND_RELEASE] = "Released",
             [COMMAND_EXTEND] = "",
             [COMMAND_SAY] = "Message shown",
             [COMMAND_CLEAR] = "Message cleared",
             [COMMAND_FULL] = "Full",
             [COMMAND_OPEN] = "Open",
             [COMMAND_OCCUPIED] = "Occupied",
             [COMMAND_VACANT] = "Vacant",
             [COMMAND_UNDO] = "Taken back"},
    .refused = {[COMMAND_REFUSAL_NONE] = "",
                [COMMAND_REFUSAL_NOBODY] = "Nobody is in the room",
                [COMMAND_REFUSAL_NOBODY_COMES] = "Nobody is in the room, and nothing starts soon",
                [COMMAND_REFUSAL_JUST_BEGUN] = "It has just begun",
                [COMMAND_REFUSAL_NOTHING_STARTS] = "Nothing else starts today",
                [COMMAND_REFUSAL_FAR_AHEAD] = "The next one is too far ahead",
                [COMMAND_REFUSAL_BREAK] = "Not possible for a break",
                [COMMAND_REFUSAL_VENUE_WIDE] = "Not possible for what concerns the whole venue",
                [COMMAND_REFUSAL_HELD] = "Held already",
                [COMMAND_REFUSAL_NOT_HELD] = "Nothing is held",
                [COMMAND_REFUSAL_PAST_END] = "It is past its end already",
                [COMMAND_REFUSAL_TOO_LONG] = "No longer than that",
                [COMMAND_REFUSAL_TOO_LATE] = "Too long ago for that",
                [COMMAND_REFUSAL_FULL] = "Marked as full already",
                [COMMAND_REFUSAL_NOT_FULL] = "Not marked as full",
                [COMMAND_REFUSAL_NO_MESSAGE] = "There is no message",
                [COMMAND_REFUSAL_NOTHING_SAID] = "Nothing to take back",
                [COMMAND_REFUSAL_CLOCK] = "The sign doesn't know the time",
                [COMMAND_REFUSAL_NO_SCHEDULE] = "There is no schedule yet",
                [COMMAND_REFUSAL_NO_ROOM] = "This room isn't in the schedule"},
    .key_undoes = "{} to undo",
    .keys_elsewhere = "Another console has the keys. Ctrl+Alt+F1 brings them back.",

    .counted = {.late = WORDS_OF_ANY("{} min late"),
                .started_late = WORDS_OF_ANY("Started {} min late"),
                .started_early = WORDS_OF_ANY("Started {} min early"),
                .more_speakers = WORDS_OF_ANY("+{}"),
                .more_sessions = WORDS_OF_ANY("{} more"),
                .earlier_sessions = WORDS_OF_ANY("{} earlier"),
                .unit_minutes = WORDS_OF_ANY("min"),
                .unit_hours = WORDS_OF_ANY("h"),
                .done_longer = WORDS_OF_ANY("{} min longer"),
                .done_shorter = WORDS_OF_ANY("{} min shorter")},
};

#define WEEKDAYS                                                                                   \
    {                                                                                              \
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"               \
    }
#define WEEKDAYS_SHORT                                                                             \
    {                                                                                              \
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"                                            \
    }
#define MONTHS_SHORT                                                                               \
    {                                                                                              \
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"         \
    }

const struct words_dates dates_en = {
    .weekdays = WEEKDAYS,
    .weekdays_short = WEEKDAYS_SHORT,
    .months_short = MONTHS_SHORT,
    .date = "{1} {2} {3}",
    .first_day = "1",
    .range = "{1} – {2}",
    .before_noon = "{} AM",
    .after_noon = "{} PM",
};

const struct words_dates dates_en_us = {
    .weekdays = WEEKDAYS,
    .weekdays_short = WEEKDAYS_SHORT,
    .months_short = MONTHS_SHORT,
    .date = "{1}, {3} {2}",
    .first_day = "1",
    .range = "{1} – {2}",
    .before_noon = "{} AM",
    .after_noon = "{} PM",
};
