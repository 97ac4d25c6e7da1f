#include <stdio.h>

#include <roomsign/cage.h>
#include <roomsign/log.h>
#include <roomsign/once.h>
#include <roomsign/sign.h>
#include <roomsign/sign_options.h>
#include <roomsign/version.h>

int main(int argc, char **argv)
{
    struct sign_options options;
    struct error err = {0};
    log_open("roomsignd", LOG_LEVEL_INFO);
    if (!sign_options_parse(argc, argv, &options, &err)) {
        log_error("%s", err.message);
        return EXIT_STATUS_USAGE;
    }
    if (options.verbose)
        log_open("roomsignd", LOG_LEVEL_DEBUG);
    if (!options.traceable)
        cage_keep_secrets();
    switch (options.mode) {
    case SIGN_MODE_HELP:
        manual_print_help(sign_manual(), stdout);
        return EXIT_STATUS_DONE;
    case SIGN_MODE_VERSION:
        puts("roomsignd " ROOMSIGN_VERSION);
        return EXIT_STATUS_DONE;
    case SIGN_MODE_CHECK:
        return once_check(&options);
    case SIGN_MODE_PRINT_CONFIG:
        return once_print_config(&options);
    case SIGN_MODE_PRINT_THEME:
        return once_print_theme(&options);
    case SIGN_MODE_SNAPSHOT:
        return once_snapshot(&options);
    case SIGN_MODE_REHEARSE:
        return once_rehearse(&options);
    case SIGN_MODE_RUN:
        break;
    }
    return sign_run(&options);
}
