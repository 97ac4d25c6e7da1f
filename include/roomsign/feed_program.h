/**
 * roomsign-feed from its arguments to its exit status. The document goes to standard output,
 * whole or not at all; what was odd or wrong goes to standard error, a line each.
 */
#ifndef ROOMSIGN_FEED_PROGRAM_H
#define ROOMSIGN_FEED_PROGRAM_H

#include <roomsign/clock.h>
#include <roomsign/report.h>

enum exit_status feed_program_run(int argc, char **argv, const struct clock *clock);

#endif
