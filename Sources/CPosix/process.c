#define _GNU_SOURCE
#include "posix.h"
#include "wake.h"
#include <malloc.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int argument_count;
static char **arguments;

/* glibc hands main's arguments to constructors; an Embedded program has no other way to them. */
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
    /* A program that was started without standard streams must not find its own files under their numbers. */
    for (int stream = 0; stream <= 2; stream += 1) {
        if (fcntl(stream, F_GETFD) >= 0) continue;
        int null = open("/dev/null", O_RDWR);
        if (null >= 0 && null != stream) close(null);
    }
}

int64_t hansa_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_cur;
}

int32_t hansa_argument_count(void) { return argument_count; }

const char *hansa_argument(int32_t index) {
    return index >= 0 && index < argument_count ? arguments[index] : NULL;
}

const char *hansa_environment(const char *name) { return getenv(name); }

const char *hansa_error_text(int32_t error) {
    if (error <= HANSA_UNRESOLVED) return gai_strerror(error - HANSA_UNRESOLVED);
    return strerror(error < 0 ? -error : error);
}

int32_t hansa_parse_double(const char *text, double *value) {
    char *end = NULL;
    /* The program never leaves the C locale, whose point is a point. */
    *value = strtod(text, &end);
    return end != text && *end == 0;
}

void hansa_double_text(double value, char text[HANSA_DOUBLE_TEXT_MAX]) {
    /* What 15 digits tell is told without the zeros at their end, and any double is told by 17: with a sign, a point and
     * an exponent these are 24 bytes. */
    for (int digits = 15; digits <= 17; digits += 1) {
        snprintf(text, HANSA_DOUBLE_TEXT_MAX, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    if (strpbrk(text, ".e") == NULL) strcat(text, ".0");
}

_Noreturn void hansa_exit(int32_t status) { exit(status); }

_Noreturn void hansa_kill_self(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

int32_t hansa_core_dumps_off(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -errno;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : -errno;
}

void hansa_private_files(void) { umask(077); }

static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t received;
static volatile sig_atomic_t ends_process;
static volatile sig_atomic_t child_process;

void hansa_signals_child(int32_t process) { child_process = process; }

/* A trainer does not outlive its client; its number is its own, for it has not been waited for. */
_Noreturn static void end_at_once(void) {
    if (child_process > 0) kill(child_process, SIGKILL);
    _exit(0);
}

static void on_signal(int signal) {
    if (ends_process) end_at_once();
    int saved = errno;
    if (received == 0) received = signal;
    /* A full pipe has woken the loop already. */
    if (write(wake_pipe[1], "", 1) < 0) errno = 0;
    errno = saved;
}

int32_t hansa_signals_install(void) {
    if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &action, NULL) != 0) return -errno;
    action.sa_handler = on_signal;
    if (sigaction(SIGTERM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0) return -errno;
    return 0;
}

int32_t hansa_signal_received(void) { return received; }

void hansa_signals_end_process(int32_t on) {
    ends_process = on;
    /* A signal that came just before is not forgotten. */
    if (on && received) end_at_once();
}

int hansa_wake_descriptor(void) { return wake_pipe[0]; }

uint64_t hansa_monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int32_t hansa_random_bytes(void *bytes, size_t count) {
    uint8_t *next = bytes;
    while (count > 0) {
        ssize_t got = getrandom(next, count, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        next += got;
        count -= (size_t)got;
    }
    return 0;
}

void hansa_keep_memory(void) {
    /* One arena on the program break: the others hand a vector of a large model straight to the kernel and back. */
    (void)mallopt(M_ARENA_MAX, 1);
    (void)mallopt(M_MMAP_MAX, 0);
    (void)mallopt(M_TRIM_THRESHOLD, INT32_MAX);
}

void hansa_return_memory(void) { (void)malloc_trim(0); }
