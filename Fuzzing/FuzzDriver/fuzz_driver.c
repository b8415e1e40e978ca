#include "fuzz_driver.h"

int LLVMFuzzerRunDriver(int *count, char ***values, int (*examine)(const uint8_t *bytes, size_t count));

static int argument_count;
static char **arguments;

/* glibc hands main's arguments to constructors. */
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

int hansa_fuzz(int (*examine)(const uint8_t *bytes, size_t count)) {
    return LLVMFuzzerRunDriver(&argument_count, &arguments, examine);
}
