/**
 * A line of text cut into runs that one font can set in one direction and one script.
 *
 * Unicode's rules through ICU, and no fonts: whoever calls says which font a cluster takes. Base
 * direction from the first strong character (UAX #9 P2-P3); clusters are extended grapheme
 * clusters (UAX #29); common characters take the script before them (UAX #24).
 */
#ifndef ROOMSIGN_RUNS_H
#define ROOMSIGN_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A line longer than this is cut between characters. */
#define RUNS_LINE_BYTES_MAX 2048
/** Further combining marks of one cluster are dropped; real text has fewer (UAX #15, D4). */
#define RUNS_MARKS_MAX 30
#define RUNS_SCRIPT_BYTES 5

struct runs_cluster {
    /** Characters of runs.characters. */
    int start, count;
    int font;
};

/** Clusters in the order of reading; runs in the order of drawing, from the left. */
struct run {
    int first_cluster, cluster_count;
    int font;
    bool rtl;
    /** ISO 15924, as in "Latn". */
    char script[RUNS_SCRIPT_BYTES];
    /** Clusters stand side by side, so that space between them does no harm. */
    bool spaceable;
};

/** What a cluster is, for whoever chooses its font. */
struct runs_choice {
    const uint32_t *characters;
    int count;
    /** The cluster wants to be a coloured picture (UTS #51). */
    bool emoji;
    /** The font of the cluster before it, or -1. */
    int font_before;
};
typedef int (*runs_choose)(void *context, const struct runs_choice *choice);

struct runs;

struct runs *runs_new(void);
void runs_free(struct runs *runs);

/**
 * Cut `text`. Malformed bytes count as U+FFFD, control characters as blanks, direction marks guide
 * and vanish. The answers below are borrowed, until the next call.
 */
void runs_cut(struct runs *runs, const char *text, size_t length, runs_choose choose,
              void *context);

size_t runs_count(const struct runs *runs);
const struct run *runs_at(const struct runs *runs, size_t index);
const struct runs_cluster *runs_cluster_at(const struct runs *runs, int index);
const uint32_t *runs_characters(const struct runs *runs);

/** UTF-8 of `count` clusters into text, which holds RUNS_LINE_BYTES_MAX * 3 + 1. Its length. */
#define RUNS_TEXT_BYTES (RUNS_LINE_BYTES_MAX * 3 + 1)
size_t runs_text(const struct runs *runs, int first_cluster, int cluster_count,
                 char text[static RUNS_TEXT_BYTES]);

/** Takes no place and needs no glyph: joiners, variation selectors, direction marks. */
bool runs_ignorable(uint32_t character);

#endif
