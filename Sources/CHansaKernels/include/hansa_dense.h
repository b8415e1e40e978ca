#ifndef HANSA_DENSE_H
#define HANSA_DENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The hot loops of the exact trainer: fully connected layers, softmax cross-entropy and SGD.
//
// Every result is a fixed sequence of IEEE additions, multiplications, divisions and roundings per number, so all
// variants, builds and processors give the same bits. Buffers are aligned to 64 bytes; rows are padded with zeros to a
// multiple of HANSA_DENSE_LANES floats, so that no loop has a remainder and padding never changes a sum.
enum { HANSA_DENSE_LANES = 16 };

// One layer with its share of a block of at most 65,535 examples ("rows"). Nothing is owned.
//
// Weights lie transposed, [input][output], during training: a sum over inputs then runs in one fixed order for every
// output, whatever the width of the registers.
typedef struct hansa_dense_layer {
    size_t input_count;
    size_t output_count;
    size_t input_stride;  // input_count rounded up to the lanes
    size_t output_stride; // output_count rounded up to the lanes
    float *weights;       // [input_count][output_stride]
    float *bias;          // [output_stride]
    float *weight_gradient; // [input_count][output_stride]; null where every step is fused
    float *bias_gradient;   // [output_stride]; null where every step is fused
    float *weight_velocity; // [input_count][output_stride]; null without momentum
    float *bias_velocity;   // [output_stride]; null without momentum
    float *input;           // [rows][input_stride]
    float *output;          // [rows][output_stride]
    float *output_delta;    // [rows][output_stride]: the loss's derivative by the sums before the activation
    float *input_delta;     // [rows][input_stride]; null in the first layer
    uint32_t *nonzero;       // [rows][input_stride]: where each row of `input` is not zero, ascending
    uint32_t *nonzero_count; // [rows]
    float *column_values;    // [input_count][rows rounded up to the lanes]: the same, by input
    uint16_t *column_rows;   // the row of each of `column_values`
    uint32_t *column_count;  // [input_count]
} hansa_dense_layer;

// output = input · weights + bias, then max(0, ·) where `rectifies` is set; NaN stays NaN.
//
// Each sum starts at the bias and adds the products in ascending order of the input; an input that is zero is left out.
// With `keeps_columns` the layer is ready for the backward pass afterwards.
void hansa_dense_forward(const hansa_dense_layer *layer, size_t rows, bool rectifies, bool keeps_columns);

// Adds each row's cross-entropy to `loss`, in order, and returns it; writes (softmax − one-hot) / `divisor` to
// `output_delta`. `scratch` holds output_stride doubles. Labels are below output_count.
double hansa_dense_softmax_gradient(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    float divisor,
    double loss,
    double *scratch
);

// Adds each row's cross-entropy to `loss`, in order, and returns it; adds to `correct` the number of rows whose first
// largest output is the label's.
double hansa_dense_evaluate(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    double loss,
    double *scratch,
    uint64_t *correct
);

// input_delta = (output_delta · weightsᵀ) where the input is not zero, and 0 elsewhere: the derivative through the
// layer and the rectifier before it. Each sum has sixteen lanes, each in ascending order, joined by halves.
void hansa_dense_backward(const hansa_dense_layer *layer, size_t rows);

// One plain SGD step from one block: w ← w − rate · Σ_rows input · output_delta, rows in ascending order.
void hansa_dense_step(const hansa_dense_layer *layer, size_t rows, float rate);

// Sets the gradients to zero.
void hansa_dense_clear_gradient(const hansa_dense_layer *layer);

// Adds a block's share to the gradients, rows in ascending order: the order of one large block.
void hansa_dense_accumulate(const hansa_dense_layer *layer, size_t rows);

// One SGD step from the gradients g: v ← momentum · v + (g + decay · w), w ← w − rate · v.
void hansa_dense_apply(const hansa_dense_layer *layer, float rate, float momentum, float decay);

// Copies weights [out][in] and biases [out] to the layer's layout; false where a number is not finite.
bool hansa_dense_pack(const hansa_dense_layer *layer, const float *weights, const float *bias);

// Copies the layer's weights and biases back to [out][in] and [out].
void hansa_dense_unpack(const hansa_dense_layer *layer, float *weights, float *bias);

// Whether all weights and biases of the layer are finite.
bool hansa_dense_is_finite(const hansa_dense_layer *layer);

#endif
