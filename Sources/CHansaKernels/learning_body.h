// The kernels of hansa_learning.h, compiled once per variant: see variant.h for the scheme. The compiler makes vectors of
// these loops; each element's operations are its own, so their width changes no bit.

#include "learning_table.h"

static void scale_bytes(const uint8_t *restrict bytes, size_t count, float mean, float scale, float *restrict values) {
    for (size_t i = 0; i < count; i += 1) values[i] = ((float)bytes[i] - mean) * scale;
}

static void scale_bytes_each(
    const uint8_t *restrict bytes, size_t count, const float *restrict mean, const float *restrict scale,
    float *restrict values) {
    for (size_t i = 0; i < count; i += 1) values[i] = ((float)bytes[i] - mean[i]) * scale[i];
}

static void gradient_add(float *restrict sum, const float *restrict gradient, size_t count) {
    for (size_t i = 0; i < count; i += 1) sum[i] += gradient[i];
}

static void gradient_step(
    float *restrict weights, const float *restrict gradient, size_t count, float rate, float decay) {
    if (decay == 0) {
        for (size_t i = 0; i < count; i += 1) weights[i] -= rate * gradient[i];
        return;
    }
    for (size_t i = 0; i < count; i += 1) weights[i] -= rate * (gradient[i] + decay * weights[i]);
}

static void momentum_step(
    float *restrict weights, const float *restrict gradient, float *restrict velocity, size_t count, float rate,
    float momentum, float decay) {
    for (size_t i = 0; i < count; i += 1) {
        float change = momentum * velocity[i] + (gradient[i] + decay * weights[i]);
        velocity[i] = change;
        weights[i] -= rate * change;
    }
}

static void multiply(float *restrict values, const float *restrict mask, size_t count) {
    for (size_t i = 0; i < count; i += 1) values[i] *= mask[i];
}

const struct learning_table HANSA_VARIANT_SYMBOL(learning_table) = {
    .scale_bytes = scale_bytes,
    .scale_bytes_each = scale_bytes_each,
    .gradient_add = gradient_add,
    .gradient_step = gradient_step,
    .momentum_step = momentum_step,
    .multiply = multiply,
};
