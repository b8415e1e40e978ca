#if defined(__x86_64__) && !defined(HANSA_KERNELS_SMALL)
#define HANSA_VARIANT v3
#include "learning_table.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "learning_body.h"
#pragma clang attribute pop
#else
typedef int hansa_learning_v3_is_for_large_x86_64_builds_only;
#endif
