/* That a poll still can, locked up, what it has to do; and that its cage is the config's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/cage.h>
#include <roomsign/civil.h>
#include <roomsign/config.h>
#include <roomsign/feed_cage.h>
#include <roomsign/fetch.h>

#include "scratch.h"

#define FEED "feed.ics"
static const char *const readable[] = {FEED, "news.xml", "password", "ca.pem", "last.json"};

static struct scratch scratch;

static bool opens(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool is_refused(const char *path)
{
    return !opens(path) && errno == EACCES;
}

static bool has_landlock(void)
{
    char words[CAGE_WORDS_BYTES];
    return strstr(cage_describe(words), "Landlock ") != NULL;
}

/** What the locked up process says, or NULL where all is as it should be. */
/* A system without /etc/hosts may have none. */
static bool has_name(void)
{
    struct addrinfo *addresses = NULL;
    if (getaddrinfo("localhost", "80", NULL, &addresses) != 0)
        return false;
    freeaddrinfo(addresses);
    return true;
}

static const char *look_around(void)
{
    static struct zone zone;
    struct config config;
    const char *trusted[FETCH_TRUST_PLACES];
    char text[SCRATCH_PATH_BYTES * 5];
    snprintf(text, sizeof(text),
             "[room]\nname = A\n[feed]\nurl = file:%s\nuser = u\npassword_file = %s\nca_file = %s\n"
             "[headlines]\nurl = file:%s\n",
             readable[0], readable[2], readable[3], readable[1]);
    scratch_write(scratch_path(&scratch, "room.conf"), text, strlen(text), 0600);
    struct config_report report = {0};
    /* Inside it can't be asked. */
    bool with_landlock = has_landlock();
    bool with_names = has_name();
    if (!config_read(scratch_path(&scratch, "room.conf"), &config, &report))
        return "the config can't be read";
    if (!feed_cage_enter(&config, scratch_path(&scratch, readable[4])))
        return "there is no cage";
    config_release(&config);
    for (size_t i = 0; i < sizeof(readable) / sizeof(*readable); i++)
        if (!opens(scratch_path(&scratch, readable[i])))
            return readable[i];
    if (!zone_load("Europe/Brussels", &zone, NULL))
        return "a zone";
    if (with_names && !has_name())
        return "a name";
    fetch_trust_places(trusted);
    if (trusted[0] && access(trusted[0], R_OK) == 0 && !opens(trusted[0]))
        return "certificates";
    if (!with_landlock)
        return NULL;
    if (!is_refused(scratch_path(&scratch, "other")))
        return "another file";
    if (!is_refused(scratch_path(&scratch, "room.conf")))
        return "the config once more";
    return is_refused("/etc/passwd") ? NULL : "/etc/passwd";
}

static void test_a_poll_reads_what_its_config_names(void **state)
{
    (void)state;
    int status;
    scratch_open(&scratch, false);
    for (size_t i = 0; i < sizeof(readable) / sizeof(*readable); i++)
        scratch_write(scratch_path(&scratch, readable[i]), "word\n", 5, 0600);
    scratch_write(scratch_path(&scratch, "other"), "word\n", 5, 0600);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const char *wrong = look_around();
        if (wrong)
            fprintf(stderr, "wrong: %s\n", wrong);
        _exit(wrong != NULL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    scratch_close(&scratch);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_poll_reads_what_its_config_names),
    };
    return cmocka_run_group_tests_name("feed_cage", tests, NULL, NULL);
}
