#include <roomsign/look.h>

#include <string.h>

#include <roomsign/log.h>
#include <roomsign/logo_file.h>

static void log_remarks(const struct theme_file *file)
{
    for (const char *line = file->remarks.data; line && *line;) {
        int length = (int)strcspn(line, "\n");
        log_warning("%.*s", length, line);
        line += length + (line[length] != '\0');
    }
}

/* A sign without its logo says as much as one with it. */
static struct logo *open_logo(struct theme_file *file)
{
    struct theme_logo *place = &file->theme.logo;
    struct error err = {0};
    place->width = place->height = 0;
    if (!*place->file)
        return NULL;
    struct logo *logo = logo_file_open(place->file, &err);
    if (!logo) {
        log_warning("%s%s, showing none", file->logo_place, err.message);
        return NULL;
    }
    logo_size(logo, &place->width, &place->height);
    place->ink = logo_ink(logo);
    place->has_ink = true;
    return logo;
}

bool look_open(struct room *room, struct look *ret_look, struct error *err)
{
    struct text *text = text_new(room->language, room->theme_file.theme.font, err);
    if (!text)
        return false;
    if (*text_warning(text))
        log_warning("%s", text_warning(text));
    log_remarks(&room->theme_file);
    *ret_look = (struct look){text, open_logo(&room->theme_file)};
    return true;
}

void look_release(struct look *look)
{
    text_free(look->text);
    logo_free(look->logo);
    *look = (struct look){0};
}
