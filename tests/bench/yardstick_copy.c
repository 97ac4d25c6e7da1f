/* What it costs to read a file and to copy its bytes once in memory: `yardstick_copy FILE` prints
 * how many there were. With an empty file it is the cost of starting a program. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES (64 * 1024)

int main(int argc, char **argv)
{
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    char *piece = malloc(PIECE_BYTES), *copy = malloc(PIECE_BYTES);
    if (fd < 0 || piece == NULL || copy == NULL)
        return 1;
    long long bytes = 0;
    ssize_t length;
    while ((length = read(fd, piece, PIECE_BYTES)) > 0) {
        memcpy(copy, piece, (size_t)length);
        /* Or the compiler leaves out a copy that nobody reads. */
        __asm__ volatile("" : : "r"(copy) : "memory");
        bytes += length;
    }
    printf("%lld\n", bytes);
    free(piece);
    free(copy);
    close(fd);
    return length < 0;
}
