/* What expat's reading of a schedule.xml costs: `yardstick_expat FILE` prints how many events it
 * holds, and looks at nothing else. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <expat.h>

#define PIECE_BYTES (64 * 1024)

static void count_event(void *count, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes;
    *(long *)count += strcmp(name, "event") == 0;
}

int main(int argc, char **argv)
{
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    XML_Parser parser = XML_ParserCreate(NULL);
    long count = 0;
    if (fd < 0 || parser == NULL)
        return 1;
    XML_SetUserData(parser, &count);
    XML_SetStartElementHandler(parser, count_event);
    ssize_t length;
    do {
        void *piece = XML_GetBuffer(parser, PIECE_BYTES);
        length = piece == NULL ? -1 : read(fd, piece, PIECE_BYTES);
        if (length < 0 || XML_ParseBuffer(parser, (int)length, length == 0) != XML_STATUS_OK)
            return 1;
    } while (length > 0);
    printf("%ld\n", count);
    XML_ParserFree(parser);
    close(fd);
    return 0;
}
