#include <roomsign/break_words.h>

#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <roomsign/error.h>

/** A title of more UTF-16 units than that is no break's. */
#define TITLE_UNITS_MAX 160

static const char *const built_in[] = {
    /* en */
    "break",
    "breaks",
    "lunch",
    "coffee",
    "tea",
    "breakfast",
    "brunch",
    "dinner",
    "supper",
    "registration",
    "check in",
    "checkin",
    "doors",
    "networking",
    "welcome drinks",
    "drinks",
    "reception",
    "refreshments",
    "snacks",
    "intermission",
    "recess",
    /* de */
    "Pause",
    "Mittagspause",
    "Kaffeepause",
    "Teepause",
    "Mittagessen",
    "Mittag",
    "Kaffee",
    "Tee",
    "Frühstück",
    "Frühstückspause",
    "Abendessen",
    "Registrierung",
    "Anmeldung",
    "Einlass",
    "Einlaß",
    "Empfang",
    "Sektempfang",
    "Imbiss",
    "Umtrunk",
    /* fr */
    "pause café",
    "pauses",
    "pause déjeuner",
    "déjeuner",
    "petit déjeuner",
    "dîner",
    "café",
    "thé",
    "goûter",
    "entracte",
    "inscription",
    "inscriptions",
    "enregistrement",
    "accueil",
    "réseautage",
    "ouverture des portes",
    /* nl */
    "pauze",
    "lunchpauze",
    "koffiepauze",
    "theepauze",
    "middagpauze",
    "koffie",
    "thee",
    "ontbijt",
    "middageten",
    "avondeten",
    "diner",
    "registratie",
    "aanmelding",
    "aanmelden",
    "inloop",
    "ontvangst",
    "borrel",
    "netwerkborrel",
    "netwerken",
    /* es */
    "descanso",
    "receso",
    "pausa",
    "almuerzo",
    "comida",
    "té",
    "desayuno",
    "merienda",
    "cena",
    "registro",
    "inscripción",
    "inscripciones",
    "acreditación",
    "acreditaciones",
    "recepción",
    "cóctel",
    "apertura de puertas",
    /* pt */
    "intervalo",
    "almoço",
    "chá",
    "café da manhã",
    "pequeno almoço",
    "lanche",
    "jantar",
    "inscrição",
    "inscrições",
    "credenciamento",
    "recepção",
    "receção",
    "coquetel",
    /* it */
    "pausa pranzo",
    "pausa caffè",
    "intervallo",
    "pranzo",
    "caffè",
    "tè",
    "colazione",
    "merenda",
    "cena",
    "registrazione",
    "registrazioni",
    "accredito",
    "accrediti",
    "accoglienza",
    "rinfresco",
    "aperitivo",
    "apertura porte",
    /* hi */
    "विराम",
    "अवकाश",
    "अंतराल",
    "मध्यांतर",
    "मध्याह्न भोजन",
    "दोपहर का भोजन",
    "भोजन",
    "चाय",
    "कॉफ़ी",
    "कॉफी",
    "नाश्ता",
    "जलपान",
    "रात्रिभोज",
    "रात का खाना",
    "पंजीकरण",
    "स्वागत",
    /* ja */
    "休憩",
    "休憩時間",
    "小休憩",
    "昼休み",
    "昼休憩",
    "昼食",
    "ランチ",
    "コーヒー",
    "コーヒーブレイク",
    "ブレイク",
    "お茶",
    "ティータイム",
    "朝食",
    "夕食",
    "受付",
    "開場",
    "懇親会",
    "交流会",
    /* ar */
    "استراحة",
    "الاستراحة",
    "فاصل",
    "غداء",
    "الغداء",
    "قهوة",
    "القهوة",
    "شاي",
    "الشاي",
    "فطور",
    "الفطور",
    "إفطار",
    "الإفطار",
    "عشاء",
    "العشاء",
    "تسجيل",
    "التسجيل",
    "استقبال",
    "الاستقبال",
    /* zh, ko */
    "休息",
    "午休",
    "茶歇",
    "午餐",
    "早餐",
    "晚餐",
    "签到",
    "簽到",
    "휴식",
    "휴식시간",
    "점심",
    "점심시간",
    "커피",
    "등록",
};
#define BUILT_IN_COUNT (sizeof built_in / sizeof built_in[0])

struct break_words {
    UChar **entries;
    size_t count;
    UBreakIterator *iterator;
};

/** Folded, composed, with blanks for hyphens. Returns the length; 0: empty, too long, not text. */
static int32_t fold(const char *text, UChar ret_units[static TITLE_UNITS_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[TITLE_UNITS_MAX], folded[TITLE_UNITS_MAX];
    int32_t length;
    u_strFromUTF8WithSub(wide, TITLE_UNITS_MAX, &length, text, -1, 0xFFFD, NULL, &status);
    length = u_strFoldCase(folded, TITLE_UNITS_MAX, wide, length, U_FOLD_CASE_DEFAULT, &status);
    const UNormalizer2 *normalizer = unorm2_getNFCInstance(&status);
    length = unorm2_normalize(normalizer, folded, length, ret_units, TITLE_UNITS_MAX, &status);
    if (U_FAILURE(status) || length >= TITLE_UNITS_MAX)
        return 0;
    for (int32_t i = 0; i < length; i++)
        if (u_charType(ret_units[i]) == U_DASH_PUNCTUATION)
            ret_units[i] = ' ';
    ret_units[length] = 0;
    return length;
}

struct break_words *break_words_new(const char *const *words, size_t count)
{
    struct break_words *breaks = xcalloc(1, sizeof *breaks);
    UErrorCode status = U_ZERO_ERROR;
    if (count == 0) {
        words = built_in;
        count = BUILT_IN_COUNT;
    }
    if (count > BREAK_ENTRIES_MAX)
        count = BREAK_ENTRIES_MAX;
    breaks->entries = xcalloc(count, sizeof *breaks->entries);
    for (size_t i = 0; i < count; i++) {
        UChar units[TITLE_UNITS_MAX];
        int32_t length = fold(words[i], units);
        if (length == 0)
            continue;
        UChar *entry = xcalloc((size_t)length + 1, sizeof *entry);
        memcpy(entry, units, (size_t)length * sizeof *entry);
        breaks->entries[breaks->count++] = entry;
    }
    breaks->iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    if (U_FAILURE(status))
        breaks->iterator = NULL;
    return breaks;
}

void break_words_free(struct break_words *breaks)
{
    if (breaks == NULL)
        return;
    for (size_t i = 0; i < breaks->count; i++)
        free(breaks->entries[i]);
    free(breaks->entries);
    ubrk_close(breaks->iterator);
    free(breaks);
}

static bool contains(UBreakIterator *iterator, const UChar *title, const UChar *entry)
{
    int32_t length = u_strlen(entry);
    for (const UChar *at = title; (at = u_strstr(at, entry)) != NULL; at++) {
        int32_t from = (int32_t)(at - title);
        if (ubrk_isBoundary(iterator, from) && ubrk_isBoundary(iterator, from + length))
            return true;
    }
    return false;
}

bool break_words_match(struct break_words *breaks, const char *title)
{
    UChar units[TITLE_UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = fold(title, units);
    size_t words = 0;
    if (length == 0 || breaks->iterator == NULL)
        return false;
    ubrk_setText(breaks->iterator, units, length, &status);
    if (U_FAILURE(status))
        return false;
    while (ubrk_next(breaks->iterator) != UBRK_DONE)
        words += ubrk_getRuleStatus(breaks->iterator) >= UBRK_WORD_NUMBER;
    for (size_t i = 0; i < breaks->count && words <= BREAK_WORDS_MAX; i++)
        if (contains(breaks->iterator, units, breaks->entries[i]))
            return true;
    return false;
}
