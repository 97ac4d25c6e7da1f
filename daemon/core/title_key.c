#include <roomsign/title_key.h>

#include <stdbool.h>
#include <stdint.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <roomsign/error.h>
#include <roomsign/session.h>

/* Compatibility forms take at most 18 units for one (UAX #15); longer keys are not compared. */
#define KEY_UNITS_MAX (4 * SESSION_TITLE_BYTES_MAX)
/* A UTF-16 unit is at most three bytes of UTF-8. */
#define UTF8_BYTES_PER_UNIT 3

static bool is_decoration(UChar32 c)
{
    return u_isUWhiteSpace(c) || u_charType(c) == U_DASH_PUNCTUATION ||
           u_hasBinaryProperty(c, UCHAR_QUOTATION_MARK);
}

static int32_t fold(const char *text, size_t length, UChar ret_folded[static KEY_UNITS_MAX])
{
    UChar wide[SESSION_TITLE_BYTES_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t units = 0;
    u_strFromUTF8WithSub(wide, SESSION_TITLE_BYTES_MAX, &units, text, (int32_t)length, 0xFFFD, NULL,
                         &status);
    if (status == U_STRING_NOT_TERMINATED_WARNING) {
        status = U_ZERO_ERROR;
    }
    const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
    units = unorm2_normalize(normalizer, wide, units, ret_folded, KEY_UNITS_MAX, &status);
    return U_FAILURE(status) ? 0 : units;
}

char *title_key(const char *text, size_t length)
{
    UChar folded[KEY_UNITS_MAX];
    int32_t units = fold(text, length, folded), kept = 0;
    for (int32_t i = 0; i < units;) {
        UChar32 c;
        int32_t start = i;
        U16_NEXT(folded, i, units, c);
        if (!is_decoration(c)) {
            u_memmove(folded + kept, folded + start, i - start);
            kept += i - start;
        }
    }
    UErrorCode status = U_ZERO_ERROR;
    int32_t bytes_max = kept * UTF8_BYTES_PER_UNIT + 1;
    char *key = xcalloc((size_t)bytes_max, 1);
    u_strToUTF8WithSub(key, bytes_max, NULL, folded, kept, 0xFFFD, NULL, &status);
    return key;
}
