#ifndef HANSA_QUANTIZATION_H
#define HANSA_QUANTIZATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Quantizing, packing and exact sums. Every function gives the same bits on every variant and allocates nothing.
//
// The packed layout, fixed once for good: integers are stored as their low `width` bits, 2 to 32, two's complement.
// A vector is cut into groups of 512 = 32 positions x 16 lanes; value i of a group belongs to lane i mod 16, position
// i div 16. A lane packs its 32 values, least significant bit first, into `width` little-endian 32-bit words; word w of
// lane l is word w * 16 + l of the group, so a group takes 64 * width bytes. The last count mod 512 values are packed
// in their order, least significant bit first, into the fewest bytes; padding bits are zero.
//
// Widths must be 2 to 32 and counts below 2^32; callers have checked both.

// What hansa_packed_check found.
enum hansa_packed_status {
    HANSA_PACKED_VALID = 0,
    HANSA_PACKED_OUTSIDE_BOUND = 1,
    HANSA_PACKED_PADDING_NOT_ZERO = 2,
};

// Rounds x[i] * inverse_step stochastically to integers within ±bound and packs them.
//
// With y = x[i] * inverse_step limited to ±bound, q = floor(y) + [u < y - floor(y)], where u is a multiple of 2^-24,
// uniform on [0, 1) and a function of (key, index_offset + i) alone; so the mean of q differs from y by less than 2^-24.
// y is a Float product for widths up to 16 (relative error at most 2^-23, that of a Float) and a Double product above;
// everything after the product is exact. `saturated` counts the values with |y| > bound.
// Returns false, with unspecified output, where an x[i] is NaN or infinite.
bool hansa_quantize_pack(
    const float *x, size_t count, double inverse_step, int32_t bound, unsigned width, uint64_t key,
    uint32_t index_offset, uint8_t *packed, uint64_t *saturated);

// The same rounding, always with Double products, without the packing.
bool hansa_quantize(
    const float *x, size_t count, double inverse_step, int32_t bound, uint64_t key, uint32_t index_offset, int32_t *q,
    uint64_t *saturated);

// Packs the low `width` bits of each integer.
void hansa_pack(const int32_t *q, size_t count, unsigned width, uint8_t *packed);

// Unpacks and extends the sign.
void hansa_unpack(const uint8_t *packed, size_t count, unsigned width, int32_t *q);

// Whether every packed integer is within ±bound and every padding bit zero.
enum hansa_packed_status hansa_packed_check(const uint8_t *packed, size_t count, unsigned width, int32_t bound);

// sums[i] += q[i] * multiplier for first <= i < end, modulo 2^64; the plan has bounded the sum below 2^62.
//
// `first` is a multiple of 512, and so is `end` unless it equals `count`; `sums` points to the sum of value 0.
void hansa_unpack_accumulate(
    const uint8_t *packed, size_t count, unsigned width, size_t first, size_t end, int64_t multiplier, int64_t *sums);

// sums[i] += other[i], modulo 2^64.
void hansa_sums_add(int64_t *sums, const int64_t *other, size_t count);

// out[i] = Float(Double(sums[i]) * factor), both conversions to nearest, ties to even.
void hansa_sums_dequantize(const int64_t *sums, size_t count, double factor, float *out);

// The sum of x[i]^2 in Double: lane i mod 16 adds in the order of i, then lanes l and l + 8, l + 4, l + 2, l + 1 are
// added.
double hansa_norm_l2_squared(const float *x, size_t count);

// The exact sum of q[i]^2, or UINT64_MAX where it does not fit.
uint64_t hansa_norm_l2_squared_exact(const int32_t *q, size_t count);

// Whether no x[i] is NaN or infinite.
bool hansa_all_finite(const float *x, size_t count);

// out[i] = a[i] - b[i]; out may be a or b.
void hansa_subtract(const float *a, const float *b, size_t count, float *out);

// x[i] = Float(Double(x[i]) * factor), which for a Float's factor is the Float product.
void hansa_scale(float *x, size_t count, double factor);

// q[i] = take ? from[i] : q[i], with the same work and memory accesses either way.
void hansa_select(bool take, const int32_t *from, size_t count, int32_t *q);

// Systematic rounding of |x[i]| * inverse_step with one offset for the whole vector, signs restored; see
// SystematicRounding.swift for the arithmetic. `bits` are the fractional bits, bound_fixed is the L1 bound times 2^bits
// and at most 2^62. Returns false, with unspecified output, where an x[i] is NaN or infinite.
bool hansa_round_systematically(
    const float *x, size_t count, double inverse_step, unsigned bits, uint64_t bound_fixed, uint64_t offset, int32_t *q,
    bool *clipped);

#endif
