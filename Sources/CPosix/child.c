/* pipe2 and posix_spawn_file_actions_addclosefrom_np are Linux's. */
#define _GNU_SOURCE
#include "child.h"
#include "posix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void close_pair(int pair[2]) {
    for (int end = 0; end < 2; end++) {
        if (pair[end] >= 0) close(pair[end]);
        pair[end] = -1;
    }
}

/* A pipe whose ends are above the standard streams, so that putting one in a stream's place never hits the other. */
static int make_pipe(int pair[2]) {
    int made[2];
    if (pipe2(made, O_CLOEXEC) != 0) return -errno;
    int error = 0;
    for (int end = 0; end < 2; end++) {
        pair[end] = fcntl(made[end], F_DUPFD_CLOEXEC, 3);
        if (pair[end] < 0) error = errno;
    }
    close_pair(made);
    if (error != 0) close_pair(pair);
    return -error;
}

static int spawn(char *const *words, int input, int output, int errors, pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (error == 0 && errors >= 0) error = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (error == 0) error = posix_spawnp(process, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int hansa_child_start(char *const *words, int32_t errors, struct hansa_child *child) {
    int down[2] = {-1, -1}, up[2] = {-1, -1};
    child->process = child->input = child->output = -1;
    int result = make_pipe(down);
    if (result == 0) result = make_pipe(up);
    pid_t process = -1;
    if (result == 0) result = -spawn(words, down[0], up[1], errors, &process);
    if (result == 0 && (fcntl(down[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(up[0], F_SETFL, O_NONBLOCK) != 0)) {
        result = -errno;
    }
    child->process = process;
    hansa_signals_child(process);
    if (result != 0) {
        close_pair(down);
        close_pair(up);
        hansa_child_end(child, 0);
        return result;
    }
    child->input = down[1];
    child->output = up[0];
    down[1] = up[0] = -1;
    close_pair(down);
    close_pair(up);
    return 0;
}

/* Waits until the pipe's end is ready or the deadline has passed. */
static int wait_ready(int end, short events, uint64_t deadline) {
    for (;;) {
        uint64_t now = hansa_monotonic_milliseconds();
        if (now >= deadline) return -ETIMEDOUT;
        uint64_t left = deadline - now;
        struct pollfd entry = {.fd = end, .events = events};
        int ready = poll(&entry, 1, left > 60000 ? 60000 : (int)left);
        if (ready > 0) return 0;
        if (ready < 0 && errno != EINTR) return -errno;
    }
}

/* A write that a closed pipe answers with EPIPE and not with a signal to the whole process. */
static ssize_t write_quietly(int end, const void *bytes, size_t count) {
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t put = write(end, bytes, count);
    int error = errno;
    if (put < 0 && error == EPIPE && !was_pending) {
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe_signal, NULL, &none) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return put;
}

int hansa_child_write(const struct hansa_child *child, const void *bytes, size_t count, uint64_t deadline) {
    size_t done = 0;
    while (done < count) {
        ssize_t put = write_quietly(child->input, (const char *)bytes + done, count - done);
        if (put >= 0) {
            done += (size_t)put;
        } else if (errno == EAGAIN) {
            int result = wait_ready(child->input, POLLOUT, deadline);
            if (result != 0) return result;
        } else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int hansa_child_read(const struct hansa_child *child, void *into, size_t count, uint64_t deadline) {
    size_t done = 0;
    while (done < count) {
        int result = wait_ready(child->output, POLLIN, deadline);
        if (result != 0) return result;
        ssize_t got = read(child->output, (char *)into + done, count - done);
        if (got == 0) return -EPIPE;
        if (got > 0) {
            done += (size_t)got;
        } else if (errno != EINTR && errno != EAGAIN) {
            return -errno;
        }
    }
    return 0;
}

int hansa_child_is_quiet(const struct hansa_child *child) {
    struct pollfd entry = {.fd = child->output, .events = POLLIN};
    return poll(&entry, 1, 0) == 0;
}

void hansa_child_end(struct hansa_child *child, uint32_t grace_milliseconds) {
    if (child->input >= 0) close(child->input);
    if (child->output >= 0) close(child->output);
    if (child->process > 0) {
        hansa_signals_child(-1);
        uint64_t end = hansa_monotonic_milliseconds() + grace_milliseconds;
        pid_t gone = waitpid(child->process, NULL, WNOHANG);
        while (gone == 0 && hansa_monotonic_milliseconds() < end) {
            poll(NULL, 0, 10);
            gone = waitpid(child->process, NULL, WNOHANG);
        }
        /* Its number is its own until it has been waited for. */
        if (gone == 0) {
            kill(child->process, SIGKILL);
            while (waitpid(child->process, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    child->process = child->input = child->output = -1;
}
