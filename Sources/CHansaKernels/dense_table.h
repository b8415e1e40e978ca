#ifndef HANSA_DENSE_TABLE_H
#define HANSA_DENSE_TABLE_H

#include "hansa_dense.h"

// The dense kernels of one variant.
struct dense_table {
    void (*forward)(const hansa_dense_layer *, size_t, bool, bool);
    double (*softmax_gradient)(const hansa_dense_layer *, size_t, const uint32_t *, float, double, double *);
    double (*evaluate)(const hansa_dense_layer *, size_t, const uint32_t *, double, double *, uint64_t *);
    void (*backward)(const hansa_dense_layer *, size_t);
    void (*step)(const hansa_dense_layer *, size_t, float);
    void (*accumulate)(const hansa_dense_layer *, size_t);
    void (*apply)(const hansa_dense_layer *, float, float, float);
    bool (*pack)(const hansa_dense_layer *, const float *, const float *);
    void (*unpack)(const hansa_dense_layer *, float *, float *);
    bool (*is_finite)(const hansa_dense_layer *);
};

extern const struct dense_table dense_table_baseline;
#if defined(__x86_64__)
extern const struct dense_table dense_table_v3;
extern const struct dense_table dense_table_v4;
#endif

#endif
