/**
 * Tells a test how many bytes of the heap a program has in use, loaded before the C library
 * (LD_PRELOAD): 64 bits at the start of the file that $HEAP_SPY names, written anew all the time.
 */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static void *watch(void *context)
{
    _Atomic uint64_t *told = context;
    for (;;) {
        struct mallinfo2 heap = mallinfo2();
        *told = heap.uordblks + heap.hblkhd;
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return NULL;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("HEAP_SPY");
    if (!path)
        return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *told = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || told == MAP_FAILED)
        abort();
    close(fd);
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watch, told) != 0)
        abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
