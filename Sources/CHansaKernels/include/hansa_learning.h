#ifndef HANSA_LEARNING_H
#define HANSA_LEARNING_H

#include <stddef.h>
#include <stdint.h>

// Loops over examples and parameters that are the same whatever computes the gradients: element by element, so every
// variant gives the same bits.

// Asks for bytes that are read soon; none for a null pointer.
static inline void hansa_prefetch(const void *bytes, size_t count) {
    if (bytes == NULL) return;
    for (size_t i = 0; i < count; i += 64) __builtin_prefetch((const char *)bytes + i);
}

// values[i] = (bytes[i] − mean) · scale
void hansa_scale_bytes(const uint8_t *bytes, size_t count, float mean, float scale, float *values);

// values[i] = (bytes[i] − mean[i]) · scale[i]
void hansa_scale_bytes_each(const uint8_t *bytes, size_t count, const float *mean, const float *scale, float *values);

// sum[i] += gradient[i]
void hansa_gradient_add(float *sum, const float *gradient, size_t count);

// weights[i] −= rate · (gradient[i] + decay · weights[i])
void hansa_gradient_step(float *weights, const float *gradient, size_t count, float rate, float decay);

// velocity[i] = momentum · velocity[i] + (gradient[i] + decay · weights[i]); weights[i] −= rate · velocity[i]
void hansa_momentum_step(
    float *weights, const float *gradient, float *velocity, size_t count, float rate, float momentum, float decay);

// values[i] *= mask[i]
void hansa_multiply(float *values, const float *mask, size_t count);

#endif
