#if defined(__x86_64__)

#include "variant.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define HANSA_VARIANT v3
// 10 of 16 registers.
#define HANSA_DENSE_TILE 5
#include "dense_body.h"
#pragma clang attribute pop

#else
typedef int hansa_dense_v3_is_for_x86_64_only;
#endif
