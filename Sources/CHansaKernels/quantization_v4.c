#if defined(__x86_64__) && !defined(HANSA_KERNELS_SMALL)
#define HANSA_VARIANT v4
#include "quantization_table.h"

// Vectors of 512 bits in registers of 512: otherwise clang, tuning for old processors, halves them and spills.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#include "quantization_body.h"
#pragma clang attribute pop
#endif
