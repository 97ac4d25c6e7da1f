/**
 * The log: one line per event, to standard error.
 *
 * Under systemd (JOURNAL_STREAM names standard error) each line starts with the journal's <N>
 * priority and leaves the program's name to the journal; on a terminal warnings and errors are
 * coloured; elsewhere lines are plain. Control
 * characters in a message are replaced, so that a feed can't forge lines. Core and decoders never
 * log: they return what happened to a caller who does.
 */
#ifndef ROOMSIGN_LOG_H
#define ROOMSIGN_LOG_H

enum log_level {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG,
};

/** Name put before each line ("roomsignd"), and the least urgent level that is still written.
 *  `program` must outlive the log. Until this is called: "roomsign", LOG_LEVEL_INFO. */
void log_open(const char *program, enum log_level least);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
