/**
 * What roomsignd does once and then ends. No display, no clock to wait for, no control socket.
 * Everything that goes wrong is said on standard error.
 */
#ifndef ROOMSIGN_ONCE_H
#define ROOMSIGN_ONCE_H

#include <roomsign/report.h>
#include <roomsign/sign_options.h>

#define SNAPSHOT_WIDTH_PX 1920
#define SNAPSHOT_HEIGHT_PX 1080

/** --check: every error of the config, bare, as `file:line: [section] key: what is wrong`. */
enum exit_status once_check(const struct sign_options *options);
/** --print-config. */
enum exit_status once_print_config(const struct sign_options *options);

/**
 * Draw the sign at --at (else now) into a picture. The schedule is --schedule's, else what one poll
 * brings, else the stored one, which is then said to be stale. Where there is none of them, the
 * picture shows the sign without a schedule, and the status is EXIT_STATUS_FEED.
 */
enum exit_status once_snapshot(const struct sign_options *options);

/** Print the script of --rehearse: of --schedule's document, else of what one poll brings. */
enum exit_status once_rehearse(const struct sign_options *options);

#endif
