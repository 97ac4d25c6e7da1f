#include <roomsign/schedule.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/utf8.h>

bool schedule_add(struct schedule *schedule, struct session *session)
{
    if (schedule->count == SCHEDULE_SESSIONS_MAX) {
        return false;
    }
    if (schedule->count == schedule->capacity) {
        schedule->capacity = schedule->capacity ? schedule->capacity * 2 : 32;
        schedule->sessions =
            xrealloc(schedule->sessions, schedule->capacity * sizeof *schedule->sessions);
    }
    schedule->sessions[schedule->count++] = *session;
    session_init(session);
    return true;
}

static int compare_in_time(const void *a, const void *b)
{
    return session_compare(a, b);
}

/* Pointers to sessions, by uid and then in the schedule's order. */
static int compare_by_uid(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    int order = strcmp((*left)->uid, (*right)->uid);
    if (order != 0) {
        return order;
    }
    return *left < *right ? -1 : *left > *right;
}

static struct session **sessions_by_uid(const struct schedule *schedule)
{
    struct session **by_uid = xcalloc(schedule->count + 1, sizeof *by_uid);
    for (size_t i = 0; i < schedule->count; i++) {
        by_uid[i] = &schedule->sessions[i];
    }
    if (schedule->count > 1) {
        qsort(by_uid, schedule->count, sizeof *by_uid, compare_by_uid);
    }
    return by_uid;
}

/* A uid at its limit gives up its tail, so that the number still fits. */
static void number_uid(struct session *session, unsigned number)
{
    char suffix[16];
    int length = snprintf(suffix, sizeof suffix, "#%u", number);
    size_t kept =
        utf8_cut(session->uid, strlen(session->uid), SESSION_UID_BYTES_MAX - (size_t)length);
    char *uid = xcalloc(kept + (size_t)length + 1, 1);
    memcpy(uid, session->uid, kept);
    memcpy(uid + kept, suffix, (size_t)length);
    free(session->uid);
    session->uid = uid;
}

/* Give each session after the first of an equal uid a number, counted per uid from 2, or from
 * *serial on where one is given. true: none had to be given. */
static bool make_uids_unique(struct schedule *schedule, unsigned *serial)
{
    bool unique = true;
    struct session **by_uid = sessions_by_uid(schedule);
    unsigned number = 1;
    char *same = xstrdup(by_uid[0]->uid);
    for (size_t i = 1; i < schedule->count; i++) {
        if (strcmp(by_uid[i]->uid, same) != 0) {
            session_set(&same, by_uid[i]->uid);
            number = 1;
            continue;
        }
        number_uid(by_uid[i], serial ? (*serial)++ : ++number);
        unique = false;
    }
    free(same);
    free(by_uid);
    return unique;
}

void schedule_sort(struct schedule *schedule)
{
    if (schedule->count < 2) {
        return;
    }
    qsort(schedule->sessions, schedule->count, sizeof *schedule->sessions, compare_in_time);
    /* A numbered uid may meet one that the feed itself has numbered (or cut to the same limit). A
     * serial that never repeats ends that. */
    unsigned serial = SCHEDULE_SESSIONS_MAX + 1;
    bool unique = make_uids_unique(schedule, NULL);
    while (!unique) {
        unique = make_uids_unique(schedule, &serial);
    }
    qsort(schedule->sessions, schedule->count, sizeof *schedule->sessions, compare_in_time);
}

void schedule_copy(struct schedule *ret_schedule, const struct schedule *schedule)
{
    *ret_schedule = (struct schedule){0};
    for (size_t i = 0; i < schedule->count; i++) {
        struct session copy;
        session_copy(&copy, &schedule->sessions[i]);
        if (!schedule_add(ret_schedule, &copy)) {
            abort();
        }
        session_release(&copy);
    }
}

bool schedule_equal(const struct schedule *a, const struct schedule *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!session_equal(&a->sessions[i], &b->sessions[i])) {
            return false;
        }
    }
    return true;
}

const struct session *schedule_find(const struct schedule *schedule, const char *uid)
{
    for (size_t i = 0; i < schedule->count; i++) {
        if (strcmp(schedule->sessions[i].uid, uid) == 0) {
            return &schedule->sessions[i];
        }
    }
    return NULL;
}

void schedule_release(struct schedule *schedule)
{
    if (!schedule) {
        return;
    }
    for (size_t i = 0; i < schedule->count; i++) {
        session_release(&schedule->sessions[i]);
    }
    free(schedule->sessions);
    *schedule = (struct schedule){0};
}
