#if defined(__x86_64__) && !defined(HANSA_KERNELS_SMALL)
#define HANSA_VARIANT v3
#include "quantization_table.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "quantization_body.h"
#pragma clang attribute pop
#endif
