/* Values that name where a display is plugged in and what it is driven with. */
#include <roomsign/config_table.h>

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/layout.h>
#include <roomsign/nearest.h>

#define CARD_PREFIX "card"
#define DIGITS "0123456789"
#define RATE_MAX_HZ 1000

/* As the kernel's drm_connector_enum_list. */
static const char *const connector_types[] = {
    "VGA",       "DVI-I", "DVI-D", "DVI-A",  "Composite", "SVIDEO",  "LVDS",
    "Component", "DIN",   "DP",    "HDMI-A", "HDMI-B",    "TV",      "eDP",
    "Virtual",   "DSI",   "DPI",   "SPI",    "USB",       "Unknown",
};
#define TYPE_COUNT (sizeof(connector_types) / sizeof(*connector_types))

/* The end of "12" at the text, or the text where there is no number of at most three digits. */
static const char *number_end(const char *text)
{
    size_t length = strspn(text, DIGITS);
    return length <= 3 ? text + length : text;
}

/* HDMI1 and hdmi-a-1 are what other programs call HDMI-A-1. */
static void tell_no_connector(const char *name, const char *type, struct error *err)
{
    char *bare = xstrndup(type, strcspn(type, DIGITS));
    size_t length = strlen(bare);
    while (length > 0 && bare[length - 1] == '-')
        bare[--length] = '\0';
    const char *nearest = nearest_name(bare, connector_types, TYPE_COUNT);
    if (strcasecmp(bare, "HDMI") == 0)
        nearest = "HDMI-A";
    error_set(err,
              "\"%.60s\" is not a connector like HDMI-A-1 or card1-HDMI-A-1%s%s%s; ls "
              "/sys/class/drm lists them",
              name, nearest ? " (did you mean '" : "", nearest ? nearest : "",
              nearest ? "-1'?)" : "");
    free(bare);
}

bool config_connector_is_sound(const char *name, struct error *err)
{
    const char *type = name;
    if (strncmp(name, CARD_PREFIX, strlen(CARD_PREFIX)) == 0) {
        const char *number = name + strlen(CARD_PREFIX), *end = number_end(number);
        if (end > number && *end == '-')
            type = end + 1;
    }
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        size_t length = strlen(connector_types[i]);
        if (strncmp(type, connector_types[i], length) != 0 || type[length] != '-')
            continue;
        const char *number = type + length + 1, *end = number_end(number);
        if (end > number && !*end)
            return true;
    }
    tell_no_connector(name, type, err);
    return false;
}

/* false: no decimal number at *text, which moves past it. */
static bool read_count(const char **text, int most, int *ret_count)
{
    const char *end = *text + strspn(*text, DIGITS);
    if (end == *text || end - *text > 6)
        return false;
    *ret_count = (int)strtol(*text, NULL, 10);
    *text = end;
    return *ret_count > 0 && *ret_count <= most;
}

bool config_mode_parse(const char *text, int mode[static 3], struct error *err)
{
    int parsed[3] = {0};
    const char *rest = text;
    bool sound = strcmp(text, "auto") == 0;
    if (!sound)
        sound =
            read_count(&rest, LAYOUT_SIDE_MAX_PX, &parsed[0]) && *rest++ == 'x' &&
            read_count(&rest, LAYOUT_SIDE_MAX_PX, &parsed[1]) &&
            (!*rest || (*rest++ == '@' && read_count(&rest, RATE_MAX_HZ, &parsed[2]) && !*rest));
    if (sound && parsed[0] > 0)
        sound = parsed[0] >= LAYOUT_SIDE_MIN_PX && parsed[1] >= LAYOUT_SIDE_MIN_PX;
    if (!sound) {
        error_set(err,
                  "\"%.60s\" is neither auto nor a mode like 1920x1080 or 1920x1080@60, each side "
                  "%d to %d pixels",
                  text, LAYOUT_SIDE_MIN_PX, LAYOUT_SIDE_MAX_PX);
        return false;
    }
    memcpy(mode, parsed, sizeof(parsed));
    return true;
}

void config_mode_format(const int mode[static 3], struct buffer *ret_text)
{
    bool fits = mode[0] == 0 ? buffer_append_text(ret_text, "auto")
                             : buffer_append_format(ret_text, "%dx%d", mode[0], mode[1]);
    if (mode[2] > 0)
        fits = fits && buffer_append_format(ret_text, "@%d", mode[2]);
    assert(fits);
}
