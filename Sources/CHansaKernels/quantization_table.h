#ifndef HANSA_QUANTIZATION_TABLE_H
#define HANSA_QUANTIZATION_TABLE_H

#include "hansa_quantization.h"
#include "variant.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the packed words are stored as they lie in memory");

// The kernels of one variant; see hansa_quantization.h.
struct quantization_table {
    bool (*quantize_pack)(
        const float *, size_t, double, int32_t, unsigned, uint64_t, uint32_t, uint8_t *, uint64_t *);
    bool (*quantize)(const float *, size_t, double, int32_t, uint64_t, uint32_t, int32_t *, uint64_t *);
    void (*pack)(const int32_t *, size_t, unsigned, uint8_t *);
    void (*unpack)(const uint8_t *, size_t, unsigned, int32_t *);
    enum hansa_packed_status (*packed_check)(const uint8_t *, size_t, unsigned, int32_t);
    void (*unpack_accumulate)(const uint8_t *, size_t, unsigned, size_t, size_t, int64_t, int64_t *);
    void (*sums_add)(int64_t *, const int64_t *, size_t);
    void (*sums_dequantize)(const int64_t *, size_t, double, float *);
    double (*norm_l2_squared)(const float *, size_t);
    uint64_t (*norm_l2_squared_exact)(const int32_t *, size_t);
    bool (*all_finite)(const float *, size_t);
    void (*subtract)(const float *, const float *, size_t, float *);
    void (*scale)(float *, size_t, double);
    void (*select)(bool, const int32_t *, size_t, int32_t *);
};

extern const struct quantization_table quantization_table_baseline;
#if defined(__x86_64__)
extern const struct quantization_table quantization_table_v3;
extern const struct quantization_table quantization_table_v4;
#endif

#endif
