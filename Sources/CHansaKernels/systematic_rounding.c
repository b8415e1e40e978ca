#include "hansa_quantization.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// |x| * scale rounded down to an integer of at most 2^62; `scale` is inverse_step * 2^bits.
static inline uint64_t fixed_point(float x, double scale) {
    double magnitude = x < 0 ? -(double)x : (double)x;
    double scaled = magnitude * scale;
    return scaled < 0x1p62 ? (uint64_t)scaled : (uint64_t)1 << 62;
}

bool hansa_round_systematically(
    const float *x, size_t count, double inverse_step, unsigned bits, uint64_t bound_fixed, uint64_t offset, int32_t *q,
    bool *clipped) {
    if (!hansa_all_finite(x, count)) return false;
    double scale = inverse_step * (double)((uint64_t)1 << bits);
    unsigned __int128 norm = 0;
    for (size_t i = 0; i < count; i += 1) norm += fixed_point(x[i], scale);
    *clipped = norm > bound_fixed;
    // The clip factor in units of 2^-64, rounded down. The norm is below 2^94, and above bound_fixed here, so the
    // quotient of the two, both cut to what 128 bits hold, is below 2^64.
    uint64_t factor = 0;
    if (*clipped) {
        unsigned shift = 0;
        unsigned __int128 divisor = norm;
        while (divisor >> 63) {
            divisor >>= 1;
            shift += 1;
        }
        // (norm >> shift) + 1 > norm / 2^shift keeps the factor at or below the true quotient.
        unsigned __int128 numerator = (unsigned __int128)bound_fixed << 64;
        factor = (uint64_t)((numerator >> shift) / (divisor + (shift > 0)));
    }
    uint64_t one = (uint64_t)1 << bits;
    uint64_t rest = offset & (one - 1);
    for (size_t i = 0; i < count; i += 1) {
        uint64_t value = fixed_point(x[i], scale);
        if (*clipped) value = (uint64_t)(((unsigned __int128)value * factor) >> 64);
        // floor(S_i + u) - floor(S_{i-1} + u), with only the fraction of S_{i-1} + u kept.
        rest += value;
        int32_t magnitude = (int32_t)(rest >> bits);
        rest &= one - 1;
        q[i] = x[i] < 0 ? -magnitude : magnitude;
    }
    return true;
}
