#include <roomsign/room.h>

#include <assert.h>
#include <string.h>

#include <roomsign/buffer.h>

static_assert(NEWS_MAX == DOCUMENT_HEADLINES_MAX, "the sign tells all that the document has");

static void add_missing_name(struct feed_health *health, const char *name)
{
    for (int i = 0; i < health->room_count; i++)
        if (strcmp(health->rooms[i], name) == 0)
            return;
    if (health->room_count < VIEW_ROOMS_MAX)
        health->rooms[health->room_count++] = name;
}

/** Of several feeds each says its nearest name before any says its second. */
static void judge_feeds(struct room *room)
{
    struct feed_health *health = &room->health;
    const struct document *document = &room->document;
    health->feeds_with_events = health->feeds_without_room = health->room_count = 0;
    for (size_t i = 0; i < document->feed_count; i++) {
        health->feeds_with_events += document->feeds[i].event_count > 0;
        health->feeds_without_room += document_feed_lacks_room(&document->feeds[i]);
    }
    for (size_t rank = 0; rank < DOCUMENT_CLOSEST_MAX; rank++)
        for (size_t i = 0; i < document->feed_count; i++)
            if (document_feed_lacks_room(&document->feeds[i]) &&
                rank < document->feeds[i].closest_count)
                add_missing_name(health, document->feeds[i].closest[rank]);
}

/** What the document has may be of a config that had them on. */
static struct news news_of(const struct room *room)
{
    const struct document_headlines *headlines = &room->document.headlines;
    struct news news = {.source = headlines->source, .fetched_ms = headlines->fetched_ms};
    if (!*room->config.headlines_url || headlines->fetched_ms == DOCUMENT_UNKNOWN_MS)
        return (struct news){0};
    for (size_t i = 0; i < headlines->count; i++)
        news.titles[news.count++] = headlines->titles[i];
    return news;
}

static void choose_language(struct room *room)
{
    language_resolve(room->config.language, room->language);
    room->clock_12h = room->config.clock == CONFIG_CLOCK_AUTO
                          ? language_clock_12h(room->language)
                          : room->config.clock == CONFIG_CLOCK_12H;
}

/** Everything that is made of config and document. */
static void build(struct room *room)
{
    judge_feeds(room);
    tracker_init(&room->tracker, &room->document.schedule, &room->ledger, &room->zone,
                 &room->config.rules);
    room->view_options = (struct view_options){
        .room_name = room->config.room_name,
        .language = room->language,
        .clock_12h = room->clock_12h,
        .with_qr = room->config.qr,
        .on_from_min = room->config.on_from_min,
        .on_until_min = room->config.on_until_min,
        .shifts = room->config.shift,
        .list_turns = room->view_options.list_turns,
        .lit_until_ms = room->view_options.lit_until_ms,
        .news = news_of(room),
        /* Whoever stands at the keys reads on while a schedule comes in. */
        .hint = room->view_options.hint,
        .hint_until_ms = room->view_options.hint_until_ms,
        .changes = &room->document.changes,
        .elsewhere = &room->document.elsewhere,
    };
}

static bool read_config(const char *path, const struct config_reader *reader,
                        void (*tell)(void *context, const char *message), void *context,
                        struct config *ret_config, struct zone *ret_zone,
                        struct theme_file *ret_theme)
{
    struct config_reader asked = *reader;
    asked.tells_theme = true;
    struct config_report report = {.tell = tell, .context = context};
    struct config config;
    struct error err = {0};
    if (!config_read_for(path, &asked, &config, &report))
        return false;
    if (!zone_load(config.timezone, ret_zone, &err)) {
        error_prefix(&err, "%s: [room] timezone: ", path);
        tell(context, err.message);
        config_release(&config);
        return false;
    }
    if (!theme_file_read(config.theme, ret_theme, &report)) {
        config_release(&config);
        return false;
    }
    *ret_config = config;
    return true;
}

bool room_open_for(const char *path, const struct config_reader *reader,
                   void (*tell)(void *context, const char *message), void *context,
                   struct room *ret_room)
{
    struct room *room = ret_room;
    struct config config;
    struct zone zone;
    struct theme_file theme_file;
    if (!read_config(path, reader, tell, context, &config, &zone, &theme_file))
        return false;
    *room = (struct room){.config = config, .theme_file = theme_file, .zone = zone};
    document_init(&room->document);
    choose_language(room);
    build(room);
    return true;
}

bool room_open(const char *path, void (*tell)(void *context, const char *message), void *context,
               struct room *ret_room)
{
    return room_open_for(path, &(struct config_reader){0}, tell, context, ret_room);
}

void room_release(struct room *room)
{
    tracker_release(&room->tracker);
    ledger_release(&room->ledger);
    document_release(&room->document);
    theme_file_release(&room->theme_file);
    config_release(&room->config);
}

bool room_reload(struct room *room, const char *path,
                 void (*tell)(void *context, const char *message), void *context)
{
    struct config config;
    struct zone zone;
    struct theme_file theme_file;
    if (!read_config(path, &(struct config_reader){0}, tell, context, &config, &zone, &theme_file))
        return false;
    tracker_release(&room->tracker);
    theme_file_release(&room->theme_file);
    config_release(&room->config);
    room->config = config;
    room->theme_file = theme_file;
    room->zone = zone;
    choose_language(room);
    build(room);
    return true;
}

void room_take_document(struct room *room, struct document *document)
{
    tracker_release(&room->tracker);
    document_release(&room->document);
    room->document = *document;
    *document = (struct document){0};
    room->health.has_schedule = true;
    room->health.from_ms = room->document.from_ms;
    room->health.until_ms = room->document.until_ms;
    build(room);
}

void room_hear(struct room *room, const struct command *commands, size_t count)
{
    ledger_release(&room->ledger);
    ledger_make(&room->ledger, commands, count);
    tracker_hear(&room->tracker, &room->ledger);
}

int64_t room_document_fetched_ms(const struct document *document)
{
    int64_t oldest_ms = document->generated_ms;
    for (size_t i = 0; i < document->feed_count; i++) {
        int64_t fetched_ms = document->feeds[i].fetched_ms;
        if (fetched_ms != DOCUMENT_UNKNOWN_MS && fetched_ms < oldest_ms)
            oldest_ms = fetched_ms;
    }
    return oldest_ms;
}

void room_window(const struct room *room, int64_t now_ms, int64_t *ret_from_ms,
                 int64_t *ret_until_ms)
{
    *ret_from_ms = zone_day_start_ms(&room->zone, now_ms, -ROOM_DAYS_BEFORE);
    *ret_until_ms = zone_day_start_ms(&room->zone, now_ms, ROOM_DAYS_AHEAD);
}

bool room_read_document(const char *path, struct document *ret_document, struct error *err)
{
    struct buffer json;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool read = buffer_read_file(&json, path, err);
    if (read) {
        read = document_read(json.data ? json.data : "", json.length, ret_document, err);
        if (!read)
            error_prefix(err, "%s: ", path);
    }
    buffer_release(&json);
    return read;
}
