#include "hansa_kernels.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

static const char *const variant_names[] = {
    "baseline",
#if defined(__x86_64__)
    "v3",
#if !defined(HANSA_KERNELS_SMALL)
    "v4",
#endif
#endif
};

enum { VARIANT_COUNT = sizeof variant_names / sizeof variant_names[0] };

#if defined(__x86_64__)

// The state components the operating system saves: bit 1 SSE, 2 AVX, 5 to 7 AVX-512.
static uint64_t enabled_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

// The highest variant built here whose whole level of the x86-64 ABI this processor and operating system offer.
//
// Read from CPUID itself, since the features that libgcc and compiler-rt report differ by version.
static int best_variant(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    // v2: SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; v3 here: FMA, MOVBE, OSXSAVE, AVX, F16C.
    const uint32_t level1 = 1u << 0 | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23 | 1u << 12 | 1u << 22
        | 1u << 27 | 1u << 28 | 1u << 29;
    if ((c & level1) != level1) return 0;
    uint64_t state = enabled_state();
    if ((state & 0x6) != 0x6) return 0;
    if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & 1u << 5)) return 0; // LZCNT
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const uint32_t level3 = 1u << 3 | 1u << 5 | 1u << 8; // BMI1, AVX2, BMI2
    if ((b & level3) != level3) return 0;
#if defined(HANSA_KERNELS_SMALL)
    return 1;
#else
    const uint32_t level4 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31; // AVX-512 F, DQ, CD, BW, VL
    return (b & level4) == level4 && (state & 0xE6) == 0xE6 ? 2 : 1;
#endif
}

#else

static int best_variant(void) { return 0; }

#endif

// The environment's wish where it names a variant that can run, else the best.
static int automatic_variant(void) {
    int best = best_variant();
    const char *wish = getenv("HANSA_KERNELS");
    if (wish == NULL) return best;
    for (int variant = 0; variant <= best; variant += 1) {
        if (strcmp(wish, variant_names[variant]) == 0) return variant;
    }
    return best;
}

// -1 until the first use. Two threads may both find -1; they then store the same number.
static atomic_int active_variant = -1;

int hansa_kernels_active(void) {
    int variant = atomic_load_explicit(&active_variant, memory_order_relaxed);
    if (__builtin_expect(variant >= 0, 1)) return variant;
    int chosen = automatic_variant();
    int expected = -1;
    // A force that came in between wins.
    return atomic_compare_exchange_strong(&active_variant, &expected, chosen) ? chosen : expected;
}

int hansa_kernels_variant_count(void) { return VARIANT_COUNT; }

const char *hansa_kernels_variant_name(int variant) {
    return variant >= 0 && variant < VARIANT_COUNT ? variant_names[variant] : "unknown";
}

bool hansa_kernels_variant_supported(int variant) { return variant >= 0 && variant <= best_variant(); }

bool hansa_kernels_force(int variant) {
    if (variant == -1) variant = automatic_variant();
    if (!hansa_kernels_variant_supported(variant)) return false;
    atomic_store(&active_variant, variant);
    return true;
}
