#include <roomsign/feed_cage.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/cage.h>
#include <roomsign/fetch.h>

static const struct cage_place fixed_places[] = {
    /* Zones. */
    {"/usr/share/zoneinfo", CAGE_TREE},
    {"/etc/localtime", CAGE_FILE},
    {"/etc/timezone", CAGE_FILE},
    /* How names are resolved, and what to do it with: the C library loads modules for it. */
    {"/etc/resolv.conf", CAGE_FILE},
    {"/etc/nsswitch.conf", CAGE_FILE},
    {"/etc/host.conf", CAGE_FILE},
    {"/etc/hosts", CAGE_FILE},
    {"/etc/gai.conf", CAGE_FILE},
    {"/etc/services", CAGE_FILE},
    {"/etc/mdns.allow", CAGE_FILE},
    {"/etc/ld.so.cache", CAGE_FILE},
    {"/lib", CAGE_TREE},
    {"/lib64", CAGE_TREE},
    {"/usr/lib", CAGE_TREE},
    {"/usr/local/lib", CAGE_TREE},
    /* Whom to trust; Debian's store is links to where the certificates are. */
    {"/usr/share/ca-certificates", CAGE_TREE},
    {"/usr/local/share/ca-certificates", CAGE_TREE},
    {"/etc/ssl/openssl.cnf", CAGE_FILE},
    {"/etc/gnutls", CAGE_TREE},
    /* Chance, for libraries that don't ask the kernel. */
    {"/dev/urandom", CAGE_FILE},
    {"/dev/random", CAGE_FILE},
};
#define FIXED_COUNT (sizeof(fixed_places) / sizeof(fixed_places[0]))
/* The config's, one each: the feeds, the headlines, three more files; the zones' other place; what
 * libcurl trusts. */
#define PLACES_MAX (FIXED_COUNT + CONFIG_FEEDS_MAX + 1 + 3 + 1 + FETCH_TRUST_PLACES)

struct places {
    struct cage_place list[PLACES_MAX];
    size_t count;
};

static void add(struct places *places, const char *path, enum cage_access access)
{
    if (path && *path)
        places->list[places->count++] = (struct cage_place){path, access};
}

/* The file's path, which is the caller's to free; NULL: the address is none of a file. */
static char *add_feed(struct places *places, const char *url)
{
    char *path = strncasecmp(url, "file:", 5) == 0 ? fetch_url_file_path(url, NULL) : NULL;
    add(places, path, CAGE_FILE);
    return path;
}

bool feed_cage_enter(const struct config *config, const char *last_path)
{
    struct places places;
    const char *trusted[FETCH_TRUST_PLACES];
    char *files[CONFIG_FEEDS_MAX + 1];
    size_t feed_count = config->feed_urls.count;
    memcpy(places.list, fixed_places, sizeof(fixed_places));
    places.count = FIXED_COUNT;
    for (size_t i = 0; i < feed_count; i++)
        files[i] = add_feed(&places, config->feed_urls.items[i]);
    files[feed_count] = add_feed(&places, config->headlines_url);
    add(&places, config->password_file, CAGE_FILE);
    add(&places, config->ca_file, CAGE_FILE);
    add(&places, last_path, CAGE_FILE);
    add(&places, getenv("TZDIR"), CAGE_TREE);
    fetch_trust_places(trusted);
    for (size_t i = 0; i < FETCH_TRUST_PLACES; i++)
        add(&places, trusted[i], CAGE_TREE);

    struct cage cage;
    cage_build(&cage, CAGE_CALLS_CLIENT, places.list, places.count);
    bool entered = cage_enter(&cage);
    cage_release(&cage);
    for (size_t i = 0; i <= feed_count; i++)
        free(files[i]);
    return entered;
}
