#ifndef HANSA_LEARNING_TABLE_H
#define HANSA_LEARNING_TABLE_H

#include "hansa_learning.h"
#include "variant.h"

// The kernels of one variant; see hansa_learning.h.
struct learning_table {
    void (*scale_bytes)(const uint8_t *, size_t, float, float, float *);
    void (*scale_bytes_each)(const uint8_t *, size_t, const float *, const float *, float *);
    void (*gradient_add)(float *, const float *, size_t);
    void (*gradient_step)(float *, const float *, size_t, float, float);
    void (*momentum_step)(float *, const float *, float *, size_t, float, float, float);
    void (*multiply)(float *, const float *, size_t);
};

extern const struct learning_table learning_table_baseline;
#if defined(__x86_64__)
extern const struct learning_table learning_table_v3;
extern const struct learning_table learning_table_v4;
#endif

#endif
