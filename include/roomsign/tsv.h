/**
 * The schedule as lines that cut, sort and awk understand: `--format tsv`.
 *
 * One session a line, in the schedule's order, without a header:
 *     start end uid room kind status title speakers
 * separated by tabs. Times are UTC (2026-01-31T09:30:00Z); an all-day event has dates of the zone
 * instead (2026-01-31), the end being the first day after it, as in RFC 5545 3.6.1. Speakers are
 * joined by "; ". A tab or newline in a value is written as \t or \n, a carriage return as \r.
 */
#ifndef ROOMSIGN_TSV_H
#define ROOMSIGN_TSV_H

#include <stdbool.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/schedule.h>

/** Large enough for SCHEDULE_SESSIONS_MAX sessions as people write them. */
#define TSV_BYTES_MAX (64 * 1024 * 1024)

/** Append the schedule's lines. Errors: larger than the buffer's maximum; it then holds as many
 *  whole lines as fitted. */
bool tsv_write(const struct schedule *schedule, const struct zone *zone, struct buffer *ret_lines,
               struct error *err);

#endif
