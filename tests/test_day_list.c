/* The list's pages: none loses a row, none moves anything else, and a list that fits has none. */
#include <stdlib.h>

#include <roomsign/day_list.h>

#include "layout_case.h"
#include "random.h"
#include "view_case.h"

#define SEEDS 25
/* Arabic has words for one and two of a thing. */
#define WORDED (-1)

static struct view view;

/* Rows that are told apart by their times: plain, struck, noted, retimed, late. */
static void random_rows(struct random *random, int count)
{
    static const char *const notes[] = {"new", "cancelled",
                                        "moved to UB5.230 (Chavanne), Sat 31 Jan, 14:30"};
    memset(view.later, 0, sizeof view.later);
    view.later_count = count;
    view.later_more = random_below(random, 4) ? 0 : (int)random_below(random, 40);
    for (int i = 0; i < count; i++) {
        struct view_entry *entry = &view.later[i];
        snprintf(entry->time, sizeof entry->time, "%02d:%02d", 10 + i / 60, i % 60);
        FILL(entry->title, random_below(random, 9) ? "Joins" : long_text());
        int64_t kind = random_below(random, 8);
        if (kind < 3) {
            FILL(entry->note, random_below(random, 9) ? notes[kind] : long_text());
            entry->struck = kind > 0;
        } else if (kind == 3) {
            FILL(entry->old_time, "09:30");
        }
    }
}

static void add_alerts(int count)
{
    view.alert_count = count;
    for (int i = 0; i < count; i++) {
        view.alerts[i].kind = VIEW_ALERT_MOVED;
        FILL(view.alerts[i].words, "Moved to UB5.230");
        FILL(view.alerts[i].subject, "Joins");
        FILL(view.alerts[i].time, "10:30");
    }
}

static void random_view(struct random *random)
{
    bool at_length = random_below(random, 3) == 0;
    full_view(&view, (enum phase)random_below(random, PHASE_COUNT), random_below(random, 2),
              at_length);
    random_rows(random, 1 + (int)random_below(random, VIEW_LATER_MAX));
    if (random_below(random, 3)) {
        view.code_url[0] = '\0';
        FILL(view.news, "Recordings are out");
        FILL(view.news_source, "Planet");
    }
    if (random_below(random, 6) == 0) {
        FILL(view.language, "ar");
    }
    add_alerts(random_below(random, 3) ? 0 : (int)random_below(random, VIEW_ALERTS_MAX + 1));
    if (random_below(random, 6) == 0) {
        view.phase = PHASE_CLOSED;
        view.clock_unset = true;
        view.next_label[0] = view.count_caption[0] = view.count_range[0] = '\0';
        memset(view.count, 0, sizeof view.count);
    }
}

static void lay_turn(int64_t turn, const int size[2], struct layout *ret_layout)
{
    view.list_turn = turn;
    layout_make(&view, size[0], size[1], theme_builtin(THEME_BASE_DARK), &fake_measure, ret_layout);
}

static bool is_of_list(const struct layout_box *box)
{
    return strncmp(box->role, "later.", strlen("later.")) == 0 &&
           strcmp(box->role, "later.label") != 0;
}

static void assert_else_equal(const struct layout *a, const struct layout *b, const char *what)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->count && is_of_list(&a->boxes[i])) {
            i++;
        }
        while (j < b->count && is_of_list(&b->boxes[j])) {
            j++;
        }
        if (i == a->count || j == b->count) {
            break;
        }
        if (!layout_box_equal(&a->boxes[i], &b->boxes[j])) {
            fail_msg("%s: turning moves %s \"%s\"", what, a->boxes[i].role, a->boxes[i].text);
        }
    }
    assert_true(i == a->count && j == b->count);
}

/* Which entry of the list has this time. */
static int row_of(const char *time)
{
    return (int)(strtol(time, NULL, 10) - 10) * 60 + (int)strtol(time + 3, NULL, 10);
}

/* Counts how often each row is shown; returns how many rows the page says come after it, or
 * WORDED. */
static int read_page(const struct layout *layout, int shown[VIEW_LATER_MAX], int *ret_last)
{
    int left = 0;
    *ret_last = -1;
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (strcmp(box->role, "later.time") == 0) {
            int row = row_of(box->text);
            assert_in_range(row, 0, view.later_count - 1);
            assert_true(*ret_last == -1 || row == *ret_last + 1);
            shown[row]++;
            *ret_last = row;
        } else if (strcmp(box->role, "later.more") == 0) {
            const char *digits = strpbrk(box->text, "0123456789");
            left = digits ? (int)strtol(digits, NULL, 10) : WORDED;
        }
    }
    return left;
}

/* Each page in its turn. */
static void check_pages(const struct layout *first, const int size[2], const char *what)
{
    static struct layout page;
    int shown[VIEW_LATER_MAX] = {0}, total = view.later_count + view.later_more, last, before = -1;
    int pages = first->list_pages;
    for (int i = 0; i < pages; i++) {
        char mark[32];
        int64_t turn = i == 0 ? 4 : 2 * (i - 1) + 1;
        assert_int_equal(day_list_page(turn, pages), i);
        lay_turn(turn, size, &page);
        check_layout(&page, what);
        assert_int_equal(page.list_pages, pages);
        assert_else_equal(first, &page, what);
        int left = read_page(&page, shown, &last);
        int after = total - 1 - last;
        if (last <= before || (left == WORDED ? after < 1 || after > 2 : left != after)) {
            fail_msg("%s: page %d ends with row %d of %d and tells of %d more", what, i + 1, last,
                     total, left);
        }
        before = last;
        const struct layout_box *box = find_box(&page, "later.page");
        snprintf(mark, sizeof mark, "%d/%d", i + 1, pages);
        assert_true(pages == 1 ? box == NULL : box != NULL && strcmp(box->text, mark) == 0);
    }
    for (int i = 0; i < view.later_count; i++) {
        if (shown[i] != 1) {
            fail_msg("%s: row %d of %d is on %d of %d pages", what, i, total, shown[i], pages);
        }
    }
}

static void test_every_row_is_on_one_page(void **state)
{
    (void)state;
    static struct layout first;
    int paged = 0, whole = 0, bare = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random random = random_from(seed);
        random_view(&random);
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            char what[80];
            snprintf(what, sizeof what, "seed %d at %dx%d", (int)seed, sizes[i][0], sizes[i][1]);
            lay_turn(0, sizes[i], &first);
            if (!find_box(&first, "later.time")) {
                /* No room for even one: they are counted, where there is room for that. */
                const struct layout_box *more = find_box(&first, "later.more");
                assert_true(!more || strtol(more->text, NULL, 10) > 0);
                assert_true(first.list_pages <= 1);
                bare++;
                continue;
            }
            check_pages(&first, sizes[i], what);
            paged += first.list_pages > 1;
            whole += first.list_pages == 1;
        }
    }
    assert_true(paged > SEEDS * 5 && whole > SEEDS / 4 && bare < SEEDS * 2);
}

static void test_a_screen_as_high_as_can_be_has_pages_too(void **state)
{
    (void)state;
    static struct layout layout;
    struct random random = random_from(1);
    full_view(&view, PHASE_FREE, false, false);
    random_rows(&random, VIEW_LATER_MAX);
    lay_turn(0, (const int[]){400, 8000}, &layout);
    assert_int_equal(count_boxes(&layout, "later.title"), DAY_LIST_ROWS_MAX);
    check_pages(&layout, (const int[]){400, 8000}, "high");
}

/* Alerts leave the list a line or two, and these rows want three. */
static void test_a_row_higher_than_its_page_is_cut_and_not_lost(void **state)
{
    (void)state;
    static struct layout layout;
    int cut[3] = {0};
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int alerts = 0; alerts <= VIEW_ALERTS_MAX; alerts++) {
            full_view(&view, PHASE_LIVE, false, false);
            add_alerts(alerts);
            view.later_count = 9;
            for (int j = 0; j < view.later_count; j++) {
                memset(&view.later[j], 0, sizeof view.later[j]);
                snprintf(view.later[j].time, sizeof view.later[j].time, "10:%02d", j);
                FILL(view.later[j].title, "Joins");
                FILL(view.later[j].note, long_text());
            }
            lay_turn(0, sizes[i], &layout);
            int rows = count_boxes(&layout, "later.title"),
                notes = count_boxes(&layout, "later.note");
            if (rows > 0) {
                check_pages(&layout, sizes[i], "high rows");
                const struct layout_box *title = find_box(&layout, "later.title");
                bool below = title->baseline_y > find_box(&layout, "later.time")->baseline_y;
                cut[notes == 2 * rows ? 0 : below ? 1 : 2]++;
            }
        }
    }
    assert_true(cut[0] > 0 && cut[1] > 0 && cut[2] > 0);
}

static void test_the_first_page_comes_every_other_turn(void **state)
{
    (void)state;
    static const int expected[] = {0, 1, 0, 2, 0, 3, 0, 1};
    for (int turn = 0; turn < 8; turn++) {
        assert_int_equal(day_list_page(turn, 4), expected[turn]);
        assert_int_equal(day_list_page(turn, 2), turn % 2);
        assert_int_equal(day_list_page(turn, 1), 0);
    }
}

static void add_talks(struct fixture *fixture, int count)
{
    for (int i = 0; i < count; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "talk %02d", i);
        sample_add(&fixture->schedule, uid, AT(12, 10 * i), AT(12, 10 * i + 10));
    }
    fixture_track(fixture);
}

/* As the sign does it, for ten minutes of a quiet morning; returns how often it woke. */
static int live(struct fixture *fixture, int *ret_pictures)
{
    static struct layout layout, before;
    int wakes = 0;
    *ret_pictures = 0;
    for (int64_t now_ms = AT(9, 0); now_ms < AT(9, 10);
         now_ms = fixture_next_ms(fixture, now_ms), wakes++) {
        before = layout;
        layout_make(fixture_view(fixture, now_ms), 1920, 1080, theme_builtin(THEME_BASE_DARK),
                    &fake_measure, &layout);
        fixture->options.list_turns = layout.list_pages > 1;
        bool same = layout.count == before.count;
        for (size_t i = 0; same && i < layout.count; i++) {
            same = layout_box_equal(&layout.boxes[i], &before.boxes[i]);
        }
        *ret_pictures += !same;
    }
    return wakes;
}

static void test_a_list_that_fits_wakes_nobody(void **state)
{
    (void)state;
    static const int talks[] = {0, 1, 5, 30};
    for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
        struct fixture fixture;
        int pictures;
        fixture_init(&fixture);
        add_talks(&fixture, talks[i]);
        assert_int_equal(live(&fixture, &pictures), talks[i] == 30 ? 40 : 10);
        assert_int_equal(pictures, talks[i] == 30 ? 40 : 10);
        /* It was longer than its place, and now fits. */
        fixture.options.list_turns = true;
        assert_in_range(live(&fixture, &pictures), 10, talks[i] == 30 ? 40 : 11);
        fixture_release(&fixture);
    }
}

static void test_turns_are_a_matter_of_the_time_alone(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    add_talks(&fixture, 30);
    assert_int_equal(fixture_view(&fixture, AT(9, 0) + 20 * SECOND_MS)->list_turn, 0);
    assert_int_equal(fixture_next_ms(&fixture, AT(9, 0) + 1), AT(9, 1));
    fixture.options.list_turns = true;
    int64_t turn = fixture_view(&fixture, AT(9, 0))->list_turn;
    assert_true(turn > 0 && turn % 2 == 0);
    assert_int_equal(fixture_view(&fixture, AT(9, 0) + 14999)->list_turn, turn);
    assert_int_equal(fixture_view(&fixture, AT(9, 0) + 15000)->list_turn, turn + 1);
    assert_int_equal(fixture_next_ms(&fixture, AT(9, 0) + 1), AT(9, 0) + 15000);
    assert_int_equal(fixture_next_ms(&fixture, AT(9, 0) + 15000), AT(9, 0) + 30000);
    /* The plan of a day that nobody knows the time of is as long. */
    fixture.health.clock = TIME_SOURCE_NONE;
    fixture.health.from_ms = AT(-24, 0);
    assert_int_equal(fixture_view(&fixture, AT(9, 0) + 15000)->list_turn, turn + 1);
    assert_int_equal(fixture_next_ms(&fixture, AT(9, 0) + 1), AT(9, 0) + 15000);
    fixture.options.list_turns = false;
    assert_true(fixture_next_ms(&fixture, AT(9, 0) + 1) > AT(10, 0));
    fixture_release(&fixture);
}

static void assert_day(struct fixture *fixture, int64_t now_ms, const char *expected)
{
    static const char *const marks[] = {"", "-", ">", "+"};
    char text[1024] = "";
    size_t used = 0;
    const struct view *made = fixture_view(fixture, now_ms);
    for (int i = 0; i < made->day_count; i++) {
        const struct view_entry *entry = &made->day[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s%s ", marks[entry->row],
                                 entry->time, entry->struck ? "~" : "", entry->expected);
    }
    assert_string_equal(text, expected);
    assert_string_equal(made->day_label, made->day_count > 0 ? "Today" : "");
}

static void test_the_day_tells_what_was_what_is_and_what_comes(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    for (int i = 0; i < 5; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "talk %d", i);
        sample_add(&fixture.schedule, uid, AT(9 + i, 0), AT(9 + i, 30));
    }
    sample_add(&fixture.schedule, "off", AT(10, 30), AT(11, 20))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "beside", AT(9, 45), AT(11, 10))->venue_wide = true;
    sample_add(&fixture.schedule, "tomorrow", AT(33, 0), AT(34, 0));
    fixture_track(&fixture);
    assert_day(&fixture, AT(8, 0), "");
    assert_day(&fixture, AT(9, 10), ">09:00 +09:45 10:00 10:30~ 11:00 12:00 13:00 ");
    assert_day(&fixture, AT(10, 10), "-09:00 +09:45 >10:00 +11:00 12:00 13:00 ");
    assert_day(&fixture, AT(11, 15), "-09:00 -09:45 -10:00 >11:00 +12:00 13:00 ");
    assert_day(&fixture, AT(11, 55), "-09:00 -09:45 -10:00 -11:00 +12:00 +13:00 ");
    /* Nothing more to come today, and another day's rows are not today's. */
    assert_day(&fixture, AT(13, 10), "");
    assert_day(&fixture, AT(14, 0), "");
    fixture_release(&fixture);
}

static void test_a_day_that_is_too_long_is_none(void **state)
{
    (void)state;
    for (int count = VIEW_DAY_MAX - 1; count <= VIEW_DAY_MAX + 1; count++) {
        struct fixture fixture;
        fixture_init(&fixture);
        add_talks(&fixture, count);
        assert_int_equal(fixture_view(&fixture, AT(12, 5))->day_count,
                         count <= VIEW_DAY_MAX ? count : 0);
        fixture_release(&fixture);
    }
}

static void test_what_is_over_is_told_where_there_is_room_for_it(void **state)
{
    (void)state;
    static struct layout with, without;
    int days = 0, cut = 0, none = 0;
    for (int past = 0; past < 8; past++) {
        for (int later = 0; later < 8; later++) {
            full_view(&view, later % 2 ? PHASE_LIVE : PHASE_FREE, false, false);
            view.later_count = view.day_count = 0;
            FILL(view.day_label, "Today");
            for (int i = 0; i < past + 2 + later; i++) {
                struct view_entry *entry = &view.day[view.day_count++];
                memset(entry, 0, sizeof *entry);
                entry->row = i < past        ? VIEW_ROW_PAST
                             : i == past     ? VIEW_ROW_NOW
                             : i == past + 1 ? VIEW_ROW_NEXT
                                             : VIEW_ROW_LATER;
                FILL(entry->title, "Joins");
                snprintf(entry->time, sizeof entry->time, "10:%02d", i);
                if (entry->row == VIEW_ROW_LATER) {
                    view.later[view.later_count++] = *entry;
                }
            }
            check_view(&view, "a day");
            for (size_t i = 0; i < SIZE_COUNT; i++) {
                int day_count = view.day_count;
                lay_turn(0, sizes[i], &with);
                view.day_count = 0;
                lay_turn(0, sizes[i], &without);
                view.day_count = day_count;
                assert_int_equal(count_boxes(&with, "code"), count_boxes(&without, "code"));
                assert_int_equal(find_box(&with, "title")->style.size_px,
                                 find_box(&without, "title")->style.size_px);
                int rows = count_boxes(&with, "day.title"),
                    laters = count_boxes(&with, "later.title");
                const struct layout_box *earlier = find_box(&with, "day.earlier");
                if (rows == 0) {
                    none++;
                    assert_null(earlier);
                    assert_int_equal(laters, count_boxes(&without, "later.title"));
                    continue;
                }
                /* All that is not over, and of that the last; the rest is counted. */
                assert_int_equal(laters, later);
                assert_int_equal(with.list_pages, 1);
                int left = earlier ? (int)strtol(earlier->text, NULL, 10) : 0;
                assert_int_equal(rows + left, past + 2);
                const struct layout_box *mark = find_box(&with, "day.mark");
                const struct layout_box *first = find_box(&with, "day.time");
                assert_non_null(mark);
                assert_int_equal(count_boxes(&with, "day.mark"), 1);
                assert_int_equal(strtol(first->text + 3, NULL, 10), left);
                assert_true(mark->rect.x + mark->rect.width < first->rect.x);
                days++;
                cut += left > 0;
            }
        }
    }
    assert_true(days > 100 && cut > 50 && none > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_on_one_page),
        cmocka_unit_test(test_a_screen_as_high_as_can_be_has_pages_too),
        cmocka_unit_test(test_a_row_higher_than_its_page_is_cut_and_not_lost),
        cmocka_unit_test(test_the_first_page_comes_every_other_turn),
        cmocka_unit_test(test_a_list_that_fits_wakes_nobody),
        cmocka_unit_test(test_the_day_tells_what_was_what_is_and_what_comes),
        cmocka_unit_test(test_a_day_that_is_too_long_is_none),
        cmocka_unit_test(test_what_is_over_is_told_where_there_is_room_for_it),
        cmocka_unit_test(test_turns_are_a_matter_of_the_time_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
