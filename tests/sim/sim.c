/**
 * Runs lives and counts: `make sim` (SEEDS=N, SEED=n), and a suite of `make check`.
 *
 *     sim [--seeds N] [--from SEED] [--jobs N]
 *     sim --seed SEED         one life, and what happens in it step by step
 *
 * A seed is a whole life: the same seed of the same source does the same. TAP; exit status 1 where
 * an invariant is broken.
 */
#include "sim.h"

#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../scratch.h"

#ifdef __SANITIZE_ADDRESS__
#define SEEDS_USUAL 2000
#else
#define SEEDS_USUAL 10000
#endif
/* Fewer needn't have met everything. */
#define SEEDS_TO_MEET_ALL 500
#define LIFE_MAX_S 60
#define JOBS_MAX 64
#define FAILURES_MAX 5
/* Files take time: the other lives keep their commands in memory. */
#define SEEDS_WITH_FILES 8

/* Where the command logs are: in memory, where there is a file system for that. */
static struct scratch scratch;

/* What one process of several has done; shared with the parent. */
struct worker {
    uint64_t seed, lives, steps, failures;
    uint64_t met[MET_COUNT];
};

void sim_tell(struct life *life, const char *format, ...)
{
    char text[512], now[TIME_TEXT_BYTES];
    va_list arguments;
    if (!life->tells)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    printf("# %2d %s %s\n", life->step,
           time_format_utc(life->boot_ms + life->true_less_boot_ms, now), text);
}

bool sim_expect(struct life *life, bool holds, const char *format, ...)
{
    va_list arguments;
    if (holds || *life->fault)
        return holds;
    va_start(arguments, format);
    vsnprintf(life->fault, sizeof life->fault, format, arguments);
    va_end(arguments);
    return false;
}

static int64_t random_pause_ms(struct life *life)
{
    const struct tracker *tracker = &life->room.tracker;
    int64_t now_ms = sim_sign_now_ms(life);
    int64_t next_ms = tracker_next_change_ms(tracker, now_ms);
    int64_t minutes = random_below(&life->random, 30);
    int64_t what = random_below(&life->random, 20);
    int64_t change_ms = next_ms - (next_ms == TIME_NEVER_MS ? 0 : now_ms);
    if (change_ms > 14 * HOUR_MS)
        change_ms = random_below(&life->random, 4 * HOUR_MS);
    if (what < 10)
        return what == 0 ? change_ms - 1 : change_ms;
    if (what < 12)
        return view_next_change_ms(tracker, &life->room.health, &life->room.view_options, now_ms) -
               now_ms;
    return what == 12   ? random_below(&life->random, 1000)
           : what == 13 ? random_below(&life->random, HOUR_MS)
           : what == 14 ? random_below(&life->random, 6 * HOUR_MS)
           : what == 15 ? 0
                        : minutes * MINUTE_MS;
}

static void happen(struct life *life)
{
    int64_t what = random_below(&life->random, 20);
    if (life->lost_polls > 0 && what < 10)
        what = 0;
    if (what < 5) {
        for (int64_t i = random_below(&life->random, 3); i > 0; i--)
            sim_world_edit(life);
        sim_sign_poll(life);
    } else if (what < 14) {
        sim_operate(life);
    } else if (what == 14) {
        sim_world_upset_clock(life);
    } else if (what == 15) {
        sim_sign_restart(life);
    } else if (what == 16) {
        life->room.view_options.hint = "Held · u to undo";
        life->room.view_options.hint_until_ms = sim_sign_now_ms(life) + 4 * SECOND_MS;
        sim_tell(life, "somebody presses a key");
    }
}

static void tell_state(struct life *life)
{
    struct tracker_state state;
    int64_t now_ms = sim_sign_now_ms(life);
    char now[TIME_TEXT_BYTES], notices[VIEW_NOTICES_TEXT_BYTES];
    if (!life->tells)
        return;
    tracker_at(&life->room.tracker, now_ms, &state);
    sim_tell(life, "sign's %s: %s, current %s%s, next %s, notices %s, \"%.60s\"",
             time_format_utc(now_ms, now), phase_name(state.phase),
             state.current ? state.current->uid : "-", state.held ? " (held)" : "",
             state.next ? state.next->uid : "-", view_notices_format(life->view.notices, notices),
             life->view.headline);
}

static void tell_venue(struct life *life)
{
    static const char *const policies[] = {"schedule", "confirmed", "off"};
    const struct tracker_rules *rules = &life->room.config.rules;
    sim_tell(life, "zone %s, overrun %s for %lld min, max_session %lld h, day ends at %d min",
             life->room.zone.name, policies[rules->overrun],
             (long long)(rules->overrun_limit_ms / MINUTE_MS),
             (long long)(rules->max_session_ms / HOUR_MS), rules->day_ends_min);
    for (size_t i = 0; i < life->venue.count; i++) {
        const struct session *session = &life->venue.sessions[i];
        char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
        sim_tell(life, "  %s %s to %s %s %s%s in \"%s\": %.40s", session->uid,
                 time_format_utc(session->start_ms, start), time_format_utc(session->end_ms, end),
                 session_kind_name(session->kind), session_status_name(session->status),
                 session->venue_wide ? " venue-wide" : "", session->room, session->title);
    }
}

static void open_scratch(void)
{
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    scratch_open(&scratch, false);
}

static void remove_log(uint64_t seed)
{
    struct scratch log;
    snprintf(log.path, sizeof log.path, "%.400s/%llu", scratch.path, (unsigned long long)seed);
    if (access(log.path, F_OK) == 0)
        scratch_close(&log);
}

/* Returns whether all held. */
static bool live(uint64_t seed, bool tells, struct worker *worker)
{
    static struct life life;
    struct zone zone;
    life = (struct life){
        .seed = seed, .random = random_from(seed), .tells = tells, .met = worker->met};
    /* Neighbouring seeds begin alike. */
    for (int i = 0; i < 8; i++)
        random_next(&life.random);
    if (seed % SEEDS_WITH_FILES == 0)
        snprintf(life.directory, sizeof life.directory, "%.400s/%llu", scratch.path,
                 (unsigned long long)seed);
    sim_world_make(&life, &zone);
    sim_sign_open(&life, &zone);
    tell_venue(&life);
    int64_t steps = 8 + random_below(&life.random, SIM_STEPS_MAX - 8);
    if (!sim_chance(&life, 8))
        sim_sign_poll(&life);
    for (life.step = 1; life.step <= steps && !*life.fault; life.step++) {
        life.boot_ms += random_pause_ms(&life);
        sim_sign_follow_day(&life, sim_sign_now_ms(&life));
        happen(&life);
        if (!*life.fault)
            sim_check(&life);
        tell_state(&life);
        worker->steps++;
    }
    if (*life.fault)
        printf("# seed %llu, step %d: %s\n# again: make sim SEED=%llu\n", (unsigned long long)seed,
               life.step - 1, life.fault, (unsigned long long)seed);
    fflush(stdout);
    sim_sign_close(&life);
    remove_log(seed);
    schedule_release(&life.venue);
    schedule_release(&life.doubted);
    free(life.seen);
    free(life.answers);
    return !*life.fault;
}

static void work(struct worker *worker, uint64_t from, uint64_t until, uint64_t stride)
{
    for (uint64_t seed = from; seed < until && worker->failures < FAILURES_MAX; seed += stride) {
        worker->seed = seed;
        alarm(LIFE_MAX_S);
        worker->failures += !live(seed, false, worker);
        worker->lives++;
    }
}

/* The processes share the seeds out; returns what they did, taken together. */
static struct worker run_all(uint64_t from, uint64_t count, int jobs)
{
    struct worker total = {0};
    pid_t pids[JOBS_MAX];
    struct worker *workers = mmap(NULL, JOBS_MAX * sizeof *workers, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert(workers != MAP_FAILED);
    for (int i = 0; i < jobs; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            work(&workers[i], from + (uint64_t)i, from + count, (uint64_t)jobs);
            exit(0);
        }
    }
    for (int i = 0; i < jobs; i++) {
        int status;
        bool ended = pids[i] > 0 && waitpid(pids[i], &status, 0) > 0;
        if (!ended || status != 0) {
            printf("# seed %llu: the sign crashed, or hung\n# again: make sim SEED=%llu\n",
                   (unsigned long long)workers[i].seed, (unsigned long long)workers[i].seed);
            total.failures++;
            remove_log(workers[i].seed);
        }
        total.lives += workers[i].lives;
        total.steps += workers[i].steps;
        total.failures += workers[i].failures;
        for (int k = 0; k < MET_COUNT; k++)
            total.met[k] += workers[i].met[k];
    }
    munmap(workers, JOBS_MAX * sizeof *workers);
    return total;
}

static const char *met_name(int met)
{
    static const char *const names[] = {
        [MET_OVERRUN_KNOWN] = "known overrun",
        [MET_OPEN_ENDED] = "open end",
        [MET_DELAY] = "delay",
        [MET_DISTRUST] = "distrusted poll",
        [MET_BELIEVED_LATE] = "poll that ends distrust",
        [MET_POLL] = "poll",
        [MET_POLL_FAILED] = "failed poll",
        [MET_POLL_PARTLY] = "failed feed",
        [MET_CLOCK_UNSET] = "clock unset",
        [MET_CLOCK_OVERRULED] = "clock overruled",
        [MET_RESTART] = "restart",
        [MET_REFUSED] = "refused command",
        [MET_LAYOUT] = "layout",
        [MET_LIST_PAGE] = "list of pages",
        [MET_ALERT_MOVED] = "alert of a move",
        [MET_ALERT_CANCELLED] = "alert of a cancellation",
        [MET_NOTE] = "note",
        [MET_EXPECTED_CHANGE] = "change foretold",
    };
    return met < PHASE_COUNT   ? phase_name((enum phase)met)
           : met < MET_CHANGE  ? names[met]
           : met < MET_COMMAND ? change_kind_name((enum change_kind)(met - MET_CHANGE))
                               : command_kind_name((enum command_kind)(met - MET_COMMAND));
}

/* A simulation that meets nothing proves nothing. */
static bool tell_met(const struct worker *total, bool must)
{
    bool all = true;
    printf("# met:");
    for (int i = 0; i < MET_COUNT; i++) {
        printf("%s %s %llu", i ? "," : "", met_name(i), (unsigned long long)total->met[i]);
        all = all && total->met[i] > 0;
    }
    printf("\n");
    if (must)
        printf("%s - sim: every phase, change, command and doubt was met\n", all ? "ok" : "not ok");
    return all || !must;
}

struct choices {
    /** seed: of the one life that is shown; 0: many lives are counted. */
    uint64_t seeds, from, seed, jobs;
};

static bool choose(int argc, char **argv, struct choices *choices)
{
    static const struct option options[] = {{"seeds", required_argument, NULL, 'n'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"jobs", required_argument, NULL, 'j'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        uint64_t *choice = option == 'n'   ? &choices->seeds
                           : option == 'f' ? &choices->from
                           : option == 's' ? &choices->seed
                                           : &choices->jobs;
        *choice = optarg ? strtoull(optarg, NULL, 10) : 0;
        if (option == '?' || *choice == 0) {
            fprintf(stderr, "sim [--seeds N] [--from SEED] [--jobs N] | --seed SEED\n");
            return false;
        }
    }
    choices->jobs = choices->jobs < JOBS_MAX ? choices->jobs : JOBS_MAX;
    return true;
}

static bool show(uint64_t seed)
{
    struct worker worker = {0};
    /* What happened before a crash is what one wants to see. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    bool held = live(seed, true, &worker);
    printf("%s - sim: the life of seed %llu\n", held ? "ok" : "not ok", (unsigned long long)seed);
    return held;
}

static bool count(const struct choices *choices)
{
    struct worker total = run_all(choices->from, choices->seeds, (int)choices->jobs);
    printf("%s - sim: every invariant, in %llu steps of %llu lives\n",
           total.failures ? "not ok" : "ok", (unsigned long long)total.steps,
           (unsigned long long)total.lives);
    bool met = tell_met(&total, choices->seeds >= SEEDS_TO_MEET_ALL);
    return total.failures == 0 && met;
}

int main(int argc, char **argv)
{
    cpu_set_t processors;
    struct choices choices = {.seeds = SEEDS_USUAL, .from = 1, .jobs = 1};
    if (sched_getaffinity(0, sizeof processors, &processors) == 0)
        choices.jobs = (uint64_t)CPU_COUNT(&processors);
    if (!choose(argc, argv, &choices))
        return 3;
    sim_world_open();
    open_scratch();
    bool held = choices.seed > 0 ? show(choices.seed) : count(&choices);
    scratch_close(&scratch);
    return held ? 0 : 1;
}
