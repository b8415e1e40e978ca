/* What the device half needs of the C library, in a form that Embedded Swift can call.
 *
 * Only fixed-width types cross this border, so that no header of the C library reaches Swift. Where nothing else is
 * said, a function returns 0 or more on success and the negative errno on failure, and none is ended by a signal. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* ---- the process (process.c) ---- */

/* The program's arguments, its name first; kept by a constructor that runs before main. */
int32_t hansa_argument_count(void);
/* NULL outside 0 ..< count. */
const char *hansa_argument(int32_t index);
/* NULL where the environment does not have it. */
const char *hansa_environment(const char *name);
/* The words for an errno, negative or not; for an unresolved name (HANSA_UNRESOLVED and below) the resolver's. */
const char *hansa_error_text(int32_t error);
/* The number that a text is from its first to its last byte, in C's notation; 0 where it is none, else 1. Embedded
 * Swift's own Double(_: String) does not link. */
int32_t hansa_parse_double(const char *text, double *value);
enum { HANSA_DOUBLE_TEXT_MAX = 32 };
/* Writes a finite number in at most 17 digits that are read as it, and as none of the whole numbers: 30.0, 1e-05.
 * Embedded Swift's own description takes four kilobytes of instructions and tables. */
void hansa_double_text(double value, char text[HANSA_DOUBLE_TEXT_MAX]);
/* Ends the process as exit() does. */
_Noreturn void hansa_exit(int32_t status);
/* Ends the process as a power cut would: SIGKILL. */
_Noreturn void hansa_kill_self(void);
/* Neither a crash nor another process of the user reads this process's memory: no core file, not dumpable. */
int32_t hansa_core_dumps_off(void);
/* New files get no right for group and others. */
void hansa_private_files(void);

/* What is freed is kept for what is allocated next: a round allocates what the one before did, and pages that the kernel
 * gives anew cost more than what is done with them. hansa_return_memory gives it back, for a time of waiting. */
void hansa_keep_memory(void);
void hansa_return_memory(void);

/* SIGTERM and SIGINT are remembered and wake hansa_wait; SIGPIPE is ignored. */
int32_t hansa_signals_install(void);
/* The first of SIGTERM and SIGINT that came, or 0. */
int32_t hansa_signal_received(void);
/* While on, these signals end the process at once, with status 0: nothing durable is under way. */
void hansa_signals_end_process(int32_t on);

/* The child that such an end takes along; -1 for none. */
void hansa_signals_child(int32_t process);

/* Raises the number of descriptors that this process may have as far as the system lets it; returns that number. */
int64_t hansa_raise_descriptor_limit(void);

/* Milliseconds of the clock that nobody sets. */
uint64_t hansa_monotonic_milliseconds(void);
/* Fills the bytes from the operating system's generator. */
int32_t hansa_random_bytes(void *bytes, size_t count);

/* ---- files (files.c); every descriptor is closed on exec ---- */

enum { HANSA_FILE_OTHER = 0, HANSA_FILE_REGULAR = 1, HANSA_FILE_FOLDER = 2 };

struct hansa_file_status {
    int32_t kind;   /* HANSA_FILE_… */
    uint32_t mode;  /* the permission bits, 07777 */
    uint32_t owner; /* user number */
    uint64_t byte_count;
    uint64_t number; /* the file's own in its file system: a copy has another */
};

int32_t hansa_file_status(const char *path, struct hansa_file_status *status);
int32_t hansa_open_read(const char *path);
/* Creates or empties a file of mode 0600; does not follow a link. */
int32_t hansa_open_new(const char *path);
/* Creates the file with mode 0600 or opens it; writes go to its end. */
int32_t hansa_open_append(const char *path);
int32_t hansa_close(int32_t descriptor);
/* Reads up to `count` bytes; 0 at the end. */
int64_t hansa_read(int32_t descriptor, void *bytes, size_t count);
/* Reads up to `count` bytes from `offset`; 0 at the end. */
int64_t hansa_read_at(int32_t descriptor, void *bytes, size_t count, uint64_t offset);
/* Writes all bytes. */
int32_t hansa_write_all(int32_t descriptor, const void *bytes, size_t count);
/* Writes all bytes at `offset`. */
int32_t hansa_write_at(int32_t descriptor, const void *bytes, size_t count, uint64_t offset);
int32_t hansa_sync(int32_t descriptor);
/* Cuts an open file to its first `count` bytes. */
int32_t hansa_truncate(int32_t descriptor, uint64_t count);
/* Makes the names in a folder durable. */
int32_t hansa_sync_folder(const char *path);
int32_t hansa_rename(const char *from, const char *to);
int32_t hansa_remove(const char *path);
/* Creates the folder with mode 0700; 0 also where it exists. */
int32_t hansa_make_folder(const char *path);
/* Takes the lock that the process holds until it ends; -EWOULDBLOCK where another holds it. */
int32_t hansa_lock(int32_t descriptor);

/* Gives the lock back and closes. Closing alone is not enough: a child between fork and exec still has a copy. */
void hansa_close_lock(int32_t descriptor);
/* Minus EWOULDBLOCK, ENOENT, EFBIG: what callers tell apart. */
int32_t hansa_error_would_block(void);
int32_t hansa_error_too_large(void);
int32_t hansa_error_no_such_file(void);

/* A folder's names, one by one; NULL where it cannot be opened. */
void *hansa_folder_open(const char *path);
/* The next name, without "." and ".."; NULL at the end. Valid until the next call. */
const char *hansa_folder_next(void *folder);
void hansa_folder_close(void *folder);

/* ---- sockets (sockets.c) ---- */

/* Minus the resolver's own error number is added to this: a name that could not be resolved. */
enum { HANSA_UNRESOLVED = -100000 };

/* Connects to the first address of host:port that answers, within `milliseconds` altogether (the resolver's own time
 * apart); returns a non-blocking socket without delay of small writes. -ECANCELED where a signal came. */
int32_t hansa_connect(const char *host, const char *port, uint32_t milliseconds);

enum { HANSA_READABLE = 1, HANSA_WRITABLE = 2, HANSA_WOKEN = 4 };

/* Waits until the socket (or -1 for none) is ready for `interest`, a signal came, or the time is over (0); returns the
 * HANSA_… bits. An error of the socket counts as ready, and its next use tells it. */
int32_t hansa_wait(int32_t socket, int32_t interest, uint32_t milliseconds);
