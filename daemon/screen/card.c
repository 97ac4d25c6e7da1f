#include <roomsign/card.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <xf86drm.h>

#include <roomsign/clock.h>

#define CARDS_MAX 64
#define CONNECTORS_MAX 32
#define NAMES_BYTES 160

static_assert(sizeof(off_t) == sizeof(uint64_t), "mmap takes the place that the kernel names");

/* What the kernel says of a card's connectors. */
struct connectors {
    drmModeConnector *items[CONNECTORS_MAX];
    size_t count;
};

/* Why no card was taken: what is the matter with one that might have been; else what the last one
 * has instead of the connector that is wanted. */
struct refusal {
    struct error err, other;
    /* A connector was passed over because the kernel can't tell whether it has a screen. */
    bool is_unsure;
};

static void read_connectors(int fd, const drmModeRes *resources, struct connectors *ret_connectors)
{
    ret_connectors->count = 0;
    for (int i = 0; i < resources->count_connectors; i++) {
        drmModeConnector *connector = drmModeGetConnector(fd, resources->connectors[i]);
        if (connector != NULL && ret_connectors->count < CONNECTORS_MAX)
            ret_connectors->items[ret_connectors->count++] = connector;
        else
            drmModeFreeConnector(connector);
    }
}

static void release_connectors(struct connectors *connectors)
{
    for (size_t i = 0; i < connectors->count; i++)
        drmModeFreeConnector(connectors->items[i]);
}

static bool is_connected(const drmModeConnector *connector)
{
    return connector->connection == DRM_MODE_CONNECTED;
}

static void tell_no_screen(const struct card *card, const struct pick_wish *wish,
                           const struct connectors *connectors, struct refusal *refusal)
{
    char names[NAMES_BYTES] = "", name[PICK_NAME_BYTES];
    size_t used = 0;
    bool has_wanted = false;
    for (size_t i = 0; i < connectors->count && used < sizeof names; i++) {
        has_wanted |= pick_wants(wish, card->number, connectors->items[i]);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 pick_connector_name(connectors->items[i], name));
    }
    if (has_wanted)
        error_set(&refusal->err, "no screen is connected to %s",
                  *wish->connector ? wish->connector : names);
    else
        error_set(&refusal->other, "card%d has no connector %s, but %s", card->number,
                  wish->connector, names);
}

/* The part that drives the connector now, or one that can. 0: none. */
static uint32_t find_crtc(int fd, const drmModeRes *resources, const drmModeConnector *connector)
{
    drmModeEncoder *encoder = drmModeGetEncoder(fd, connector->encoder_id);
    uint32_t crtc_id = encoder != NULL ? encoder->crtc_id : 0;
    drmModeFreeEncoder(encoder);
    for (int i = 0; crtc_id == 0 && i < connector->count_encoders; i++) {
        encoder = drmModeGetEncoder(fd, connector->encoders[i]);
        for (int j = 0; encoder != NULL && crtc_id == 0 && j < resources->count_crtcs; j++) {
            if (encoder->possible_crtcs & 1U << j)
                crtc_id = resources->crtcs[j];
        }
        drmModeFreeEncoder(encoder);
    }
    return crtc_id;
}

/* 0: it has none. */
static uint32_t find_dpms(int fd, const drmModeConnector *connector)
{
    uint32_t id = 0;
    for (int i = 0; id == 0 && i < connector->count_props; i++) {
        drmModePropertyRes *property = drmModeGetProperty(fd, connector->props[i]);
        if (property != NULL && strcmp(property->name, "DPMS") == 0)
            id = property->prop_id;
        drmModeFreeProperty(property);
    }
    return id;
}

static bool find_screen(struct card *card, const struct pick_wish *wish, bool takes_unsure,
                        const drmModeRes *resources, struct refusal *refusal)
{
    struct connectors connectors;
    read_connectors(card->fd, resources, &connectors);
    int picked = pick_connector(wish, card->number, connectors.items, connectors.count);
    bool is_unsure = picked >= 0 && !is_connected(connectors.items[picked]);
    refusal->is_unsure |= is_unsure;
    if (picked < 0 || (is_unsure && !takes_unsure)) {
        tell_no_screen(card, wish, &connectors, refusal);
        release_connectors(&connectors);
        return false;
    }
    const drmModeConnector *connector = connectors.items[picked];
    int mode = pick_mode(wish, connector->modes, (size_t)connector->count_modes);
    assert(mode >= 0);
    card->mode = connector->modes[mode];
    card->connector_id = connector->connector_id;
    card->crtc_id = find_crtc(card->fd, resources, connector);
    card->dpms_id = find_dpms(card->fd, connector);
    pick_connector_name(connector, card->connector_name);
    release_connectors(&connectors);
    if (card->crtc_id == 0)
        error_set(&refusal->err, "nothing of card%d can drive %s", card->number,
                  card->connector_name);
    return card->crtc_id != 0;
}

static bool has_vertical_blanks(const struct card *card)
{
    uint64_t sequence, at_ns;
    return drmCrtcGetSequence(card->fd, card->crtc_id, &sequence, &at_ns) == 0 ||
           errno != EOPNOTSUPP;
}

/* What it has so far is the caller's to release, also where it fails. */
static bool fill_in_buffer(const struct card *card, struct card_buffer *buffer)
{
    uint32_t width_px = card->mode.hdisplay, height_px = card->mode.vdisplay;
    uint64_t offset;
    if (drmModeCreateDumbBuffer(card->fd, width_px, height_px, 32, 0, &buffer->handle,
                                &buffer->pitch, &buffer->byte_count) < 0)
        return false;
    uint32_t handles[4] = {buffer->handle}, pitches[4] = {buffer->pitch}, offsets[4] = {0};
    if (drmModeAddFB2(card->fd, width_px, height_px, DRM_FORMAT_XRGB8888, handles, pitches, offsets,
                      &buffer->frame_id, 0) < 0 ||
        drmModeMapDumbBuffer(card->fd, buffer->handle, &offset) < 0)
        return false;
    /* The kernel hands them out black. */
    buffer->pixels =
        mmap(NULL, buffer->byte_count, PROT_READ | PROT_WRITE, MAP_SHARED, card->fd, (off_t)offset);
    if (buffer->pixels == MAP_FAILED)
        buffer->pixels = NULL;
    return buffer->pixels != NULL;
}

static void release_buffer(const struct card *card, struct card_buffer *buffer)
{
    if (buffer->pixels != NULL)
        munmap(buffer->pixels, buffer->byte_count);
    if (buffer->frame_id != 0)
        drmModeRmFB(card->fd, buffer->frame_id);
    if (buffer->handle != 0)
        drmModeDestroyDumbBuffer(card->fd, buffer->handle);
}

static bool make_buffers(struct card *card, struct error *err)
{
    int count = has_vertical_blanks(card) ? 2 : 1;
    for (; card->buffer_count < count; card->buffer_count++) {
        if (!fill_in_buffer(card, &card->buffers[card->buffer_count])) {
            error_set(err, "a buffer of card%d: %s", card->number, strerror(errno));
            release_buffer(card, &card->buffers[card->buffer_count]);
            return false;
        }
    }
    return true;
}

/* Many have no screens at all: they only draw, or only encode. */
static bool has_plain_buffers(int fd)
{
    uint64_t value = 0;
    return drmGetCap(fd, DRM_CAP_DUMB_BUFFER, &value) == 0 && value != 0;
}

static bool open_card(struct card *card, const struct pick_wish *wish, bool takes_unsure,
                      struct refusal *refusal)
{
    char path[32];
    snprintf(path, sizeof path, "/dev/dri/card%d", card->number);
    card->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (card->fd < 0) {
        if (errno != ENOENT)
            error_set(&refusal->err, "%s: %s", path, strerror(errno));
        return false;
    }
    drmModeRes *resources = has_plain_buffers(card->fd) ? drmModeGetResources(card->fd) : NULL;
    bool opened = resources != NULL && resources->count_connectors > 0 &&
                  find_screen(card, wish, takes_unsure, resources, refusal) &&
                  make_buffers(card, &refusal->err);
    drmModeFreeResources(resources);
    if (!opened)
        card_close(card);
    return opened;
}

static bool open_any(const struct pick_wish *wish, bool takes_unsure, struct card *ret_card,
                     struct refusal *refusal)
{
    for (int number = 0; number < CARDS_MAX; number++) {
        struct card card = {.number = number, .wish = *wish, .takes_any = !*wish->connector};
        card.wish.connector = "";
        if (open_card(&card, wish, takes_unsure, refusal)) {
            *ret_card = card;
            return true;
        }
    }
    return false;
}

bool card_open(const struct pick_wish *wish, struct card *ret_card, struct error *err)
{
    struct refusal refusal = {0};
    error_set(&refusal.other, "there is no card with a screen below /dev/dri");
    if (open_any(wish, false, ret_card, &refusal) ||
        (refusal.is_unsure && open_any(wish, true, ret_card, &refusal)))
        return true;
    error_set(err, "%s", *refusal.err.message ? refusal.err.message : refusal.other.message);
    return false;
}

void card_close(struct card *card)
{
    for (int i = 0; i < card->buffer_count; i++)
        release_buffer(card, &card->buffers[i]);
    close(card->fd);
    card->fd = -1;
    card->buffer_count = 0;
}

bool card_become_master(struct card *card, struct error *err)
{
    if (drmIsMaster(card->fd) || drmSetMaster(card->fd) == 0)
        return true;
    error_set(err, "another program has the screen (card%d): %s", card->number, strerror(errno));
    return false;
}

void card_drop_master(struct card *card)
{
    if (drmIsMaster(card->fd))
        drmDropMaster(card->fd);
}

/* What the kernel's console shows on other screens would stay there. */
static void darken_others(const struct card *card)
{
    drmModeRes *resources = drmModeGetResources(card->fd);
    for (int i = 0; resources != NULL && i < resources->count_crtcs; i++) {
        drmModeCrtc *crtc = drmModeGetCrtc(card->fd, resources->crtcs[i]);
        if (crtc != NULL && crtc->crtc_id != card->crtc_id && crtc->mode_valid)
            drmModeSetCrtc(card->fd, crtc->crtc_id, 0, 0, 0, NULL, 0, NULL);
        drmModeFreeCrtc(crtc);
    }
    drmModeFreeResources(resources);
}

/* What all that show something end with. */
static bool taken(const struct card *card, int status, struct error *err)
{
    if (status == 0)
        return true;
    error_set(err, "card%d doesn't take the frame: %s", card->number, strerror(errno));
    return false;
}

bool card_set(struct card *card, int buffer, struct error *err)
{
    darken_others(card);
    card->is_flipping = false;
    int status = drmModeSetCrtc(card->fd, card->crtc_id, card->buffers[buffer].frame_id, 0, 0,
                                &card->connector_id, 1, &card->mode);
    return taken(card, status, err);
}

bool card_flip(struct card *card, int buffer, struct error *err)
{
    int status = drmModePageFlip(card->fd, card->crtc_id, card->buffers[buffer].frame_id,
                                 DRM_MODE_PAGE_FLIP_EVENT, card);
    card->is_flipping = status == 0;
    return taken(card, status, err);
}

bool card_flush(struct card *card, const struct layout_rect *changes, size_t count,
                struct error *err)
{
    drmModeClip clips[CARD_CHANGES_MAX];
    assert(count <= CARD_CHANGES_MAX);
    for (size_t i = 0; i < count; i++)
        clips[i] = (drmModeClip){(uint16_t)changes[i].x, (uint16_t)changes[i].y,
                                 (uint16_t)(changes[i].x + changes[i].width),
                                 (uint16_t)(changes[i].y + changes[i].height)};
    int status = drmModeDirtyFB(card->fd, card->buffers[0].frame_id, clips, (uint32_t)count);
    /* It looks at all of its buffer all the time. */
    if (status < 0 && errno == ENOSYS)
        status = 0;
    return taken(card, status, err);
}

static void on_flipped(int fd, unsigned sequence, unsigned at_s, unsigned at_us, void *context)
{
    struct card *card = context;
    (void)fd;
    (void)sequence;
    (void)at_s;
    (void)at_us;
    card->is_flipping = false;
}

static void read_events(struct card *card)
{
    drmEventContext handlers = {.version = 2, .page_flip_handler = on_flipped};
    drmHandleEvent(card->fd, &handlers);
}

bool card_wait(struct card *card, struct error *err)
{
    struct pollfd poll_fd = {.fd = card->fd, .events = POLLIN};
    int64_t until_ms = clock_monotonic_ms() + CARD_FRAME_MS, left_ms;
    while (card->is_flipping && (left_ms = until_ms - clock_monotonic_ms()) > 0) {
        if (poll(&poll_fd, 1, (int)left_ms) > 0)
            read_events(card);
    }
    if (!card->is_flipping)
        return true;
    card->is_flipping = false;
    error_set(err, "card%d doesn't finish a frame", card->number);
    return false;
}

bool card_shows(const struct card *card, int buffer)
{
    drmModeCrtc *crtc = drmModeGetCrtc(card->fd, card->crtc_id);
    bool shows =
        crtc != NULL && crtc->mode_valid && crtc->buffer_id == card->buffers[buffer].frame_id;
    drmModeFreeCrtc(crtc);
    return shows;
}

bool card_power(struct card *card, bool on)
{
    return card->dpms_id != 0 &&
           drmModeConnectorSetProperty(card->fd, card->connector_id, card->dpms_id,
                                       on ? DRM_MODE_DPMS_ON : DRM_MODE_DPMS_OFF) == 0;
}

/* Whether the screen that is there now is driven with the mode that it would get. */
static bool has_its_mode(const struct card *card, const drmModeConnector *connector)
{
    int picked = pick_mode(&card->wish, connector->modes, (size_t)connector->count_modes);
    const drmModeModeInfo *mode = picked >= 0 ? &connector->modes[picked] : NULL;
    return mode != NULL && mode->hdisplay == card->mode.hdisplay &&
           mode->vdisplay == card->mode.vdisplay && mode->vrefresh == card->mode.vrefresh;
}

/* Whether any of the card's connectors certainly has a screen. */
static bool has_connected(const struct card *card)
{
    struct connectors connectors = {.count = 0};
    drmModeRes *resources = drmModeGetResources(card->fd);
    if (resources != NULL)
        read_connectors(card->fd, resources, &connectors);
    int picked = pick_connector(&card->wish, card->number, connectors.items, connectors.count);
    bool has = picked >= 0 && is_connected(connectors.items[picked]);
    release_connectors(&connectors);
    drmModeFreeResources(resources);
    return has;
}

enum card_state card_look(const struct card *card)
{
    drmModeConnector *connector = drmModeGetConnector(card->fd, card->connector_id);
    if (connector == NULL)
        return CARD_STATE_GONE;
    enum card_state state = connector->connection == DRM_MODE_DISCONNECTED ? CARD_STATE_NO_SCREEN
                            : has_its_mode(card, connector)                ? CARD_STATE_SAME
                                                            : CARD_STATE_OTHER_SCREEN;
    /* It was taken for want of a better one. */
    if (state == CARD_STATE_SAME && !is_connected(connector) && card->takes_any &&
        has_connected(card))
        state = CARD_STATE_OTHER_SCREEN;
    drmModeFreeConnector(connector);
    return state;
}
