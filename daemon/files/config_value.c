#include <roomsign/config_table.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uloc.h>

#include <roomsign/civil.h>
#include <roomsign/colour.h>
#include <roomsign/keys.h>
#include <roomsign/language.h>
#include <roomsign/nearest.h>
#include <roomsign/session.h>
#include <roomsign/utf8.h>

#define DAY_MIN (24 * 60)

static void *member_of(const struct config_key *key, void *values)
{
    return (char *)values + key->offset;
}

static const void *const_member_of(const struct config_key *key, const void *values)
{
    return (const char *)values + key->offset;
}

bool config_key_is_list(const struct config_key *key)
{
    return key->type == CONFIG_TYPE_TEXT_LIST || key->type == CONFIG_TYPE_URL_LIST ||
           key->type == CONFIG_TYPE_KEY_LIST || key->type == CONFIG_TYPE_INCLUDE;
}

static void replace(char **member, char *text)
{
    free(*member);
    *member = text;
}

/* Decimal digits at *text, moving past them. false: none, or more than any value here needs. */
static bool read_number(const char **text, int64_t *ret_number)
{
    int64_t number = 0;
    const char *digit = *text;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        number = number * 10 + (*digit - '0');
        if (number > INT32_MAX)
            return false;
    }
    if (digit == *text)
        return false;
    *text = digit;
    *ret_number = number;
    return true;
}

/* Short values as people write them. */
static void format_bytes(int64_t bytes, struct buffer *ret_text)
{
    const char *unit = bytes % (1024 * 1024) == 0 ? "M" : bytes % 1024 == 0 ? "K" : "";
    int64_t divisor = *unit == 'M' ? 1024 * 1024 : *unit == 'K' ? 1024 : 1;
    bool fits = buffer_append_format(ret_text, "%lld%s", (long long)(bytes / divisor), unit);
    assert(fits);
}

static void format_number(const struct config_key *key, int64_t number, struct buffer *ret_text)
{
    char text[TIME_TEXT_BYTES];
    bool fits = true;
    if (key->type == CONFIG_TYPE_DURATION)
        fits = buffer_append_text(ret_text, duration_format(number, text));
    else if (key->type == CONFIG_TYPE_TIME)
        fits = buffer_append_format(ret_text, "%02d:%02d", (int)number / 60, (int)number % 60);
    else if (key->type == CONFIG_TYPE_BYTES)
        format_bytes(number, ret_text);
    else
        fits = buffer_append_format(ret_text, "%lld", (long long)number);
    assert(fits);
}

static bool check_range(const struct config_key *key, int64_t number, const char *value,
                        struct error *err)
{
    if (number >= key->least && number <= key->most)
        return true;
    struct buffer range;
    buffer_init(&range, 128);
    format_number(key, key->least, &range);
    bool fits = buffer_append_text(&range, " to ");
    assert(fits);
    format_number(key, key->most, &range);
    error_set(err, "%.60s is not within %s", value, range.data);
    buffer_release(&range);
    return false;
}

void config_key_format_range(const struct config_key *key, struct buffer *ret_text)
{
    bool fits = true;
    if (key->type != CONFIG_TYPE_INTEGER && key->type != CONFIG_TYPE_DURATION &&
        key->type != CONFIG_TYPE_BYTES && key->type != CONFIG_TYPE_TIME)
        fits = buffer_append_text(ret_text, "");
    else {
        fits = buffer_append_text(ret_text, " From ");
        format_number(key, key->least, ret_text);
        fits = fits && buffer_append_text(ret_text, " to ");
        format_number(key, key->most, ret_text);
        fits = fits && buffer_append_text(ret_text, ".");
    }
    assert(fits);
}

static char *clean_text(const char *value, struct error *err)
{
    char *text = utf8_clean(value, strlen(value), strlen(value));
    if (strlen(text) > SESSION_NAME_BYTES_MAX) {
        error_set(err, "longer than %d bytes", SESSION_NAME_BYTES_MAX);
        free(text);
        return NULL;
    }
    return text;
}

static bool parse_text(const char *value, char **member, struct error *err)
{
    char *text = clean_text(value, err);
    if (!text)
        return false;
    replace(member, text);
    return true;
}

/* Takes over the item. */
static bool add_item(const struct config_key *key, char *item, struct config_list *list,
                     struct error *err)
{
    if (!*item)
        error_set(err, "empty");
    else if (list->count == (size_t)key->most)
        error_set(err, "given more than %d times", (int)key->most);
    else {
        size_t i = 0;
        while (i < list->count && strcmp(list->items[i], item) != 0)
            i++;
        if (i == list->count) {
            list->items = xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
            list->items[list->count++] = item;
            return true;
        }
        if (key->type == CONFIG_TYPE_URL_LIST)
            error_set(err, "the same URL was given before");
        else
            error_set(err, "\"%.100s\" was given before", item);
    }
    free(item);
    return false;
}

static bool parse_file(const char *value, const char *directory, char **member, struct error *err)
{
    char *path = *value ? config_path_resolve(value, directory, err) : xstrdup("");
    if (!path)
        return false;
    replace(member, path);
    return true;
}

static bool parse_url(const char *value, const char *directory, char **member, struct error *err)
{
    char *url = *value ? config_url_resolve(value, directory, err) : xstrdup("");
    if (!url)
        return false;
    replace(member, url);
    return true;
}

static bool parse_url_item(const struct config_key *key, const char *value, const char *directory,
                           struct config_list *list, struct error *err)
{
    char *url = config_url_resolve(value, directory, err);
    return url && add_item(key, url, list, err);
}

static bool parse_key_item(const struct config_key *key, const char *value,
                           struct config_list *list, struct error *err)
{
    struct key_binding binding, other;
    char *item = clean_text(value, err);
    if (!item)
        return false;
    if (!key_binding_parse(item, &binding, err)) {
        free(item);
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        char name[KEY_NAME_BYTES];
        if (!key_binding_parse(list->items[i], &other, NULL) || other.key != binding.key)
            continue;
        error_set(err, "%s was given before", key_format(binding.key, name));
        free(item);
        return false;
    }
    return add_item(key, item, list, err);
}

static bool parse_zone(const char *value, char **member, struct error *err)
{
    if (!*value || zone_is_known(value, err)) {
        replace(member, xstrdup(value));
        return true;
    }
    char *nearest = config_zone_nearest(value);
    if (nearest)
        error_set(err, "\"%.60s\" is not a time zone known here (did you mean '%s'?)", value,
                  nearest);
    free(nearest);
    return false;
}

static bool parse_language(const char *value, char **member, struct error *err)
{
    char locale[ULOC_FULLNAME_CAPACITY];
    int32_t parsed = 0;
    UErrorCode status = U_ZERO_ERROR;
    if (strcmp(value, LANGUAGE_AUTO) == 0) {
        replace(member, xstrdup(value));
        return true;
    }
    uloc_forLanguageTag(value, locale, sizeof(locale), &parsed, &status);
    size_t length = strlen(value);
    /* ICU knows the ISO 639 codes; of what is none it makes a locale without three letters. */
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || length == 0 ||
        length >= LANGUAGE_BYTES || (size_t)parsed != length || !*uloc_getISO3Language(locale)) {
        error_set(err, "\"%.60s\" is not a language tag like en, fr or pt-BR (BCP 47)", value);
        return false;
    }
    if (!language_is_known(value)) {
        char list[LANGUAGE_LIST_BYTES];
        error_set(err, "the sign has no words in \"%.60s\"; it has in %s", value,
                  language_list(list));
        return false;
    }
    replace(member, xstrdup(value));
    return true;
}

static bool parse_date(const char *value, char **member, struct error *err)
{
    char midnight[] = "2026-03-12T00:00";
    struct zone utc;
    int64_t at_ms;
    zone_utc(&utc);
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the time stays behind the day. */
    memcpy(midnight, value, strlen(value) < 10 ? strlen(value) : 10);
    if (*value && (strlen(value) != 10 || !time_parse(midnight, &utc, &at_ms, NULL))) {
        error_set(err, "\"%.60s\" is not a date like 2026-03-12", value);
        return false;
    }
    replace(member, xstrdup(value));
    return true;
}

/* What other programs call yes and no: "on" is spelt more like no, and means yes. */
static const char *meant_choice(const char *value, const char *const *names, size_t count)
{
    static const char *const said[][2] = {{"on", "yes"}, {"true", "yes"}, {"1", "yes"},
                                          {"off", "no"}, {"false", "no"}, {"0", "no"}};
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        if (strcasecmp(said[i][0], value) != 0)
            continue;
        for (size_t j = 0; j < count; j++) {
            if (strcmp(names[j], said[i][1]) == 0)
                return names[j];
        }
    }
    return nearest_name(value, names, count);
}

static bool parse_choice(const struct config_key *key, const char *value, int *ret_value,
                         struct error *err)
{
    const char *names[CONFIG_CHOICES_MAX];
    struct buffer list;
    buffer_init(&list, 256);
    for (size_t i = 0; i < key->choice_count; i++) {
        if (strcmp(key->choices[i].name, value) == 0) {
            *ret_value = key->choices[i].value;
            buffer_release(&list);
            return true;
        }
        names[i] = key->choices[i].name;
        bool last = i + 1 == key->choice_count;
        bool fits = buffer_append_format(&list, "%s%s",
                                         i == 0 ? ""
                                         : last ? " or "
                                                : ", ",
                                         names[i]);
        assert(fits);
    }
    const char *nearest = meant_choice(value, names, key->choice_count);
    error_set(err, "\"%.60s\" is not %s%s%s%s", value, list.data, nearest ? " (did you mean '" : "",
              nearest ? nearest : "", nearest ? "'?)" : "");
    buffer_release(&list);
    return false;
}

/* A built-in theme's name, or a file. What is none and looks like none is a name misspelt. */
static bool parse_theme(const struct config_key *key, const char *value, const char *directory,
                        char **member, struct error *err)
{
    int base;
    struct error no_name = {0};
    if (parse_choice(key, value, &base, &no_name)) {
        replace(member, xstrdup(value));
        return true;
    }
    if (*value && parse_file(value, directory, member, err))
        return true;
    if (!strpbrk(value, "/."))
        error_set(err, "%s", no_name.message);
    return false;
}

static bool parse_colour(const char *value, layout_colour *member, struct error *err)
{
    if (colour_parse(value, member))
        return true;
    error_set(err, "\"%.60s\" is not a colour like #5cc8ff, #fff or a name of CSS like navy",
              value);
    return false;
}

static bool parse_integer(const struct config_key *key, const char *value, int *member,
                          struct error *err)
{
    int64_t number;
    const char *rest = value;
    if (!read_number(&rest, &number) || *rest) {
        error_set(err, "\"%.60s\" is not a whole number", value);
        return false;
    }
    if (!check_range(key, number, value, err))
        return false;
    *member = (int)number;
    return true;
}

static bool parse_duration(const struct config_key *key, const char *value, int64_t *member,
                           struct error *err)
{
    int64_t duration_ms;
    if (!duration_parse(value, &duration_ms, err) || !check_range(key, duration_ms, value, err))
        return false;
    *member = duration_ms;
    return true;
}

static bool parse_bytes(const struct config_key *key, const char *value, int64_t *member,
                        struct error *err)
{
    int64_t number;
    const char *rest = value;
    bool sound = read_number(&rest, &number);
    if (sound && *rest == 'K') {
        number *= 1024;
        rest++;
    } else if (sound && *rest == 'M') {
        number *= 1024 * 1024;
        rest++;
    }
    if (!sound || *rest) {
        error_set(err, "\"%.60s\" is not a size like 32M, 500K or 100000 (bytes)", value);
        return false;
    }
    if (!check_range(key, number, value, err))
        return false;
    *member = number;
    return true;
}

static bool parse_connector(const char *value, char **member, struct error *err)
{
    if (*value && !config_connector_is_sound(value, err))
        return false;
    replace(member, xstrdup(value));
    return true;
}

/* "HH:MM" or "H:MM", moving past it. */
static bool read_minute_of_day(const char **text, int *ret_minute)
{
    int64_t hour, minute;
    const char *start = *text;
    if (!read_number(text, &hour) || *text - start > 2 || *(*text)++ != ':')
        return false;
    start = *text;
    if (!read_number(text, &minute) || *text - start != 2 || minute > 59 ||
        hour * 60 + minute > DAY_MIN)
        return false;
    *ret_minute = (int)(hour * 60 + minute);
    return true;
}

static bool parse_time(const struct config_key *key, const char *value, int *member,
                       struct error *err)
{
    int minute;
    const char *rest = value;
    if (!read_minute_of_day(&rest, &minute) || *rest) {
        error_set(err, "\"%.60s\" is not a time like 04:00", value);
        return false;
    }
    if (!check_range(key, minute, value, err))
        return false;
    *member = minute;
    return true;
}

static bool parse_hours(const char *value, int pair[static 2], struct error *err)
{
    if (strcmp(value, "always") == 0) {
        pair[0] = pair[1] = 0;
        return true;
    }
    int from, until;
    const char *rest = value;
    bool has_from = read_minute_of_day(&rest, &from);
    rest += strspn(rest, " ");
    bool has_dash = has_from && *rest == '-';
    rest += has_dash ? 1 + strspn(rest + 1, " ") : 0;
    if (!has_dash || !read_minute_of_day(&rest, &until) || *rest || from == DAY_MIN) {
        error_set(err, "\"%.60s\" is neither always nor hours like 08:00-22:30", value);
        return false;
    }
    if (from == until) {
        error_set(err, "\"%.60s\" ends when it starts; write always, or other hours", value);
        return false;
    }
    /* 24:00 is the next day's 00:00; 00:00-24:00 is always. */
    pair[0] = from;
    pair[1] = until % DAY_MIN;
    return true;
}

bool config_key_parse(const struct config_key *key, const char *value, const char *directory,
                      void *values, struct error *err)
{
    void *member = member_of(key, values);
    int choice;
    switch (key->type) {
    case CONFIG_TYPE_TEXT:
        return parse_text(value, member, err);
    case CONFIG_TYPE_TEXT_LIST: {
        char *item = clean_text(value, err);
        return item && add_item(key, item, member, err);
    }
    case CONFIG_TYPE_KEY_LIST:
        return parse_key_item(key, value, member, err);
    case CONFIG_TYPE_URL:
        return parse_url(value, directory, member, err);
    case CONFIG_TYPE_URL_LIST:
        return parse_url_item(key, value, directory, member, err);
    case CONFIG_TYPE_ZONE:
        return parse_zone(value, member, err);
    case CONFIG_TYPE_LANGUAGE:
        return parse_language(value, member, err);
    case CONFIG_TYPE_DATE:
        return parse_date(value, member, err);
    case CONFIG_TYPE_FILE:
        return parse_file(value, directory, member, err);
    case CONFIG_TYPE_THEME:
        return parse_theme(key, value, directory, member, err);
    case CONFIG_TYPE_COLOUR:
        return parse_colour(value, member, err);
    case CONFIG_TYPE_SWITCH:
        if (!parse_choice(key, value, &choice, err))
            return false;
        *(bool *)member = choice != 0;
        return true;
    case CONFIG_TYPE_CHOICE:
        return parse_choice(key, value, member, err);
    case CONFIG_TYPE_INTEGER:
        return parse_integer(key, value, member, err);
    case CONFIG_TYPE_DURATION:
        return parse_duration(key, value, member, err);
    case CONFIG_TYPE_BYTES:
        return parse_bytes(key, value, member, err);
    case CONFIG_TYPE_CONNECTOR:
        return parse_connector(value, member, err);
    case CONFIG_TYPE_MODE:
        return config_mode_parse(value, member, err);
    case CONFIG_TYPE_SCREEN_SIZE:
        return config_screen_size_parse(value, member, err);
    case CONFIG_TYPE_TIME:
        return parse_time(key, value, member, err);
    case CONFIG_TYPE_HOURS:
        return parse_hours(value, member, err);
    case CONFIG_TYPE_INCLUDE:
        break;
    }
    assert(false);
    return false;
}

size_t config_key_value_count(const struct config_key *key, const void *values)
{
    if (key->type == CONFIG_TYPE_INCLUDE)
        return 0;
    if (!config_key_is_list(key))
        return 1;
    const struct config_list *list = const_member_of(key, values);
    return list->count;
}

static const char *choice_name(const struct config_key *key, int value)
{
    for (size_t i = 0; i < key->choice_count; i++) {
        if (key->choices[i].value == value)
            return key->choices[i].name;
    }
    assert(false);
    return "";
}

void config_key_format(const struct config_key *key, const void *values, size_t index,
                       struct buffer *ret_text)
{
    const void *member = const_member_of(key, values);
    const int *pair = member;
    char colour[COLOUR_TEXT_BYTES];
    bool fits = true;
    switch (key->type) {
    case CONFIG_TYPE_TEXT:
    case CONFIG_TYPE_ZONE:
    case CONFIG_TYPE_LANGUAGE:
    case CONFIG_TYPE_DATE:
    case CONFIG_TYPE_FILE:
    case CONFIG_TYPE_URL:
    case CONFIG_TYPE_THEME:
    case CONFIG_TYPE_CONNECTOR:
        fits = buffer_append_text(ret_text, *(char *const *)member);
        break;
    case CONFIG_TYPE_TEXT_LIST:
    case CONFIG_TYPE_URL_LIST:
    case CONFIG_TYPE_KEY_LIST:
        fits = buffer_append_text(ret_text, ((const struct config_list *)member)->items[index]);
        break;
    case CONFIG_TYPE_COLOUR:
        fits = buffer_append_text(ret_text, colour_format(*(const layout_colour *)member, colour));
        break;
    case CONFIG_TYPE_SWITCH:
        fits = buffer_append_text(ret_text, choice_name(key, *(const bool *)member));
        break;
    case CONFIG_TYPE_CHOICE:
        fits = buffer_append_text(ret_text, choice_name(key, *pair));
        break;
    case CONFIG_TYPE_INTEGER:
    case CONFIG_TYPE_TIME:
        format_number(key, *pair, ret_text);
        break;
    case CONFIG_TYPE_DURATION:
    case CONFIG_TYPE_BYTES:
        format_number(key, *(const int64_t *)member, ret_text);
        break;
    case CONFIG_TYPE_MODE:
        config_mode_format(member, ret_text);
        break;
    case CONFIG_TYPE_SCREEN_SIZE:
        fits = pair[0] == 0 ? buffer_append_text(ret_text, "auto")
                            : buffer_append_format(ret_text, "%dx%d", pair[0], pair[1]);
        break;
    case CONFIG_TYPE_HOURS:
        fits = pair[0] == pair[1]
                   ? buffer_append_text(ret_text, "always")
                   : buffer_append_format(ret_text, "%02d:%02d-%02d:%02d", pair[0] / 60,
                                          pair[0] % 60, pair[1] / 60, pair[1] % 60);
        break;
    case CONFIG_TYPE_INCLUDE:
        assert(false);
        break;
    }
    assert(fits);
}

void config_list_release(struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct config_list){0};
}

void config_key_release(const struct config_key *key, void *values)
{
    void *member = member_of(key, values);
    switch (key->type) {
    case CONFIG_TYPE_TEXT:
    case CONFIG_TYPE_ZONE:
    case CONFIG_TYPE_LANGUAGE:
    case CONFIG_TYPE_DATE:
    case CONFIG_TYPE_FILE:
    case CONFIG_TYPE_URL:
    case CONFIG_TYPE_THEME:
    case CONFIG_TYPE_CONNECTOR:
        free(*(char **)member);
        break;
    case CONFIG_TYPE_TEXT_LIST:
    case CONFIG_TYPE_URL_LIST:
    case CONFIG_TYPE_KEY_LIST:
        config_list_release(member);
        break;
    default:
        break;
    }
}
