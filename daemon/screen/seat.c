#include <roomsign/seat.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define SEAT_DEFAULT "seat0"
#define SEAT_PREFIX "E:ID_SEAT="
#define LINE_BYTES 4096

static void cut_line(char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
}

bool seat_has_device(const char *seat, const char *directory, dev_t device)
{
    char path[PATH_MAX], line[LINE_BYTES];
    bool has = strcmp(seat, SEAT_DEFAULT) == 0;
    snprintf(path, sizeof path, "%s/c%u:%u", directory, major(device), minor(device));
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return has;
    while (fgets(line, sizeof line, file) != NULL) {
        cut_line(line);
        if (strncmp(line, SEAT_PREFIX, strlen(SEAT_PREFIX)) == 0)
            has = strcmp(seat, line + strlen(SEAT_PREFIX)) == 0;
    }
    fclose(file);
    return has;
}

void console_in_front(const char *path, char ret_name[static SEAT_NAME_BYTES])
{
    char line[SEAT_NAME_BYTES] = "";
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(line, sizeof line, file) == NULL)
            line[0] = '\0';
        fclose(file);
    }
    cut_line(line);
    snprintf(ret_name, SEAT_NAME_BYTES, "%s", line);
}
