#include "hansa_gradient.h"

#include "variant.h"

#if !defined(HANSA_KERNELS_SMALL)

enum { LANES = 16 };

// Bound by memory, so one variant serves every processor.
double hansa_gradient_bound(
    float *gradient,
    const float *weights,
    const float *start,
    size_t count,
    float proximal
) {
    f64x16 sum = {0};
    for (size_t i = 0; i < count; i += LANES) {
        size_t width = count - i < LANES ? count - i : LANES;
        size_t byte_count = width * sizeof(float);
        f32x16 g = {0};
        memcpy(&g, gradient + i, width == LANES ? sizeof g : byte_count);
        if (start != NULL) {
            f32x16 w = {0};
            f32x16 s = {0};
            memcpy(&w, weights + i, width == LANES ? sizeof w : byte_count);
            memcpy(&s, start + i, width == LANES ? sizeof s : byte_count);
            g += proximal * (w - s);
            memcpy(gradient + i, &g, width == LANES ? sizeof g : byte_count);
        }
        f64x16 wide = __builtin_convertvector(g, f64x16);
        sum += wide * wide;
    }
    double total = 0;
    for (size_t i = 0; i < LANES; i += 1) total += sum[i];
    return total;
}

#endif
