#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <roomsign/ctl.h>
#include <roomsign/log.h>
#include <roomsign/report.h>
#include <roomsign/version.h>

/** What a reply that went well is worth to the asker. */
static bool tell(const struct ctl_options *options, const json_t *reply, int fd, struct error *err)
{
    if (strcmp(options->command, "snapshot") == 0) {
        if (fd < 0) {
            error_set(err, "the sign sent no picture");
            return false;
        }
        if (!ctl_save_picture(fd, options->output, err))
            return false;
    }
    if (options->json) {
        json_dumpf(reply, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (strcmp(options->command, "status") == 0) {
        ctl_print_status(reply, stdout);
    } else if (strcmp(options->command, "reload") == 0) {
        const char *room = json_string_value(json_object_get(reply, "room"));
        printf("reloaded: room %s\n", room ? room : "");
    } else if (options->operates) {
        ctl_print_deed(reply, stdout);
    }
    return true;
}

static enum exit_status ask_and_tell(const struct ctl_options *options)
{
    char path[CONTROL_PATH_BYTES];
    struct error err = {0};
    json_t *request = ctl_request(options), *reply = NULL;
    int fd = -1;
    bool answered =
        ctl_find_socket(options, path, &err) && ctl_ask(path, request, &reply, &fd, &err);
    json_decref(request);
    if (!answered) {
        log_error("%s", err.message);
        return EXIT_STATUS_OTHER;
    }
    bool done = json_is_true(json_object_get(reply, "ok"));
    if (!done) {
        const char *reason = json_string_value(json_object_get(reply, "error"));
        error_set(&err, "%s", reason ? reason : "the sign refuses and gives no reason");
        if (options->json) {
            json_dumpf(reply, stdout, JSON_INDENT(2));
            putchar('\n');
        }
    }
    done = done && tell(options, reply, fd, &err);
    if (!done)
        log_error("%s", err.message);
    json_decref(reply);
    if (fd >= 0)
        close(fd);
    return done ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
}

int main(int argc, char **argv)
{
    struct ctl_options options;
    struct error err = {0};
    log_open("roomsignctl", LOG_LEVEL_INFO);
    if (!ctl_options_parse(argc, argv, &options, &err)) {
        log_error("%s", err.message);
        return EXIT_STATUS_USAGE;
    }
    if (options.help) {
        manual_print_help(ctl_manual(), stdout);
        return EXIT_STATUS_DONE;
    }
    if (options.version) {
        puts("roomsignctl " ROOMSIGN_VERSION);
        return EXIT_STATUS_DONE;
    }
    return ask_and_tell(&options);
}
