/**
 * The tables of words, one a file. For words*.c alone.
 */
#ifndef ROOMSIGN_CORE_WORDS_TABLE_H
#define ROOMSIGN_CORE_WORDS_TABLE_H

#include <roomsign/words.h>

/** A phrase whose number changes nothing else in it. */
#define WORDS_OF_ANY(text)                                                                         \
    {                                                                                              \
        text, text, text, text, text, text                                                         \
    }

extern const struct words words_ar, words_de, words_en, words_es, words_fr, words_hi, words_ja,
    words_nl, words_pt;
extern const struct words_dates dates_ar, dates_ar_levant, dates_de, dates_en, dates_en_us,
    dates_es, dates_fr, dates_hi, dates_ja, dates_nl, dates_pt;

#endif
