/**
 * The line scan of an iCalendar stream: which bytes matter (RFC 5545 §3.1).
 *
 * Takes bytes in any chunks, unfolds lines (also where folding splits a UTF-8 character, and where
 * lines end in LF or CR alone), passes over NULs, and hands on one block per VEVENT and VTIMEZONE
 * with nothing but the properties that a sign needs. It holds one block at a time, whatever the
 * feed's size. It judges structure only: no values, no libical.
 */
#ifndef ROOMSIGN_ICAL_SCAN_H
#define ROOMSIGN_ICAL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>

/** A property's bytes, unfolded; what is longer is cut. */
#define ICAL_LINE_BYTES_MAX (64 * 1024)
/** A block's bytes; further properties are left out. */
#define ICAL_BLOCK_BYTES_MAX (256 * 1024)

enum ical_property {
    ICAL_PROPERTY_NONE,
    ICAL_UID,
    ICAL_DTSTART,
    ICAL_DTEND,
    ICAL_DURATION,
    ICAL_RRULE,
    ICAL_RDATE,
    ICAL_EXDATE,
    ICAL_EXRULE,
    ICAL_RECURRENCE_ID,
    ICAL_SEQUENCE,
    ICAL_SUMMARY,
    /** Of the first event alone, unless ical_scan_keep_descriptions: a feed of one event may hold
     *  an agenda in it. */
    ICAL_DESCRIPTION,
    ICAL_CLASS,
    ICAL_LOCATION,
    ICAL_STATUS,
    ICAL_CATEGORIES,
    ICAL_COLOR,
    ICAL_URL,
    ICAL_ATTENDEE,
    ICAL_TZID,
    /** BEGIN:VALARM, BEGIN:STANDARD, BEGIN:DAYLIGHT: what follows is of this part. */
    ICAL_PART,
    ICAL_ACTION,
    ICAL_TRIGGER,
    ICAL_TZOFFSETFROM,
    ICAL_TZOFFSETTO,
    ICAL_X_LIC_LOCATION,
    /** Of the calendar itself. */
    ICAL_X_WR_TIMEZONE,
    ICAL_TIMEZONE_ID,
    ICAL_PRODID,
};

/** One property, as slices of a block: params is "" or begins with ';'. */
struct ical_line {
    enum ical_property property;
    const char *params;
    size_t params_length;
    const char *value;
    size_t value_length;
};

/** The properties of one component, packed: see ical_block_next. Holds no pointers into itself,
 *  so that its bytes can be copied and kept. */
struct ical_block {
    const char *bytes;
    size_t length;
    /** The first property that was cut or left out for its size, or ICAL_PROPERTY_NONE. */
    enum ical_property cut;
};

/** Step through a block: *cursor starts at 0. false: no more lines. */
bool ical_block_next(const struct ical_block *block, size_t *cursor, struct ical_line *ret_line);

/**
 * A parameter's value without quotes, RFC 6868 decoded (^' ^n ^^), cut to fit.
 * false: the line has no such parameter.
 */
bool ical_line_param(const struct ical_line *line, const char *name, char *ret_value, size_t size);

const char *ical_property_name(enum ical_property property);

/** Where what was found goes. Blocks are borrowed for the call. */
struct ical_handler {
    void *context;
    void (*event)(void *context, const struct ical_block *block);
    void (*timezone)(void *context, const struct ical_block *block);
    /** A property of the calendar itself, as a block of one line. */
    void (*calendar)(void *context, const struct ical_block *block);
    void (*warn)(void *context, const char *message);
};

struct ical_scan;

/** Copies the handler. Ownership: the caller's; ical_scan_free() it (takes NULL). */
struct ical_scan *ical_scan_new(const struct ical_handler *handler);
void ical_scan_free(struct ical_scan *scan);

/** Keep the first bytes of each event's DESCRIPTION from now on; a handler may call it. */
void ical_scan_keep_descriptions(struct ical_scan *scan, size_t bytes_max);

/** The first push must hold the feed's first line end, if it has one, so that CR alone is known. */
void ical_scan_push(struct ical_scan *scan, const char *bytes, size_t length);

/** Errors: no calendar was there, or one was not closed ("truncated: no END:VCALENDAR"). */
bool ical_scan_finish(struct ical_scan *scan, struct error *err);

#endif
