#define _GNU_SOURCE
#include "posix.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux moves at most this many bytes in one call. */
enum { CALL_BYTE_COUNT_MAX = 1 << 30 };

static size_t at_most(size_t count) { return count < CALL_BYTE_COUNT_MAX ? count : CALL_BYTE_COUNT_MAX; }

static int32_t result(int value) { return value < 0 ? -errno : value; }

int32_t hansa_file_status(const char *path, struct hansa_file_status *status) {
    struct stat found;
    if (stat(path, &found) != 0) return -errno;
    status->kind = S_ISREG(found.st_mode) ? HANSA_FILE_REGULAR
                   : S_ISDIR(found.st_mode) ? HANSA_FILE_FOLDER
                                            : HANSA_FILE_OTHER;
    status->mode = found.st_mode & 07777;
    status->owner = found.st_uid;
    status->byte_count = (uint64_t)found.st_size;
    status->number = (uint64_t)found.st_ino;
    return 0;
}

static int32_t open_file(const char *path, int flags) {
    int descriptor;
    do {
        descriptor = open(path, flags | O_CLOEXEC, 0600);
    } while (descriptor < 0 && errno == EINTR);
    return result(descriptor);
}

int32_t hansa_open_read(const char *path) { return open_file(path, O_RDONLY); }

int32_t hansa_open_new(const char *path) { return open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW); }

int32_t hansa_open_append(const char *path) { return open_file(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW); }

int32_t hansa_close(int32_t descriptor) { return result(close(descriptor)); }

int32_t hansa_truncate(int32_t descriptor, uint64_t count) { return result(ftruncate(descriptor, (off_t)count)); }

int64_t hansa_read(int32_t descriptor, void *bytes, size_t count) {
    ssize_t got;
    do {
        got = read(descriptor, bytes, at_most(count));
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int64_t hansa_read_at(int32_t descriptor, void *bytes, size_t count, uint64_t offset) {
    ssize_t got;
    do {
        got = pread(descriptor, bytes, at_most(count), (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int32_t hansa_write_all(int32_t descriptor, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    while (count > 0) {
        ssize_t put = write(descriptor, next, at_most(count));
        if (put < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        next += put;
        count -= (size_t)put;
    }
    return 0;
}

int32_t hansa_write_at(int32_t descriptor, const void *bytes, size_t count, uint64_t offset) {
    const uint8_t *next = bytes;
    while (count > 0) {
        ssize_t put = pwrite(descriptor, next, at_most(count), (off_t)offset);
        if (put < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        next += put;
        offset += (uint64_t)put;
        count -= (size_t)put;
    }
    return 0;
}

int32_t hansa_sync(int32_t descriptor) { return result(fsync(descriptor)); }

int32_t hansa_sync_folder(const char *path) {
    int32_t descriptor = open_file(path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0) return descriptor;
    int32_t status = hansa_sync(descriptor);
    close(descriptor);
    return status;
}

int32_t hansa_rename(const char *from, const char *to) { return result(rename(from, to)); }

int32_t hansa_remove(const char *path) { return result(unlink(path)); }

int32_t hansa_make_folder(const char *path) {
    if (mkdir(path, 0700) == 0) return 0;
    if (errno != EEXIST) return -errno;
    struct stat found;
    if (stat(path, &found) != 0) return -errno;
    return S_ISDIR(found.st_mode) ? 0 : -ENOTDIR;
}

int32_t hansa_lock(int32_t descriptor) { return result(flock(descriptor, LOCK_EX | LOCK_NB)); }

void hansa_close_lock(int32_t descriptor) {
    flock(descriptor, LOCK_UN);
    close(descriptor);
}

int32_t hansa_error_would_block(void) { return -EWOULDBLOCK; }

int32_t hansa_error_too_large(void) { return -EFBIG; }

int32_t hansa_error_no_such_file(void) { return -ENOENT; }

void *hansa_folder_open(const char *path) { return opendir(path); }

const char *hansa_folder_next(void *folder) {
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) return entry->d_name;
    }
    return NULL;
}

void hansa_folder_close(void *folder) { closedir(folder); }
