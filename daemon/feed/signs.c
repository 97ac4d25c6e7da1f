#include <roomsign/signs.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/ini_file.h>
#include <roomsign/room_filter.h>

#define MESSAGE_BYTES_MAX (INI_FILE_PLACE_BYTES + (SIGNS_CLOSEST_MAX + 2) * SESSION_NAME_BYTES_MAX)

bool signs_read(const char *path, const struct config *config, struct signs *ret_signs,
                struct config_report *report)
{
    struct signs signs = {.configs = xcalloc(config->table_signs.count + 1, sizeof(struct config))};
    size_t error_count = 0;
    for (size_t i = 0; i < config->table_signs.count; i++) {
        const struct config_reader reader = {.sign = config->table_signs.items[i]};
        if (config_read_for(path, &reader, &signs.configs[signs.count], report))
            signs.count++;
        error_count += report->error_count;
    }
    report->error_count = error_count;
    if (error_count > 0)
        signs_release(&signs);
    else
        *ret_signs = signs;
    return error_count == 0;
}

void signs_release(struct signs *signs)
{
    for (size_t i = 0; i < signs->count; i++)
        config_release(&signs->configs[i]);
    free(signs->configs);
    *signs = (struct signs){0};
}

static bool has_same_feeds(const struct config *a, const struct config *b)
{
    bool same = a->feed_urls.count == b->feed_urls.count;
    for (size_t i = 0; i < a->feed_urls.count && same; i++)
        same = strcmp(a->feed_urls.items[i], b->feed_urls.items[i]) == 0;
    return same;
}

static struct room_filter *filter_of(const struct config *config)
{
    const struct room_filter_options options = {
        .name = config->room_name,
        .aliases = (const char *const *)config->room_aliases.items,
        .alias_count = config->room_aliases.count,
    };
    return room_filter_new(&options);
}

/** Append the rooms whose names are the least unlike, best first. */
static void add_closest(const struct room_filter *filter, const struct room_tally_line *rooms,
                        size_t room_count, char *text, size_t size)
{
    size_t used = strlen(text), last = 0, last_distance = 0;
    for (size_t rank = 0; rank < SIGNS_CLOSEST_MAX && rank < room_count; rank++) {
        size_t best = room_count, best_distance = SIZE_MAX;
        for (size_t i = 0; i < room_count; i++) {
            size_t distance = room_filter_distance(filter, rooms[i].room);
            bool was_told =
                rank > 0 && (distance < last_distance || (distance == last_distance && i <= last));
            if (!was_told && distance < best_distance) {
                best = i;
                best_distance = distance;
            }
        }
        if (best == room_count)
            break;
        used += (size_t)snprintf(text + used, size - used, "%s'%s'",
                                 rank == 0 ? "; closest: " : ", ", rooms[best].room);
        assert(used < size);
        last = best;
        last_distance = best_distance;
    }
}

size_t signs_tell_lacking(const struct signs *signs, const struct config *config,
                          const struct room_tally *tally, void (*tell)(const char *message),
                          size_t *ret_asked)
{
    size_t room_count, lacking = 0;
    struct room_tally_line *rooms = room_tally_list(tally, &room_count);
    *ret_asked = 0;
    for (size_t i = 0; i < signs->count; i++) {
        const struct config *sign = &signs->configs[i];
        if (!has_same_feeds(sign, config) || sign->all_events)
            continue;
        ++*ret_asked;
        struct room_filter *filter = filter_of(sign);
        if (room_count > 0 && room_tally_count(tally, filter) == 0) {
            char message[MESSAGE_BYTES_MAX];
            snprintf(message, sizeof(message), "%s'%s' is in none of the events of the feeds",
                     sign->name_place, sign->room_name);
            add_closest(filter, rooms, room_count, message, sizeof(message));
            tell(message);
            lacking++;
        }
        room_filter_free(filter);
    }
    free(rooms);
    return lacking;
}
