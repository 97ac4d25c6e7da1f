#include <roomsign/kms.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>

#include <roomsign/blend.h>
#include <roomsign/card.h>
#include <roomsign/log.h>
#include <roomsign/turn.h>
#include <roomsign/uevent.h>
#include <roomsign/vt.h>
#include <roomsign/wake.h>

static_assert(DISPLAY_RECTS_MAX <= CARD_CHANGES_MAX, "a present's parts are flushed at once");

/* What a buffer doesn't hold yet of the picture: parts of it, or all. */
struct stale {
    struct layout_rect rects[DISPLAY_RECTS_MAX];
    size_t count;
    bool all;
};

struct kms {
    struct card card;
    struct wake *wake;
    /* NULL: the sign was not started on a console, and nobody asks for another one. */
    struct vt *vt;
    int uevent_fd;
    struct turn turn;
    char name[PICK_NAME_BYTES + 8];
    struct stale stale[CARD_BUFFERS_MAX];
    /* Of the canvas presented last. */
    int canvas_width_px, canvas_height_px;
    /* The buffer that is shown, or about to be. */
    int front;
    /* The screen has to be driven anew with the next frame. */
    bool needs_set;
    /* Another console is in front, and the card is not ours. */
    bool away;
    /* kms_power switched it off. */
    bool off;
    /* To be told by kms_pump. */
    bool lost, exposed;
};

static void watch_inputs(struct kms *kms)
{
    const char *seat = getenv("XDG_SEAT");
    struct wake_places places = {
        .inputs = "/dev/input",
        .udev = "/run/udev/data",
        .console = "/sys/class/tty/tty0/active",
        .seat = seat != NULL ? seat : "seat0",
    };
    struct error reason = {0};
    if (!wake_watch_inputs(kms->wake, &places, &reason))
        log_warning("display: keys will not be noticed: %s", reason.message);
}

/* Before the card is asked for its screens: driving one for the first time often makes it blink. */
static bool watch_cards(struct kms *kms, struct error *err)
{
    kms->uevent_fd = uevent_open(err);
    return kms->uevent_fd >= 0 && wake_add(kms->wake, kms->uevent_fd, err);
}

/* Only what was started on a console takes it. */
static bool take_console(struct kms *kms, struct error *err)
{
    struct error reason = {0};
    kms->vt = vt_take(STDIN_FILENO, &reason);
    if (kms->vt == NULL) {
        log_debug("display: %s, and no other is given way to", reason.message);
        return true;
    }
    kms->away = !vt_is_in_front(kms->vt);
    return wake_add(kms->wake, vt_fd(kms->vt), err);
}

/* The first frame shows whether there can be any. */
static bool begin(struct kms *kms, struct error *err)
{
    if (kms->away) {
        card_drop_master(&kms->card);
        return true;
    }
    return card_become_master(&kms->card, err) && card_set(&kms->card, kms->front, err);
}

struct kms *kms_open(const struct display_options *options, struct error *err)
{
    struct pick_wish wish = {
        .connector = options->connector != NULL ? options->connector : "",
        .width_px = options->mode_width_px,
        .height_px = options->mode_height_px,
        .rate_hz = options->mode_rate_hz,
    };
    struct error reason = {0};
    struct kms *kms = xcalloc(1, sizeof *kms);
    kms->uevent_fd = kms->card.fd = -1;
    kms->wake = wake_new(err);
    bool is_watched = kms->wake != NULL && watch_cards(kms, &reason);
    if (kms->wake == NULL || !card_open(&wish, &kms->card, err) || !take_console(kms, err) ||
        !begin(kms, err)) {
        kms_close(kms);
        return NULL;
    }
    const drmModeModeInfo *mode = &kms->card.mode;
    kms->turn = (struct turn){options->rotate_deg, mode->hdisplay, mode->vdisplay};
    snprintf(kms->name, sizeof kms->name, "kms %s", kms->card.connector_name);
    if (!is_watched)
        log_warning("display: an unplugged screen will not be noticed: %s", reason.message);
    if (!pick_is_wanted_mode(&wish, mode))
        log_warning("display: %s has no mode as [screen] mode wants, taking %dx%d@%u", kms->name,
                    mode->hdisplay, mode->vdisplay, mode->vrefresh);
    watch_inputs(kms);
    return kms;
}

void kms_close(struct kms *kms)
{
    if (kms == NULL)
        return;
    if (kms->off && !kms->away)
        card_power(&kms->card, true);
    wake_free(kms->wake);
    if (kms->uevent_fd >= 0)
        close(kms->uevent_fd);
    if (kms->card.fd >= 0)
        card_close(&kms->card);
    vt_give_back(kms->vt);
    free(kms);
}

const char *kms_name(const struct kms *kms)
{
    return kms->name;
}

void kms_size(const struct kms *kms, int *ret_width_px, int *ret_height_px)
{
    turn_size(&kms->turn, ret_width_px, ret_height_px);
}

int kms_wake_fd(const struct kms *kms)
{
    return wake_fd(kms->wake);
}

static void add_stale(struct stale *stale, const struct layout_rect *rects, size_t count)
{
    if (stale->all || stale->count + count > DISPLAY_RECTS_MAX) {
        stale->all = true;
        return;
    }
    memcpy(stale->rects + stale->count, rects, count * sizeof *rects);
    stale->count += count;
}

static void forget_all(struct kms *kms)
{
    for (int i = 0; i < kms->card.buffer_count; i++)
        kms->stale[i].all = true;
}

/* Copy a part of the canvas into the buffer. false: it has nothing of the panel. */
static bool copy_part(const struct kms *kms, const SDL_Surface *canvas,
                      const struct layout_rect *rect, const struct card_buffer *buffer,
                      struct layout_rect *ret_changed)
{
    struct layout_rect panel = {0}, within, part;
    struct layout_rect whole = {0, 0, canvas->w, canvas->h};
    kms_size(kms, &panel.width, &panel.height);
    if (!rect_intersect(rect, &whole, &within) || !rect_intersect(&within, &panel, &part))
        return false;
    struct layout_rect turned = turn_rect(&kms->turn, &part);
    const uint8_t *from = (const uint8_t *)canvas->pixels + (size_t)part.y * (size_t)canvas->pitch +
                          (size_t)part.x * 4;
    uint8_t *to =
        (uint8_t *)buffer->pixels + (size_t)turned.y * buffer->pitch + (size_t)turned.x * 4;
    turn_pixels(kms->turn.rotate_deg, from, (size_t)canvas->pitch, part.width, part.height, to,
                buffer->pitch);
    *ret_changed = turned;
    return true;
}

/* Bring a buffer up to the canvas; fills `changed` and returns how many parts that were. */
static size_t fill_buffer(struct kms *kms, const SDL_Surface *canvas, int index,
                          struct layout_rect changed[static DISPLAY_RECTS_MAX])
{
    struct stale *stale = &kms->stale[index];
    const struct card_buffer *buffer = &kms->card.buffers[index];
    size_t count = 0;
    if (stale->all) {
        struct layout_rect whole = {0, 0, canvas->w, canvas->h};
        int width_px, height_px;
        kms_size(kms, &width_px, &height_px);
        if (canvas->w < width_px || canvas->h < height_px)
            memset(buffer->pixels, 0, (size_t)buffer->pitch * (size_t)kms->turn.height_px);
        copy_part(kms, canvas, &whole, buffer, &changed[0]);
        changed[0] = (struct layout_rect){0, 0, kms->turn.width_px, kms->turn.height_px};
        count = 1;
    }
    for (size_t i = 0; !stale->all && i < stale->count; i++)
        count += copy_part(kms, canvas, &stale->rects[i], buffer, &changed[count]);
    stale->all = false;
    stale->count = 0;
    return count;
}

/* What is refused is a new beginning's turn: the card may be had back, or be used by then. */
static bool show_buffer(struct kms *kms, int index, const struct layout_rect *changed, size_t count,
                        struct error *err)
{
    bool shown = false;
    if (!kms->needs_set && kms->card.buffer_count > 1)
        shown = card_flip(&kms->card, index, err);
    else if (!kms->needs_set)
        shown = count == 0 || card_flush(&kms->card, changed, count, err);
    if (!shown)
        shown = card_become_master(&kms->card, err) && card_set(&kms->card, index, err);
    kms->needs_set = !shown;
    if (shown)
        kms->front = index;
    return shown;
}

bool kms_present(struct kms *kms, struct SDL_Surface *canvas, const struct layout_rect *rects,
                 size_t count, struct error *err)
{
    struct layout_rect changed[DISPLAY_RECTS_MAX];
    assert(canvas->format->BytesPerPixel == 4);
    if (canvas->w != kms->canvas_width_px || canvas->h != kms->canvas_height_px)
        forget_all(kms);
    kms->canvas_width_px = canvas->w;
    kms->canvas_height_px = canvas->h;
    for (int i = 0; i < kms->card.buffer_count; i++)
        add_stale(&kms->stale[i], rects, count);
    /* It is shown when the console is in front again. */
    if (kms->away)
        return true;
    if (!card_wait(&kms->card, err)) {
        kms->needs_set = true;
        return false;
    }
    int back = (kms->front + 1) % kms->card.buffer_count;
    size_t changed_count = fill_buffer(kms, canvas, back, changed);
    return show_buffer(kms, back, changed, changed_count, err);
}

bool kms_confirm(struct kms *kms, struct error *err)
{
    if (kms->away || kms->off)
        return true;
    bool done = card_wait(&kms->card, err);
    if (done && card_shows(&kms->card, kms->front))
        return true;
    if (done)
        error_set(err, "the card shows another frame");
    kms->needs_set = true;
    return false;
}

bool kms_power(struct kms *kms, bool on)
{
    if (!kms->away && !card_power(&kms->card, on))
        return false;
    /* One that was changed meanwhile may not know this mode; one that only slept has to be driven.
     */
    if (on && kms->off && !kms->away)
        kms->lost |= card_look(&kms->card) == CARD_STATE_OTHER_SCREEN;
    kms->off = !on;
    kms->needs_set |= on;
    return true;
}

static void come_back(struct kms *kms)
{
    struct error err = {0};
    vt_enter(kms->vt);
    kms->away = false;
    kms->exposed = kms->needs_set = true;
    if (!card_become_master(&kms->card, &err)) {
        log_warning("display: %s", err.message);
        kms->lost = true;
    } else if (kms->off) {
        /* Nothing is presented until the morning. */
        card_set(&kms->card, kms->front, &err);
        card_power(&kms->card, false);
    }
}

static void go_away(struct kms *kms)
{
    kms->away = true;
    card_drop_master(&kms->card);
    /* A signal of somebody who is not the kernel. */
    if (!vt_leave(kms->vt))
        come_back(kms);
}

static void follow_console(struct kms *kms)
{
    enum vt_change change = VT_CHANGE_NONE;
    while (kms->vt != NULL && (change = vt_next_change(kms->vt)) != VT_CHANGE_NONE) {
        if (change == VT_CHANGE_LEAVE)
            go_away(kms);
        else if (kms->away)
            come_back(kms);
    }
}

static void follow_card(struct kms *kms)
{
    if (kms->uevent_fd < 0 || !uevent_read(kms->uevent_fd))
        return;
    enum card_state state = card_look(&kms->card);
    kms->lost |= state == CARD_STATE_GONE || (state != CARD_STATE_SAME && !kms->off);
    /* It may have been unplugged for a moment, and wait to be driven. */
    if (state == CARD_STATE_SAME && !kms->off)
        kms->exposed = kms->needs_set = true;
}

static bool take_state(struct kms *kms, struct display_event *ret_event)
{
    bool tells = kms->lost || kms->exposed;
    *ret_event =
        (struct display_event){.kind = kms->lost ? DISPLAY_EVENT_LOST : DISPLAY_EVENT_EXPOSED};
    kms->lost = kms->exposed = false;
    return tells;
}

bool kms_pump(struct kms *kms, struct display_event *ret_event)
{
    struct wake_press press;
    wake_drain(kms->wake);
    follow_console(kms);
    follow_card(kms);
    if (take_state(kms, ret_event))
        return true;
    if (!wake_take_press(kms->wake, &press))
        return false;
    /* Whoever works on another console may have started the sign from there. */
    *ret_event = (struct display_event){.kind = DISPLAY_EVENT_KEY,
                                        .key = press.key,
                                        .elsewhere = kms->vt != NULL ? kms->away : press.elsewhere};
    return true;
}
