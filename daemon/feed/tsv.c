#include <roomsign/tsv.h>

#include <stdio.h>
#include <string.h>

static const char *escape_of(char c)
{
    switch (c) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

static bool put_value(struct buffer *lines, const char *value)
{
    while (*value) {
        size_t plain = strcspn(value, "\t\n\r");
        if (!buffer_append(lines, value, plain)) {
            return false;
        }
        value += plain;
        if (*value && !buffer_append_text(lines, escape_of(*value++))) {
            return false;
        }
    }
    return true;
}

static bool put_time(struct buffer *lines, const struct session *session, int64_t at_ms,
                     const struct zone *zone)
{
    if (session->kind == SESSION_KIND_ALL_DAY) {
        struct civil local;
        zone_to_civil(zone, at_ms, &local);
        return buffer_append_format(lines, "%04d-%02d-%02d", local.year, local.month, local.day);
    }
    char text[TIME_TEXT_BYTES];
    return buffer_append_text(lines, time_format_utc(at_ms, text));
}

static bool put_speakers(struct buffer *lines, const struct session *session)
{
    for (size_t i = 0; i < session->speaker_count; i++) {
        if ((i > 0 && !buffer_append_text(lines, "; ")) ||
            !put_value(lines, session->speakers[i])) {
            return false;
        }
    }
    return true;
}

static bool put_session(struct buffer *lines, const struct session *session,
                        const struct zone *zone)
{
    return put_time(lines, session, session->start_ms, zone) && buffer_append_text(lines, "\t") &&
           put_time(lines, session, session->end_ms, zone) && buffer_append_text(lines, "\t") &&
           put_value(lines, session->uid) && buffer_append_text(lines, "\t") &&
           put_value(lines, session->room) && buffer_append_text(lines, "\t") &&
           buffer_append_text(lines, session_kind_name(session->kind)) &&
           buffer_append_text(lines, "\t") &&
           buffer_append_text(lines, session_status_name(session->status)) &&
           buffer_append_text(lines, "\t") && put_value(lines, session->title) &&
           buffer_append_text(lines, "\t") && put_speakers(lines, session) &&
           buffer_append_text(lines, "\n");
}

bool tsv_write(const struct schedule *schedule, const struct zone *zone, struct buffer *ret_lines,
               struct error *err)
{
    for (size_t i = 0; i < schedule->count; i++) {
        size_t whole = ret_lines->length;
        if (!put_session(ret_lines, &schedule->sessions[i], zone)) {
            ret_lines->length = whole;
            if (ret_lines->data) {
                ret_lines->data[whole] = '\0';
            }
            error_set(err, "%zu sessions are more than %zu bytes of lines", schedule->count,
                      ret_lines->max);
            return false;
        }
    }
    return true;
}
