#include <roomsign/pick.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_BEST_HZ 60
/* Older libraries lack the name of newer connectors. */
#define UNKNOWN_TYPE "Unknown"

char *pick_connector_name(const drmModeConnector *connector, char ret_name[static PICK_NAME_BYTES])
{
    const char *type = drmModeGetConnectorTypeName(connector->connector_type);
    snprintf(ret_name, PICK_NAME_BYTES, "%s-%u", type != NULL ? type : UNKNOWN_TYPE,
             connector->connector_type_id);
    return ret_name;
}

bool pick_wants(const struct pick_wish *wish, int card, const drmModeConnector *connector)
{
    char name[PICK_NAME_BYTES], full[PICK_NAME_BYTES + 16];
    pick_connector_name(connector, name);
    snprintf(full, sizeof full, "card%d-%s", card, name);
    return !*wish->connector || strcmp(wish->connector, name) == 0 ||
           strcmp(wish->connector, full) == 0;
}

static int find_connector(const struct pick_wish *wish, int card,
                          drmModeConnector *const *connectors, size_t count,
                          drmModeConnection status)
{
    for (size_t i = 0; i < count; i++) {
        if (connectors[i]->connection == status && connectors[i]->count_modes > 0 &&
            pick_wants(wish, card, connectors[i]))
            return (int)i;
    }
    return -1;
}

int pick_connector(const struct pick_wish *wish, int card, drmModeConnector *const *connectors,
                   size_t count)
{
    int found = find_connector(wish, card, connectors, count, DRM_MODE_CONNECTED);
    if (found < 0)
        found = find_connector(wish, card, connectors, count, DRM_MODE_UNKNOWNCONNECTION);
    return found;
}

static bool is_interlaced(const drmModeModeInfo *mode)
{
    return (mode->flags & DRM_MODE_FLAG_INTERLACE) != 0;
}

static bool is_preferred(const drmModeModeInfo *mode)
{
    return (mode->type & DRM_MODE_TYPE_PREFERRED) != 0;
}

/* How good a rate is: what is wanted first, then the highest that a panel commonly has. */
static int rate_rank(const struct pick_wish *wish, const drmModeModeInfo *mode)
{
    int rate_hz = (int)mode->vrefresh;
    if (wish->rate_hz > 0)
        return -abs(rate_hz - wish->rate_hz);
    return rate_hz <= RATE_BEST_HZ ? rate_hz : RATE_BEST_HZ - rate_hz;
}

static bool is_better(const struct pick_wish *wish, const drmModeModeInfo *mode,
                      const drmModeModeInfo *than)
{
    if (is_interlaced(mode) != is_interlaced(than))
        return is_interlaced(than);
    return rate_rank(wish, mode) > rate_rank(wish, than);
}

static int best_of_size(const struct pick_wish *wish, const drmModeModeInfo *modes, size_t count,
                        int width_px, int height_px)
{
    int best = -1;
    for (size_t i = 0; i < count; i++) {
        if (modes[i].hdisplay == width_px && modes[i].vdisplay == height_px &&
            (best < 0 || is_better(wish, &modes[i], &modes[best])))
            best = (int)i;
    }
    return best;
}

/* The mode that the screen would have by itself. */
static int own_mode(const drmModeModeInfo *modes, size_t count)
{
    int own = -1;
    int64_t own_area = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t area = (int64_t)modes[i].hdisplay * modes[i].vdisplay;
        if (is_preferred(&modes[i]))
            return (int)i;
        if (own < 0 || area > own_area) {
            own = (int)i;
            own_area = area;
        }
    }
    return own;
}

int pick_mode(const struct pick_wish *wish, const drmModeModeInfo *modes, size_t count)
{
    int found = -1;
    if (wish->width_px > 0)
        found = best_of_size(wish, modes, count, wish->width_px, wish->height_px);
    if (found >= 0)
        return found;
    int own = own_mode(modes, count);
    /* A screen knows best what it prefers, also of the rates. */
    if (own < 0 || (is_preferred(&modes[own]) && wish->rate_hz == 0))
        return own;
    return best_of_size(wish, modes, count, modes[own].hdisplay, modes[own].vdisplay);
}

bool pick_is_wanted_mode(const struct pick_wish *wish, const drmModeModeInfo *mode)
{
    return (wish->width_px == 0 ||
            (mode->hdisplay == wish->width_px && mode->vdisplay == wish->height_px)) &&
           (wish->rate_hz == 0 || (int)mode->vrefresh == wish->rate_hz);
}
