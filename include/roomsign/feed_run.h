/**
 * One poll: a roomsign-feed process under limits, from its start to what came of it.
 *
 * Whatever the child does (crash, hang, flood, nonsense) ends as an outcome with a reason, within
 * the wall time. The child gets the accepted config and the last document as sealed files in
 * memory, so that a half-edited config file on disk costs nothing.
 */
#ifndef ROOMSIGN_FEED_RUN_H
#define ROOMSIGN_FEED_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <roomsign/buffer.h>
#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>
#include <roomsign/loop.h>
#include <roomsign/report.h>

/** Wall time beyond what the feeds' own timeouts add up to. */
#define FEED_RUN_SLACK_MS INT64_C(10000)
/** What the headlines take at most, where there are any. */
#define FEED_RUN_HEADLINES_MS INT64_C(5000)
#define FEED_RUN_CPU_MAX_S 60
/** Address space. A feed of any size is decoded in a stream. */
#define FEED_RUN_MEMORY_BYTES_MAX (INT64_C(512) * 1024 * 1024)
#define FEED_RUN_FILES_MAX 64
/** What is kept of standard error, and how much of it may come at all. */
#define FEED_RUN_REPORT_BYTES_MAX (16 * 1024)
#define FEED_RUN_CHATTER_BYTES_MAX (1024 * 1024)
#define FEED_RUN_TIME_MAX_MS INT64_C(3600000)

struct feed_request {
    /** Path of roomsign-feed. */
    const char *program;
    const struct config *config;
    /** What the sign has already, or NULL. */
    const struct document *last;
    int64_t from_ms, until_ms;
    /** What time it is, UTC: the child is told, because it has no clock but the system's. */
    int64_t now_ms;
    /** Wall time; 0: what the feeds' timeouts and the headlines add up to, and
     *  FEED_RUN_SLACK_MS. */
    int64_t time_limit_ms;
};

struct feed_outcome {
    /** Whether there is a document. Whoever wants it takes it over and leaves {0}. */
    bool ok;
    struct document document;
    /** Why not, one line without a full stop; "" where ok. */
    char reason[REPORT_LINE_BYTES_MAX];
    /** What else the child said, a line each, ending with '\n'; or NULL. */
    const char *remarks;
    /** How long the server asks to be left alone, or 0. */
    int64_t retry_after_ms;
};

/** Called exactly once per started run, from the loop. The run may be started anew from it. */
typedef void (*feed_run_done)(void *context, struct feed_outcome *outcome);

/** Zero-initialise it with {0}. */
struct feed_run {
    struct loop *loop;
    pid_t pid; /* 0: not running */
    int pid_fd, output_fd, report_fd, timer_fd;
    struct loop_watch *pid_watch, *output_watch, *report_watch, *timer_watch;
    struct buffer output;
    struct buffer report;
    size_t chatter_bytes;
    /** Why the child was killed by us, or "". */
    char killed_for[128];
    char *room_name;
    feed_run_done done;
    void *context;
};

/** Errors: no process could be started; `done` is then not called. */
bool feed_run_start(struct feed_run *run, struct loop *loop, const struct feed_request *request,
                    feed_run_done done, void *context, struct error *err);
bool feed_run_is_running(const struct feed_run *run);
/** Kill what runs, without calling `done`. Takes a zeroed run. */
void feed_run_stop(struct feed_run *run);

/**
 * Where roomsign-feed is: beside this program (/proc/self/exe), else in $PATH. Ownership: the
 * caller's; free() it. Errors: NULL, found in neither.
 */
char *feed_program_find(struct error *err);

#endif
