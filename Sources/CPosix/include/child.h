/* A child process that is spoken to over pipes. Results below zero are -errno. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A child and the ends of its pipes; all are -1 where there is none. */
struct hansa_child {
    int32_t process;
    /* Writes to the child's standard input. */
    int32_t input;
    /* Reads from the child's standard output. */
    int32_t output;
};

/* Starts a program with its arguments, `words` ending in NULL; a name without a slash is looked up in PATH.
   The child has `errors` as its standard error, or the caller's where that is negative, no other open files, and every
   signal as a program expects it. */
int hansa_child_start(char *const *words, int32_t errors, struct hansa_child *child);

/* Writes all bytes; -ETIMEDOUT once hansa_monotonic_milliseconds passes `deadline`, -EPIPE where the child does not read any more. */
int hansa_child_write(const struct hansa_child *child, const void *bytes, size_t count, uint64_t deadline);

/* Reads exactly `count` bytes; -ETIMEDOUT as above, -EPIPE where the child's output ended before. */
int hansa_child_read(const struct hansa_child *child, void *into, size_t count, uint64_t deadline);

/* Whether nothing of the child's output waits to be read: what it says unasked stands for an answer otherwise. */
int hansa_child_is_quiet(const struct hansa_child *child);

/* Closes the pipes, waits so long for the child to end by itself, and then kills it by its number; does nothing where
   there is none. */
void hansa_child_end(struct hansa_child *child, uint32_t grace_milliseconds);
