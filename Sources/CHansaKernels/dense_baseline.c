#include "variant.h"

#define HANSA_VARIANT baseline
// Vectors of sixteen lanes a tile keeps in registers: 12 of 16 registers with SSE2, 24 of 32 with NEON.
#if defined(HANSA_KERNELS_SMALL)
#define HANSA_DENSE_TILE 2
#elif defined(__aarch64__)
#define HANSA_DENSE_TILE 6
#else
#define HANSA_DENSE_TILE 3
#endif
#include "dense_body.h"
