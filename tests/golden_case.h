/* The moments that golden pictures show: one day's sessions as the sign tells them. */
#ifndef ROOMSIGN_TESTS_GOLDEN_CASE_H
#define ROOMSIGN_TESTS_GOLDEN_CASE_H

#include <stdio.h>
#include <string.h>

#include <roomsign/view.h>

#include "view_case.h"

#define GOLDEN_PAGE "https://example.org/2026/schedule/event/"

struct golden_script {
    const char *name;
    const char *language;
    const char *title, *speakers[2], *next, *later;
};

/* A title in each script, and in each that is broken, mirrored, joined, stacked or coloured. */
static const struct golden_script golden_scripts[] = {
    {"latin",
     "de",
     "Größenänderung: Übermäßig lange Zeichenkettenverarbeitungsfunktionen",
     {"Ada", "Grace"},
     "Œuvres complètes à l’échelle",
     "Jalapeño y piñata"},
    {"devanagari",
     "hi",
     "क्षत्रिय डेटाबेस: दो प्रणालियाँ, तीन दृष्टिकोण",
     {"एडा", "ग्रेस"},
     "त्रुटियों की विश्वसनीय खोज",
     "प्रश्नोत्तर"},
    {"arabic",
     "ar",
     "قواعد البيانات: ثلاث وجهات نظر حول PostgreSQL 18",
     {"أدا", "غريس"},
     "الفهرسة والبحث في النصوص",
     "أسئلة وأجوبة"},
    {"hebrew",
     "he",
     "בסיסי נתונים: שלוש נקודות מבט על PostgreSQL 18",
     {"אדה", "גרייס"},
     "אינדקסים וחיפוש בטקסט",
     "שאלות ותשובות"},
    {"thai",
     "th",
     "ฐานข้อมูลสองระบบกับสามมุมมองที่ต่างกัน",
     {"เอดา", "เกรซ"},
     "การทำดัชนีและการค้นหา",
     "ถามและตอบ"},
    {"chinese",
     "zh",
     "两个数据库，三种视角：从入门到精通",
     {"阿达", "格蕾丝"},
     "索引与全文检索",
     "提问与解答"},
    {"japanese",
     "ja",
     "二つのデータベース、三つの視点：直すべき骨組み",
     {"エイダ", "グレース"},
     "索引と全文検索のしくみ",
     "質疑応答"},
    {"korean",
     "ko",
     "두 데이터베이스와 세 가지 관점",
     {"에이다", "그레이스"},
     "색인과 전문 검색",
     "질의응답"},
    {"emoji",
     "en",
     "Databases 👩🏽‍💻 in 🇧🇪 and 🇮🇳: all the fun 🎉 of the "
     "👨‍👩‍👧‍👦",
     {"Ada", "Grace"},
     "Indexes 🗂️",
     "Questions ❤️"},
    {"vietnamese",
     "vi",
     "Hai cơ sở dữ liệu, ba góc nhìn: những điều ước của người dùng",
     {"Ada", "Grace"},
     "Chỉ mục và tìm kiếm văn bản",
     "Hỏi đáp"},
};

static const struct golden_script golden_usual = {
    "",
    "en",
    "PostgreSQL and MySQL, Two Databases, Three Perspectives",
    {"Ada", "Grace"},
    "Defining Compatibility for Postgres and MySQL Derivatives",
    "Delegating SQL Parsing"};

/* What else there is at a moment beside the schedule. */
enum golden_turn {
    GOLDEN_AS_PLANNED,
    GOLDEN_HELD,
    GOLDEN_CANCELLED,
    GOLDEN_FULL,
    GOLDEN_MESSAGE,
    GOLDEN_DISTRUSTED,
    GOLDEN_NO_SCHEDULE,
    GOLDEN_NO_CLOCK,
};

struct golden_moment {
    const char *name;
    int hour, minute, second;
    enum golden_turn turn;
};

static const struct golden_moment golden_moments[] = {
    {"live", 10, 48, 0, GOLDEN_AS_PLANNED},          {"wrap-up", 11, 17, 23, GOLDEN_AS_PLANNED},
    {"past-its-end", 11, 22, 30, GOLDEN_AS_PLANNED}, {"overrun", 11, 28, 4, GOLDEN_HELD},
    {"soon", 13, 31, 12, GOLDEN_AS_PLANNED},         {"free", 12, 53, 0, GOLDEN_AS_PLANNED},
    {"closed", 19, 12, 0, GOLDEN_AS_PLANNED},        {"break", 12, 10, 0, GOLDEN_AS_PLANNED},
    {"cancelled", 13, 31, 12, GOLDEN_CANCELLED},     {"full", 10, 48, 0, GOLDEN_FULL},
    {"message", 10, 48, 0, GOLDEN_MESSAGE},          {"distrusted", 10, 48, 0, GOLDEN_DISTRUSTED},
    {"no-schedule", 10, 48, 0, GOLDEN_NO_SCHEDULE},  {"no-clock", 10, 48, 0, GOLDEN_NO_CLOCK},
};
#define GOLDEN_PHASES 7
#define GOLDEN_MOMENTS (sizeof golden_moments / sizeof *golden_moments)
#define GOLDEN_SCRIPTS (sizeof golden_scripts / sizeof *golden_scripts)

static inline void golden_add(struct fixture *fixture, const char *uid, int from_min, int until_min,
                              const char *title)
{
    char url[128];
    struct session *session =
        sample_add(&fixture->schedule, uid, AT(0, from_min), AT(0, until_min));
    snprintf(url, sizeof url, "%s%s-%s/", GOLDEN_PAGE, uid, "a-title-as-long-as-they-usually-are");
    session_set(&session->title, title);
    session_set(&session->url, url);
    session_set(&session->track, "Databases");
}

static inline void golden_turn(struct fixture *fixture, enum golden_turn turn)
{
    switch (turn) {
    case GOLDEN_AS_PLANNED:
    case GOLDEN_CANCELLED:
        return;
    case GOLDEN_HELD:
        fixture_operate(fixture, AT(11, 15), "hold");
        return;
    case GOLDEN_FULL:
        fixture_operate(fixture, AT(10, 40), "full");
        return;
    case GOLDEN_MESSAGE:
        fixture_operate(fixture, AT(10, 40), "say Please use the door on the left");
        return;
    case GOLDEN_DISTRUSTED:
        fixture->health.distrusted = true;
        return;
    case GOLDEN_NO_SCHEDULE:
        fixture->health.has_schedule = false;
        return;
    case GOLDEN_NO_CLOCK:
        fixture->health.clock = TIME_SOURCE_NONE;
        return;
    }
}

/* The view of a moment of a day whose sessions are in a script. */
static inline void golden_view(const struct golden_moment *moment,
                               const struct golden_script *script, struct view *ret_view)
{
    struct fixture fixture;
    fixture_init(&fixture);
    fixture.options.language = script->language;
    fixture.options.with_qr = true;
    golden_add(&fixture, "TDGH7X", 630, 680, script->title);
    for (int i = 0; i < 2; i++)
        session_add_speaker(&fixture.schedule.sessions[0], script->speakers[i]);
    golden_add(&fixture, "QWERTY", 685, 710, script->next);
    golden_add(&fixture, "LUNCH", 720, 765, "Lunch");
    fixture.schedule.sessions[2].kind = SESSION_KIND_BREAK;
    session_set(&fixture.schedule.sessions[2].url, "");
    session_set(&fixture.schedule.sessions[2].track, "");
    golden_add(&fixture, "ZXCVBN", 815, 835, script->later);
    golden_add(&fixture, "ASDFGH", 840, 865, script->title);
    golden_add(&fixture, "POIUYT", 1440 + 540, 1440 + 565, script->next);
    if (moment->turn == GOLDEN_CANCELLED) {
        fixture.schedule.sessions[3].status = SESSION_STATUS_CANCELLED;
        fixture_change(&fixture, CHANGE_CANCELLED, "ZXCVBN", AT(0, 815), AT(0, 835));
        session_set(&fixture.changes.changes[0].title, script->later);
        session_set(&fixture.changes.changes[0].old_title, script->later);
    }
    fixture_track(&fixture);
    golden_turn(&fixture, moment->turn);
    *ret_view = *fixture_view(&fixture, AT(moment->hour, moment->minute) + moment->second * 1000);
    fixture_release(&fixture);
}

#endif
