#include "hansa_quantization.h"

#include "hansa_kernels.h"
#include "quantization_table.h"

#ifdef HANSA_KERNELS_SMALL

#define ACTIVE (&quantization_table_baseline)

#else

static const struct quantization_table *const tables[] = {
    &quantization_table_baseline,
#if defined(__x86_64__)
    &quantization_table_v3,
    &quantization_table_v4,
#endif
};

#define ACTIVE (tables[hansa_kernels_active()])

#endif

bool hansa_quantize_pack(
    const float *x, size_t count, double inverse_step, int32_t bound, unsigned width, uint64_t key,
    uint32_t index_offset, uint8_t *packed, uint64_t *saturated) {
    return ACTIVE->quantize_pack(x, count, inverse_step, bound, width, key, index_offset, packed, saturated);
}

bool hansa_quantize(
    const float *x, size_t count, double inverse_step, int32_t bound, uint64_t key, uint32_t index_offset, int32_t *q,
    uint64_t *saturated) {
    return ACTIVE->quantize(x, count, inverse_step, bound, key, index_offset, q, saturated);
}

void hansa_pack(const int32_t *q, size_t count, unsigned width, uint8_t *packed) {
    ACTIVE->pack(q, count, width, packed);
}

void hansa_unpack(const uint8_t *packed, size_t count, unsigned width, int32_t *q) {
    ACTIVE->unpack(packed, count, width, q);
}

enum hansa_packed_status hansa_packed_check(const uint8_t *packed, size_t count, unsigned width, int32_t bound) {
    return ACTIVE->packed_check(packed, count, width, bound);
}

void hansa_unpack_accumulate(
    const uint8_t *packed, size_t count, unsigned width, size_t first, size_t end, int64_t multiplier, int64_t *sums) {
    ACTIVE->unpack_accumulate(packed, count, width, first, end, multiplier, sums);
}

void hansa_sums_add(int64_t *sums, const int64_t *other, size_t count) { ACTIVE->sums_add(sums, other, count); }

void hansa_sums_dequantize(const int64_t *sums, size_t count, double factor, float *out) {
    ACTIVE->sums_dequantize(sums, count, factor, out);
}

double hansa_norm_l2_squared(const float *x, size_t count) { return ACTIVE->norm_l2_squared(x, count); }

uint64_t hansa_norm_l2_squared_exact(const int32_t *q, size_t count) { return ACTIVE->norm_l2_squared_exact(q, count); }

bool hansa_all_finite(const float *x, size_t count) { return ACTIVE->all_finite(x, count); }

void hansa_subtract(const float *a, const float *b, size_t count, float *out) { ACTIVE->subtract(a, b, count, out); }

void hansa_scale(float *x, size_t count, double factor) { ACTIVE->scale(x, count, factor); }

void hansa_select(bool take, const int32_t *from, size_t count, int32_t *q) { ACTIVE->select(take, from, count, q); }
