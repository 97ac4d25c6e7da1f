/**
 * An RSS or Atom feed in, the titles of its latest entries out, as it streams in.
 *
 * RSS 0.9x and 2.0 (https://www.rssboard.org/rss-specification), RSS 1.0
 * (https://web.resource.org/rss/1.0/spec) and Atom (RFC 4287), told apart by the root element.
 * Knows no network and no clock. The newest entries come first where entries are dated. One
 * without a date, or with one that lies ahead, stands where the feed has it: after its predecessor.
 */
#ifndef ROOMSIGN_HEADLINES_H
#define ROOMSIGN_HEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/document.h>
#include <roomsign/error.h>

/** Of one title as written; more is not read. */
#define HEADLINES_TEXT_BYTES_MAX 8192

struct headlines;

/** Entries dated more than a day after now_ms are dated wrong. Ownership: the caller's;
 *  headlines_free() it. */
struct headlines *headlines_new(int64_t now_ms);
/** Takes NULL. */
void headlines_free(struct headlines *headlines);

/** Take the next bytes; any length, also 0. Errors: what came so far is no such feed; nothing more
 *  need be pushed then, and headlines_finish says the same. */
bool headlines_push(struct headlines *headlines, const void *bytes, size_t length,
                    struct error *err);

/**
 * The feed is complete: replace the source and the titles of *ret_headlines; its other members are
 * the caller's. *ret_fault: why only the entries before some point are known, or "". Call it once.
 * Errors: no feed, or entries but no title that could be read; the outputs are untouched.
 */
bool headlines_finish(struct headlines *headlines, struct document_headlines *ret_headlines,
                      struct error *ret_fault, struct error *err);

#endif
