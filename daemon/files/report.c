#include <roomsign/report.h>

#include <stdio.h>
#include <string.h>

void report_format_retry(int64_t retry_s, char *text, size_t size)
{
    snprintf(text, size, REPORT_RETRY_MARK "%lld s", (long long)retry_s);
}

bool report_parse_retry(const char *line, int64_t *ret_retry_s)
{
    /* The last mark counts: what stands before may quote a server's words. */
    const char *digits = NULL;
    for (const char *mark = line; (mark = strstr(mark, REPORT_RETRY_MARK)) != NULL;) {
        mark += strlen(REPORT_RETRY_MARK);
        digits = mark;
    }
    if (!digits || *digits < '0' || *digits > '9')
        return false;
    int64_t retry_s = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        retry_s = retry_s * 10 + (*digits - '0');
        if (retry_s > REPORT_RETRY_MAX_S)
            retry_s = REPORT_RETRY_MAX_S;
    }
    *ret_retry_s = retry_s;
    return true;
}

bool report_is_lacking(const char *line)
{
    return strstr(line, REPORT_LACKING_MARK) != NULL;
}
