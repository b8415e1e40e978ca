#if defined(__x86_64__)

#include "variant.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define HANSA_VARIANT v3
// 10 of 16 registers.
#if defined(HANSA_KERNELS_SMALL)
#define HANSA_DENSE_TILE 2
#else
#define HANSA_DENSE_TILE 5
#endif
#include "dense_body.h"
#pragma clang attribute pop

#else
typedef int hansa_dense_v3_is_for_x86_64_only;
#endif
