/**
 * What roomsignd does once and then ends. No display, no clock to wait for, no control socket.
 * Everything that goes wrong is said on standard error.
 */
#ifndef ROOMSIGN_ONCE_H
#define ROOMSIGN_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>
#include <roomsign/report.h>
#include <roomsign/sign_options.h>

#define SNAPSHOT_WIDTH_PX 1920
#define SNAPSHOT_HEIGHT_PX 1080

/**
 * --check: every error of the config and its theme file, bare, as `file:line: [section] key: what
 * is wrong`, and what a sign would warn about its theme.
 *
 * With --online also what one poll makes of each feed, on standard output. EXIT_STATUS_FEED: one
 * could not be used. EXIT_STATUS_USAGE: there are events but none of this room's in any feed, told
 * as an error of [room] name.
 */
enum exit_status once_check(const struct sign_options *options);
/** --print-config. */
enum exit_status once_print_config(const struct sign_options *options);
/** --print-theme: a built-in one, or that of a file with what it is based on. */
enum exit_status once_print_theme(const struct sign_options *options);

/** One poll, waited for; what roomsign-feed remarks is logged, but where options->online not what
 *  the document says as well: that a feed failed or lacks the room. Ownership: *ret_document is the
 *  caller's. Errors: why there is no document. */
bool once_poll(const struct sign_options *options, const struct config *config, int64_t now_ms,
               int64_t from_ms, int64_t until_ms, struct document *ret_document, struct error *err);

/**
 * Draw the sign at --at (else now) into a picture. The schedule is --schedule's, else what one poll
 * brings, else the stored one, which is then said to be stale. Where there is none of them, the
 * picture shows the sign without a schedule, and the status is EXIT_STATUS_FEED.
 */
enum exit_status once_snapshot(const struct sign_options *options);

/** Print the script of --rehearse: of --schedule's document, else of what one poll brings. With
 *  --sheet also draw it. */
enum exit_status once_rehearse(const struct sign_options *options);

#endif
