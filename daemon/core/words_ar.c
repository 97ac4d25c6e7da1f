#include "words_table.h"

/* «جلسة» is feminine. What feeds and keys are called is set off, as words.h says; the marks are
 * written as escapes, because nobody sees them. Units follow «بعد», and so stand in the genitive.
 */
#define RLM "\u200f"
#define LRM "\u200e"
#define SET_OFF(place) "\u2068" place "\u2069"
#define NAME SET_OFF("{}")
#define NAME_1 SET_OFF("{1}")
#define NAME_2 SET_OFF("{2}")

const struct words words_ar = {
    .language = "ar",

    .in_session = "الجلسة جارية",
    .ending_soon = "تنتهي قريبًا",
    .running_over = "تجاوزت وقتها",
    .past_its_end = "انقضى وقتها",
    .starting_soon = "تبدأ قريبًا",
    .free = "القاعة متاحة",
    .closed = "مغلقة",
    .pause = "استراحة",
    .waiting = "قيد الانتظار",
    .not_found = "القاعة غير معروفة",
    .clock_unset = "الساعة غير مضبوطة",

    .ends_in = "تنتهي بعد",
    .starts_in = "تبدأ بعد",
    .over_by = "وقت إضافي",
    .due_to_end = "النهاية المقررة {}",
    .next_session_in = "الجلسة التالية بعد",
    .first_session = "الجلسة الأولى",
    .tomorrow_is = "غدًا، {}",
    .tomorrow_at = "غدًا {}",
    .weekday_at = "{1} {2}",
    .date_at = "{1}، {2}",

    .please_wait = "لم تنتهِ الجلسة بعد. يرجى الانتظار في الخارج.",
    .free_until = "متاحة حتى {}",
    .no_more_today = "لا جلسات أخرى اليوم",
    .no_more_now = "لا جلسات أخرى حاليًا",
    .no_sessions = "لا توجد جلسات مقررة",
    .no_schedule = "لم يصل البرنامج بعد",
    .no_schedule_detail = "هذه الشاشة بانتظار برنامج القاعة.",
    .room_missing = RLM "«" NAME "» غير واردة في البرنامج",
    .room_missing_detail = "لا تعرف هذه الشاشة ما يجري هنا.",
    .rooms_instead = "أقرب الأسماء في البرنامج",
    .remedy_for = "للمنظمين",
    .remedy = "في إعدادات هذه الشاشة، اكتب في " SET_OFF("[room] name") " اسم القاعة كما يرد في "
                                                                       "البرنامج.",
    .clock_unset_detail = "هذه الشاشة لا تعرف الوقت بعد.",
    .clock_of_server = "الوقت من خادم البرنامج",
    .clock_held = "الوقت غير مؤكد",
    .untitled = "جلسة بلا عنوان",

    .full = "القاعة ممتلئة",
    .is_cancelled = "ملغاة",
    .is_moved = {"نُقلت إلى " NAME, "نُقلت إلى " NAME_1 "، {2}", "نُقلت إلى قاعة أخرى",
                 "نُقلت إلى قاعة أخرى، {}"},
    .place = RLM NAME_1 ": " NAME_2,

    .cancelled = "ملغاة",
    .moved_note = {"نُقلت إلى " NAME, "نُقلت إلى " NAME_1 "، {2}", "نُقلت إلى قاعة أخرى",
                   "نُقلت إلى قاعة أخرى، {}"},
    .moved_here = "نُقلت إلى هنا",
    .retimed_to = "الموعد الجديد {}",
    .until = "حتى {}",
    .new_session = "جديدة",
    .new_title = "عنوان جديد",

    .held = "مستمرة",
    .extended_to = "مُدّدت حتى {}",
    .ends_instead = "تنتهي {1} بدلًا من {2}",
    .starts_instead = "تبدأ {1} بدلًا من {2}",
    .was_planned = "الموعد السابق {}",

    .next = "التالية",
    .tomorrow = "غدًا",
    .later = "لاحقًا",
    .today = "اليوم",
    .schedule_of = "آخر تحديث {}",
    .list_comma = "، ",

    .done = {[COMMAND_START] = "بدأت",
             [COMMAND_END] = "انتهت",
             [COMMAND_HOLD] = "مستمرة",
             [COMMAND_RELEASE] = "تنتهي في موعدها",
             [COMMAND_EXTEND] = "",
             [COMMAND_SAY] = "ظهرت الرسالة",
             [COMMAND_CLEAR] = "أُزيلت الرسالة",
             [COMMAND_FULL] = "القاعة ممتلئة",
             [COMMAND_OPEN] = "توجد أماكن شاغرة",
             [COMMAND_OCCUPIED] = "القاعة مشغولة",
             [COMMAND_VACANT] = "القاعة خالية",
             [COMMAND_UNDO] = "تم التراجع"},
    .refused = {[COMMAND_REFUSAL_NONE] = "",
                [COMMAND_REFUSAL_NOBODY] = "لا جلسة في القاعة",
                [COMMAND_REFUSAL_NOBODY_COMES] = "لا جلسة في القاعة ولا شيء يبدأ قريبًا",
                [COMMAND_REFUSAL_JUST_BEGUN] = "بدأت للتو",
                [COMMAND_REFUSAL_NOTHING_STARTS] = "لا شيء آخر يبدأ اليوم",
                [COMMAND_REFUSAL_FAR_AHEAD] = "الجلسة التالية بعيدة جدًا",
                [COMMAND_REFUSAL_BREAK] = "غير ممكن في الاستراحة",
                [COMMAND_REFUSAL_VENUE_WIDE] = "غير ممكن لما يخص جميع القاعات",
                [COMMAND_REFUSAL_HELD] = "مستمرة أصلًا",
                [COMMAND_REFUSAL_NOT_HELD] = "لا جلسة مستمرة",
                [COMMAND_REFUSAL_PAST_END] = "انقضى وقتها أصلًا",
                [COMMAND_REFUSAL_TOO_LONG] = "لا يمكن التمديد أكثر",
                [COMMAND_REFUSAL_TOO_LATE] = "فات الأوان لذلك",
                [COMMAND_REFUSAL_FULL] = "القاعة مسجلة ممتلئة أصلًا",
                [COMMAND_REFUSAL_NOT_FULL] = "القاعة غير مسجلة ممتلئة",
                [COMMAND_REFUSAL_NO_MESSAGE] = "لا توجد رسالة",
                [COMMAND_REFUSAL_NOTHING_SAID] = "لا شيء للتراجع عنه",
                [COMMAND_REFUSAL_CLOCK] = "الشاشة لا تعرف الوقت",
                [COMMAND_REFUSAL_NO_SCHEDULE] = "لم يصل البرنامج بعد",
                [COMMAND_REFUSAL_NO_ROOM] = "هذه القاعة غير واردة في البرنامج"},
    .key_undoes = "للتراجع: " NAME,
    .keys_elsewhere = "المفاتيح لدى وحدة تحكم أخرى. لاستعادتها: " SET_OFF("Ctrl+Alt+F1"),

    .counted = {.late = {.zero = "متأخرة {} دقيقة",
                         .one = "متأخرة دقيقة",
                         .two = "متأخرة دقيقتين",
                         .few = "متأخرة {} دقائق",
                         .many = "متأخرة {} دقيقة",
                         .other = "متأخرة {} دقيقة"},
                .started_late = {.zero = "بدأت متأخرة {} دقيقة",
                                 .one = "بدأت متأخرة دقيقة",
                                 .two = "بدأت متأخرة دقيقتين",
                                 .few = "بدأت متأخرة {} دقائق",
                                 .many = "بدأت متأخرة {} دقيقة",
                                 .other = "بدأت متأخرة {} دقيقة"},
                .started_early = {.zero = "بدأت قبل موعدها بـ {} دقيقة",
                                  .one = "بدأت قبل موعدها بدقيقة",
                                  .two = "بدأت قبل موعدها بدقيقتين",
                                  .few = "بدأت قبل موعدها بـ {} دقائق",
                                  .many = "بدأت قبل موعدها بـ {} دقيقة",
                                  .other = "بدأت قبل موعدها بـ {} دقيقة"},
                .more_speakers = WORDS_OF_ANY(LRM "+{}" LRM),
                .more_sessions = {.zero = "{} جلسة أخرى",
                                  .one = "جلسة أخرى",
                                  .two = "جلستان أخريان",
                                  .few = "{} جلسات أخرى",
                                  .many = "{} جلسة أخرى",
                                  .other = "{} جلسة أخرى"},
                .earlier_sessions = WORDS_OF_ANY("{} سابقًا"),
                .unit_minutes = {.zero = "دقيقة",
                                 .one = "دقيقة",
                                 .two = "دقيقتين",
                                 .few = "دقائق",
                                 .many = "دقيقة",
                                 .other = "دقيقة"},
                .unit_hours = {.zero = "ساعة",
                               .one = "ساعة",
                               .two = "ساعتين",
                               .few = "ساعات",
                               .many = "ساعة",
                               .other = "ساعة"},
                .done_longer = {.zero = "مُدّدت {} دقيقة",
                                .one = "مُدّدت دقيقة",
                                .two = "مُدّدت دقيقتين",
                                .few = "مُدّدت {} دقائق",
                                .many = "مُدّدت {} دقيقة",
                                .other = "مُدّدت {} دقيقة"},
                .done_shorter = {.zero = "قُصّرت {} دقيقة",
                                 .one = "قُصّرت دقيقة",
                                 .two = "قُصّرت دقيقتين",
                                 .few = "قُصّرت {} دقائق",
                                 .many = "قُصّرت {} دقيقة",
                                 .other = "قُصّرت {} دقيقة"}},

    .right_to_left = true,
};

#define WEEKDAYS                                                                                   \
    {                                                                                              \
        "الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"               \
    }
/* A range holds no letter that would tell its direction. */
#define REST                                                                                       \
    .weekdays = WEEKDAYS, .weekdays_short = WEEKDAYS, .date = "{1}، {2} {3}", .first_day = "1",    \
    .range = RLM "{1} – {2}", .before_noon = "{} ص", .after_noon = "{} م"

const struct words_dates dates_ar = {
    .months_short = {"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس",
                     "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
    REST,
};

const struct words_dates dates_ar_levant = {
    .months_short = {"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب",
                     "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"},
    REST,
};
