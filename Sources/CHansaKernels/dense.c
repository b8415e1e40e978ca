#include "hansa_dense.h"

#include <string.h>

#include "dense_table.h"
#include "hansa_kernels.h"

static const struct dense_table *const tables[] = {
    &dense_table_baseline,
#if defined(__x86_64__)
    &dense_table_v3,
#if !defined(HANSA_KERNELS_SMALL)
    &dense_table_v4,
#endif
#endif
};

static const struct dense_table *active(void) { return tables[hansa_kernels_active()]; }

void hansa_dense_forward(const hansa_dense_layer *layer, size_t rows, bool rectifies, bool keeps_columns) {
    active()->forward(layer, rows, rectifies, keeps_columns);
}

double hansa_dense_softmax_gradient(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    float divisor,
    double loss,
    double *scratch
) {
    return active()->softmax_gradient(layer, rows, labels, divisor, loss, scratch);
}

double hansa_dense_evaluate(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    double loss,
    double *scratch,
    uint64_t *correct
) {
    return active()->evaluate(layer, rows, labels, loss, scratch, correct);
}

void hansa_dense_backward(const hansa_dense_layer *layer, size_t rows) { active()->backward(layer, rows); }

void hansa_dense_step(const hansa_dense_layer *layer, size_t rows, float rate) { active()->step(layer, rows, rate); }

void hansa_dense_clear_gradient(const hansa_dense_layer *layer) {
    memset(layer->weight_gradient, 0, layer->input_count * layer->output_stride * sizeof(float));
    memset(layer->bias_gradient, 0, layer->output_stride * sizeof(float));
}

void hansa_dense_accumulate(const hansa_dense_layer *layer, size_t rows) { active()->accumulate(layer, rows); }

void hansa_dense_apply(const hansa_dense_layer *layer, float rate, float momentum, float decay) {
    active()->apply(layer, rate, momentum, decay);
}

bool hansa_dense_pack(const hansa_dense_layer *layer, const float *weights, const float *bias) {
    return active()->pack(layer, weights, bias);
}

void hansa_dense_unpack(const hansa_dense_layer *layer, float *weights, float *bias) {
    active()->unpack(layer, weights, bias);
}

bool hansa_dense_is_finite(const hansa_dense_layer *layer) { return active()->is_finite(layer); }
