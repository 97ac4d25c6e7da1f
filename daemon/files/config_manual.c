#include <roomsign/manual.h>

static const struct manual_part parts[] = {
    {"Description",
     .text =
         "A config file says which room a sign is of, where its schedule comes from, and what it "
         "looks like. The sign that systemd starts as roomsign@ROOM reads "
         "/etc/roomsign/ROOM.conf.\n\n"
         "A setting is a line of a key, = and a value, below its section. A comment is a line of "
         "its own that begins with # or ;. What may be given several times is one value a line. "
         "Durations are a number and s, m, h or d, as in 90s or 10m. The sections and keys are "
         "those below; a file with an unknown one is not used.\n\n"
         "roomsignd --check tells every error of a file, roomsignd --print-config prints it with "
         "all keys and their defaults, and a running sign reads it anew on systemctl reload "
         "roomsign@ROOM, or keeps what it has where it is wrong."},
    {"Settings", .form = &config_form},
    {"Examples", .text = "All that a sign needs:",
     .example = "[room]\n"
                "name = UB2.252A (Lameere)\n"
                "timezone = Europe/Brussels\n"
                "\n"
                "[feed]\n"
                "url = https://fosdem.org/2026/schedule/ical\n"},
    {"Security",
     .text = "Whoever writes this file decides what the sign reads and shows. The sign runs as the "
             "user roomsign, and a file with a password or a private address needs to be readable "
             "by that group alone: chgrp roomsign FILE, chmod 640 FILE."},
};

static const struct manual manual = {
    .name = "roomsign.conf",
    .section = 5,
    .summary = "config file of a room's sign",
    MANUAL_PARTS(parts),
    .see_also = "roomsign-feed(1), roomsignctl(1), roomsignd(8)",
};

const struct manual *config_manual(void)
{
    return &manual;
}
