#include "hansa_learning.h"

#include "hansa_kernels.h"
#include "learning_table.h"

#ifdef HANSA_KERNELS_SMALL

#define ACTIVE (&learning_table_baseline)

#else

static const struct learning_table *const tables[] = {
    &learning_table_baseline,
#if defined(__x86_64__)
    &learning_table_v3,
    &learning_table_v4,
#endif
};

#define ACTIVE (tables[hansa_kernels_active()])

#endif

void hansa_scale_bytes(const uint8_t *bytes, size_t count, float mean, float scale, float *values) {
    ACTIVE->scale_bytes(bytes, count, mean, scale, values);
}

void hansa_scale_bytes_each(const uint8_t *bytes, size_t count, const float *mean, const float *scale, float *values) {
    ACTIVE->scale_bytes_each(bytes, count, mean, scale, values);
}

void hansa_gradient_add(float *sum, const float *gradient, size_t count) { ACTIVE->gradient_add(sum, gradient, count); }

void hansa_gradient_step(float *weights, const float *gradient, size_t count, float rate, float decay) {
    ACTIVE->gradient_step(weights, gradient, count, rate, decay);
}

void hansa_momentum_step(
    float *weights, const float *gradient, float *velocity, size_t count, float rate, float momentum, float decay) {
    ACTIVE->momentum_step(weights, gradient, velocity, count, rate, momentum, decay);
}

void hansa_multiply(float *values, const float *mask, size_t count) { ACTIVE->multiply(values, mask, count); }
