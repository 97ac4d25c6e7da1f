/**
 * What roomsign-feed tells roomsignd besides the document: lines on standard error.
 *
 * Each line is a sentence for people. One that holds REPORT_RETRY_MARK followed by whole seconds
 * also asks the poller to wait that long (the server's Retry-After). One that holds
 * REPORT_LACKING_MARK says of a feed that none of its events is in the room, which the document
 * says as well.
 */
#ifndef ROOMSIGN_REPORT_H
#define ROOMSIGN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPORT_RETRY_MARK "; retry after "
#define REPORT_LACKING_MARK " events is in room '"
#define REPORT_RETRY_MAX_S 86400
#define REPORT_LINE_BYTES_MAX 1024

/** Exit statuses of every program here. */
enum exit_status {
    EXIT_STATUS_DONE = 0,
    EXIT_STATUS_USAGE = 1,
    EXIT_STATUS_FEED = 2,
    EXIT_STATUS_OTHER = 3,
};

/** "; retry after 120 s" into `text`. */
void report_format_retry(int64_t retry_s, char *text, size_t size);
/** The seconds a line asks for, capped at REPORT_RETRY_MAX_S. false: the line asks for nothing. */
bool report_parse_retry(const char *line, int64_t *ret_retry_s);
/** Whether the line says that a feed lacks the room. */
bool report_is_lacking(const char *line);

#endif
