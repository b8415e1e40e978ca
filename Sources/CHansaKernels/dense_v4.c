#if defined(__x86_64__) && !defined(HANSA_KERNELS_SMALL)

#include "variant.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define HANSA_VARIANT v4
// 7 of 32 registers: wide enough to hide the latency of an addition.
#define HANSA_DENSE_TILE 7
#define HANSA_DENSE_COMPRESSES 1
#include "dense_body.h"
#pragma clang attribute pop

#else
typedef int hansa_dense_v4_is_for_x86_64_only;
#endif
