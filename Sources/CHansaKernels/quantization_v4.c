#if defined(__x86_64__)
#define HANSA_VARIANT v4
#include "quantization_table.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "quantization_body.h"
#pragma clang attribute pop
#endif
