#include <roomsign/state_file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/buffer.h>

bool state_directory_make(const char *path, struct error *err)
{
    char part[PLACE_PATH_BYTES];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof(part)) {
        error_set(err, "the path of the state directory is empty or too long");
        return false;
    }
    memcpy(part, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        bool made = mkdir(part, 0750) == 0;
        if (!made && errno != EEXIST) {
            error_set(err, "%s: %s", part, strerror(errno));
            return false;
        }
        /* That this can't be done shows again, and is told, when a file is put into it. */
        if (made)
            state_file_sync_directory(part);
        part[i] = kept;
    }
    struct stat status;
    if (stat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
        error_set(err, "%s: not a directory", path);
        return false;
    }
    return true;
}

/** Where the file lies: "." or a path. */
static void directory_of(const char *path,
                         char directory[static PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES])
{
    snprintf(directory, PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = '\0';
    else
        snprintf(directory, PLACE_PATH_BYTES, ".");
}

bool state_file_sync_directory(const char *path)
{
    char directory[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    directory_of(path, directory);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    int reason = errno;
    close(fd);
    errno = reason;
    return synced;
}

bool state_file_put_aside(const char *path, struct error *err)
{
    char aside[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    snprintf(aside, sizeof(aside), "%s.bad", path);
    bool moved = rename(path, aside) == 0;
    error_prefix(err, "%s%s: ", path, moved ? ", moved aside to .bad" : "");
    return moved;
}

/** Where somebody has removed the directory, it's made again. */
static int open_aside(const char *aside)
{
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    char directory[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    int fd = open(aside, flags, 0640);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    directory_of(aside, directory);
    return state_directory_make(directory, NULL) ? open(aside, flags, 0640) : -1;
}

static void keep_previous(const char *path, const char *previous)
{
    if (!previous || access(path, F_OK) < 0)
        return;
    unlink(previous);
    (void)!link(path, previous);
}

bool state_file_replace(const char *path, const char *previous, const void *bytes, size_t length,
                        struct error *err)
{
    char aside[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    snprintf(aside, sizeof(aside), "%s.new", path);
    int fd = open_aside(aside);
    if (fd < 0) {
        error_set(err, "%s: %s", aside, strerror(errno));
        return false;
    }
    bool written = write_all(fd, bytes, length) && fsync(fd) == 0;
    int reason = errno;
    if (close(fd) < 0 && written) {
        written = false;
        reason = errno;
    }
    if (written)
        keep_previous(path, previous);
    if (written && rename(aside, path) < 0) {
        written = false;
        reason = errno;
    }
    if (!written) {
        error_set(err, "%s: %s", path, strerror(reason));
        unlink(aside);
        return false;
    }
    if (!state_file_sync_directory(path)) {
        error_set(err, "%s: its directory can't be synced: %s", path, strerror(errno));
        return false;
    }
    return true;
}
