// The dense kernels, compiled once per variant: see variant.h for the scheme and hansa_dense.h for what each does.
//
// HANSA_DENSE_TILE is how many vectors of sixteen lanes a tile keeps in registers. It decides only which numbers are
// computed together, never the order within one number's sum.

#include "dense_table.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float lanes __attribute__((vector_size(64), may_alias));

enum { LANES = HANSA_DENSE_LANES };

// The vectors of a row are cut into as few tiles as the registers allow, nearly equal. `BODY(width)` is expanded with
// a constant width, so that the tile's sums are registers.
#define FOR_TILE_WIDTH(width, BODY)                                                                                    \
    switch (width) {                                                                                                   \
    case 1: BODY(1); break;                                                                                            \
    case 2: BODY(2); break;                                                                                            \
    case 3: BODY(3); break;                                                                                            \
    case 4: if (HANSA_DENSE_TILE >= 4) { BODY(4); } break;                                                             \
    case 5: if (HANSA_DENSE_TILE >= 5) { BODY(5); } break;                                                             \
    case 6: if (HANSA_DENSE_TILE >= 6) { BODY(6); } break;                                                             \
    case 7: if (HANSA_DENSE_TILE >= 7) { BODY(7); } break;                                                             \
    default: break;                                                                                                    \
    }

#define TILE_COUNT(vectors) (((vectors) + HANSA_DENSE_TILE - 1) / HANSA_DENSE_TILE)
#define TILE_START(vectors, tiles, tile) ((vectors) * (tile) / (tiles))

// MARK: Forward

#ifdef HANSA_DENSE_COMPRESSES

// Lists where a row is not zero, sixteen places at a time; the list has room for the row's padding as well.
static size_t list_nonzero(const float *restrict row, size_t count, uint32_t *restrict list) {
    size_t found = 0;
    __m512i places = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (size_t k = 0; k < count; k += LANES) {
        __mmask16 inside = count - k < LANES ? (__mmask16)((1u << (count - k)) - 1) : (__mmask16)0xFFFF;
        // Unordered: NaN is not zero.
        __mmask16 nonzero = _mm512_mask_cmp_ps_mask(inside, _mm512_loadu_ps(row + k), _mm512_setzero_ps(), _CMP_NEQ_UQ);
        // Compressing in a register and storing all of it is faster than a store that compresses.
        _mm512_storeu_si512(list + found, _mm512_maskz_compress_epi32(nonzero, places));
        found += (size_t)__builtin_popcount(nonzero);
        places = _mm512_add_epi32(places, _mm512_set1_epi32(LANES));
    }
    return found;
}

#else

// Lists where a row is not zero. Written without a branch: the pattern of zeros is not predictable.
static size_t list_nonzero(const float *restrict row, size_t count, uint32_t *restrict list) {
    size_t found = 0;
    for (size_t k = 0; k < count; k += 1) {
        list[found] = (uint32_t)k;
        found += row[k] != 0;
    }
    return found;
}

#endif

// Turns the rows' lists into a list for every input.
static void list_columns(const hansa_dense_layer *layer, size_t rows) {
    size_t column_stride = (rows + LANES - 1) / LANES * LANES;
    memset(layer->column_count, 0, layer->input_count * sizeof(uint32_t));
    for (size_t b = 0; b < rows; b += 1) {
        const float *input = layer->input + b * layer->input_stride;
        const uint32_t *list = layer->nonzero + b * layer->input_stride;
        for (size_t n = 0; n < layer->nonzero_count[b]; n += 1) {
            size_t k = list[n];
            size_t place = k * column_stride + layer->column_count[k];
            layer->column_count[k] += 1;
            layer->column_values[place] = input[k];
            layer->column_rows[place] = (uint16_t)b;
        }
    }
}

ALWAYS_INLINE void forward_tile(
    size_t width,
    const hansa_dense_layer *layer,
    const float *restrict input,
    const uint32_t *restrict list,
    size_t count,
    size_t first,
    float *restrict output,
    bool rectifies
) {
    lanes sum[HANSA_DENSE_TILE];
    const lanes *bias = (const lanes *)layer->bias + first;
    UNROLL for (size_t i = 0; i < width; i += 1) sum[i] = bias[i];
    size_t stride = layer->output_stride;
    const float *weights = layer->weights + first * LANES;
    for (size_t n = 0; n < count; n += 1) {
        size_t k = list[n];
        float value = input[k];
        const lanes *row = (const lanes *)(weights + k * stride);
        UNROLL for (size_t i = 0; i < width; i += 1) sum[i] += value * row[i];
    }
    lanes *target = (lanes *)output + first;
    if (rectifies) {
        // Where the comparison holds the mask is all ones. NaN compares false and so remains.
        UNROLL for (size_t i = 0; i < width; i += 1) {
            i32x16 negative = sum[i] < 0;
            sum[i] = (lanes)((i32x16)sum[i] & ~negative);
        }
    }
    UNROLL for (size_t i = 0; i < width; i += 1) target[i] = sum[i];
}

static void forward(const hansa_dense_layer *layer, size_t rows, bool rectifies, bool keeps_columns) {
    size_t vectors = layer->output_stride / LANES;
    size_t tiles = TILE_COUNT(vectors);
    for (size_t b = 0; b < rows; b += 1) {
        const float *input = layer->input + b * layer->input_stride;
        uint32_t *list = layer->nonzero + b * layer->input_stride;
        layer->nonzero_count[b] = (uint32_t)list_nonzero(input, layer->input_count, list);
    }
    for (size_t tile = 0; tile < tiles; tile += 1) {
        size_t first = TILE_START(vectors, tiles, tile);
        size_t width = TILE_START(vectors, tiles, tile + 1) - first;
        for (size_t b = 0; b < rows; b += 1) {
            const float *input = layer->input + b * layer->input_stride;
            const uint32_t *list = layer->nonzero + b * layer->input_stride;
            float *output = layer->output + b * layer->output_stride;
#define BODY(constant) forward_tile(constant, layer, input, list, layer->nonzero_count[b], first, output, rectifies)
            FOR_TILE_WIDTH(width, BODY)
#undef BODY
        }
    }
    if (keeps_columns) list_columns(layer, rows);
}

// MARK: Loss

// exp(x) for x ≤ 0, to within an ulp of double; 0 below −87, where a float's softmax has nothing left.
//
// x = n·ln 2 + r with |r| ≤ ln 2 / 2; exp(r) by its Taylor polynomial of degree 13 (remainder below 2^-58). An x above 0
// counts as 0: only padding has one. NaN stays NaN.
ALWAYS_INLINE double exp_not_positive(double x) {
    double clamped = x > 0 ? 0 : x;
    clamped = clamped < -87 ? -87 : clamped;
    // Adding and subtracting 1.5 · 2^52 rounds to an integer, which then also stands in the low bits.
    const double magic = 0x1.8p52;
    double shifted = clamped * 0x1.71547652b82fep0 + magic;
    double n = shifted - magic;
    double r = (clamped - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    uint64_t scale_bits = (bits + 1023) << 52;
    double scale;
    memcpy(&scale, &scale_bits, sizeof scale);
    double result = p * scale;
    return x < -87 ? 0 : result;
}

// log(x) for x ≥ 1, to within two ulps; NaN for NaN and infinity.
//
// x = 2^k · m with m in [1/√2, √2), log m = 2·artanh f with f = (m − 1)/(m + 1), |f| ≤ 0.1716, by its series to f^21.
static double log_from_one(double x) {
    if (!(x <= 0x1.fffffffffffffp1023)) return x - x;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    uint64_t mantissa_bits = (bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000;
    double m;
    memcpy(&m, &mantissa_bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        exponent += 1;
    }
    double f = (m - 1) / (m + 1);
    double square = f * f;
    double p = 1.0 / 21.0;
    p = p * square + 1.0 / 19.0;
    p = p * square + 1.0 / 17.0;
    p = p * square + 1.0 / 15.0;
    p = p * square + 1.0 / 13.0;
    p = p * square + 1.0 / 11.0;
    p = p * square + 1.0 / 9.0;
    p = p * square + 1.0 / 7.0;
    p = p * square + 1.0 / 5.0;
    p = p * square + 1.0 / 3.0;
    double k = (double)exponent;
    return k * 0x1.62e42feep-1 + (k * 0x1.a39ef35793c76p-33 + (2 * f + 2 * f * square * p));
}

// Writes exp(z − max z) of one row to `exponentials`, their sum to `total`; returns the cross-entropy
// log Σ exp(z − max) − (z[label] − max). `best` is the first index of the largest z.
ALWAYS_INLINE double cross_entropy(
    const float *restrict z,
    size_t count,
    size_t stride,
    size_t label,
    double *restrict exponentials,
    double *total,
    size_t *best
) {
    float largest = z[0];
    size_t place = 0;
    for (size_t j = 1; j < count; j += 1) {
        if (z[j] > largest) {
            largest = z[j];
            place = j;
        }
    }
    double offset = largest;
    for (size_t j = 0; j < stride; j += 1) exponentials[j] = exp_not_positive((double)z[j] - offset);
    double sum = 0;
    for (size_t j = 0; j < count; j += 1) sum += exponentials[j];
    *total = sum;
    *best = place;
    return log_from_one(sum) - ((double)z[label] - offset);
}

static double softmax_gradient(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    float divisor,
    double loss,
    double *scratch
) {
    size_t count = layer->output_count;
    size_t stride = layer->output_stride;
    for (size_t b = 0; b < rows; b += 1) {
        double total;
        size_t best;
        loss += cross_entropy(layer->output + b * stride, count, stride, labels[b], scratch, &total, &best);
        float *restrict delta = layer->output_delta + b * stride;
        for (size_t j = 0; j < stride; j += 1) {
            double probability = scratch[j] / total;
            // Subnormal numbers would slow every later product and carry nothing.
            probability = probability < 0x1p-126 ? 0 : probability;
            float difference = (float)probability - (j == labels[b] ? 1.0f : 0.0f);
            delta[j] = j < count ? difference / divisor : 0;
        }
    }
    return loss;
}

static double evaluate(
    const hansa_dense_layer *layer,
    size_t rows,
    const uint32_t *labels,
    double loss,
    double *scratch,
    uint64_t *correct
) {
    for (size_t b = 0; b < rows; b += 1) {
        double total;
        size_t best;
        const float *z = layer->output + b * layer->output_stride;
        loss += cross_entropy(z, layer->output_count, layer->output_stride, labels[b], scratch, &total, &best);
        *correct += best == labels[b];
    }
    return loss;
}

// MARK: Backward

// Joins sixteen lanes by halves: 8 + 8, 4 + 4, 2 + 2, 1 + 1.
ALWAYS_INLINE float join(const lanes *lanes_of_sum) {
    typedef float half8 __attribute__((vector_size(32)));
    typedef float half4 __attribute__((vector_size(16)));
    lanes sum = *lanes_of_sum;
    half8 eight = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
    half4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

static void backward(const hansa_dense_layer *layer, size_t rows) {
    size_t vectors = layer->output_stride / LANES;
    for (size_t b = 0; b < rows; b += 1) {
        const lanes *delta = (const lanes *)(layer->output_delta + b * layer->output_stride);
        const uint32_t *list = layer->nonzero + b * layer->input_stride;
        size_t count = layer->nonzero_count[b];
        float *restrict target = layer->input_delta + b * layer->input_stride;
        memset(target, 0, layer->input_stride * sizeof(float));
        size_t n = 0;
        // Four inputs at once hide the latency of the additions.
        for (; n + 4 <= count; n += 4) {
            const lanes *row[4];
            lanes sum[4];
            UNROLL for (size_t i = 0; i < 4; i += 1) {
                row[i] = (const lanes *)(layer->weights + list[n + i] * layer->output_stride);
                sum[i] = delta[0] * row[i][0];
            }
            for (size_t v = 1; v < vectors; v += 1) {
                lanes d = delta[v];
                UNROLL for (size_t i = 0; i < 4; i += 1) sum[i] += d * row[i][v];
            }
            UNROLL for (size_t i = 0; i < 4; i += 1) target[list[n + i]] = join(&sum[i]);
        }
        for (; n < count; n += 1) {
            const lanes *row = (const lanes *)(layer->weights + list[n] * layer->output_stride);
            lanes sum = delta[0] * row[0];
            for (size_t v = 1; v < vectors; v += 1) sum += delta[v] * row[v];
            target[list[n]] = join(&sum);
        }
    }
}

// MARK: Steps

ALWAYS_INLINE void sum_tile(
    size_t width,
    const float *restrict values,
    const uint16_t *restrict places,
    size_t count,
    const float *restrict delta,
    size_t stride,
    lanes *sum
) {
    for (size_t n = 0; n < count; n += 1) {
        const lanes *row = (const lanes *)(delta + places[n] * stride);
        float value = values[n];
        UNROLL for (size_t i = 0; i < width; i += 1) sum[i] += value * row[i];
    }
}

ALWAYS_INLINE void step_tile(
    size_t width,
    const float *restrict values,
    const uint16_t *restrict places,
    size_t count,
    const float *restrict delta,
    size_t stride,
    float *restrict weights,
    float rate
) {
    lanes sum[HANSA_DENSE_TILE];
    UNROLL for (size_t i = 0; i < width; i += 1) sum[i] = (lanes){0};
    sum_tile(width, values, places, count, delta, stride, sum);
    lanes *target = (lanes *)weights;
    UNROLL for (size_t i = 0; i < width; i += 1) target[i] -= rate * sum[i];
}

ALWAYS_INLINE void accumulate_tile(
    size_t width,
    const float *restrict values,
    const uint16_t *restrict places,
    size_t count,
    const float *restrict delta,
    size_t stride,
    float *restrict gradient
) {
    lanes sum[HANSA_DENSE_TILE];
    lanes *target = (lanes *)gradient;
    UNROLL for (size_t i = 0; i < width; i += 1) sum[i] = target[i];
    sum_tile(width, values, places, count, delta, stride, sum);
    UNROLL for (size_t i = 0; i < width; i += 1) target[i] = sum[i];
}

static void step(const hansa_dense_layer *layer, size_t rows, float rate) {
    size_t stride = layer->output_stride;
    size_t vectors = stride / LANES;
    size_t tiles = TILE_COUNT(vectors);
    size_t column_stride = (rows + LANES - 1) / LANES * LANES;
    for (size_t k = 0; k < layer->input_count; k += 1) {
        // Without products the gradient is +0 and the weights stay what they are.
        size_t count = layer->column_count[k];
        if (count == 0) continue;
        const float *values = layer->column_values + k * column_stride;
        const uint16_t *places = layer->column_rows + k * column_stride;
        for (size_t tile = 0; tile < tiles; tile += 1) {
            size_t first = TILE_START(vectors, tiles, tile);
            size_t width = TILE_START(vectors, tiles, tile + 1) - first;
            const float *delta = layer->output_delta + first * LANES;
            float *weights = layer->weights + k * stride + first * LANES;
#define BODY(constant) step_tile(constant, values, places, count, delta, stride, weights, rate)
            FOR_TILE_WIDTH(width, BODY)
#undef BODY
        }
    }
    lanes *bias = (lanes *)layer->bias;
    for (size_t v = 0; v < vectors; v += 1) {
        lanes sum = {0};
        for (size_t b = 0; b < rows; b += 1) sum += ((const lanes *)(layer->output_delta + b * stride))[v];
        bias[v] -= rate * sum;
    }
}

static void accumulate(const hansa_dense_layer *layer, size_t rows) {
    size_t stride = layer->output_stride;
    size_t vectors = stride / LANES;
    size_t tiles = TILE_COUNT(vectors);
    size_t column_stride = (rows + LANES - 1) / LANES * LANES;
    for (size_t k = 0; k < layer->input_count; k += 1) {
        size_t count = layer->column_count[k];
        if (count == 0) continue;
        const float *values = layer->column_values + k * column_stride;
        const uint16_t *places = layer->column_rows + k * column_stride;
        for (size_t tile = 0; tile < tiles; tile += 1) {
            size_t first = TILE_START(vectors, tiles, tile);
            size_t width = TILE_START(vectors, tiles, tile + 1) - first;
            const float *delta = layer->output_delta + first * LANES;
            float *gradient = layer->weight_gradient + k * stride + first * LANES;
#define BODY(constant) accumulate_tile(constant, values, places, count, delta, stride, gradient)
            FOR_TILE_WIDTH(width, BODY)
#undef BODY
        }
    }
    lanes *gradient = (lanes *)layer->bias_gradient;
    for (size_t v = 0; v < vectors; v += 1) {
        lanes sum = gradient[v];
        for (size_t b = 0; b < rows; b += 1) sum += ((const lanes *)(layer->output_delta + b * stride))[v];
        gradient[v] = sum;
    }
}

static void apply_to(
    float *weights,
    const float *gradient,
    float *velocity,
    size_t vectors,
    float rate,
    float momentum,
    float decay
) {
    lanes *w = (lanes *)weights;
    const lanes *g = (const lanes *)gradient;
    lanes *v = (lanes *)velocity;
    if (v == NULL) {
        for (size_t i = 0; i < vectors; i += 1) w[i] -= rate * (g[i] + decay * w[i]);
        return;
    }
    for (size_t i = 0; i < vectors; i += 1) {
        lanes next = momentum * v[i] + (g[i] + decay * w[i]);
        v[i] = next;
        w[i] -= rate * next;
    }
}

static void apply(const hansa_dense_layer *layer, float rate, float momentum, float decay) {
    size_t vectors = layer->output_stride / LANES;
    apply_to(
        layer->weights,
        layer->weight_gradient,
        layer->weight_velocity,
        layer->input_count * vectors,
        rate,
        momentum,
        decay
    );
    apply_to(layer->bias, layer->bias_gradient, layer->bias_velocity, vectors, rate, momentum, decay);
}

// MARK: Layout

// Copies `columns` of `rows` rows of `source` to the transposed place in `target`. Squares of sixteen keep both sides
// within the first-level cache.
static void transpose(
    const float *restrict source,
    size_t source_stride,
    float *restrict target,
    size_t target_stride,
    size_t rows,
    size_t columns
) {
    for (size_t row = 0; row < rows; row += LANES) {
        size_t row_end = row + LANES < rows ? row + LANES : rows;
        for (size_t column = 0; column < columns; column += LANES) {
            size_t column_end = column + LANES < columns ? column + LANES : columns;
            for (size_t c = column; c < column_end; c += 1) {
                for (size_t r = row; r < row_end; r += 1) {
                    target[c * target_stride + r] = source[r * source_stride + c];
                }
            }
        }
    }
}

static bool are_finite(const float *values, size_t count) {
    uint32_t not_finite = 0;
    for (size_t i = 0; i < count; i += 1) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        not_finite |= (bits & 0x7F800000) == 0x7F800000;
    }
    return not_finite == 0;
}

static bool is_finite(const hansa_dense_layer *layer) {
    return are_finite(layer->weights, layer->input_count * layer->output_stride)
        && are_finite(layer->bias, layer->output_stride);
}

static bool pack(const hansa_dense_layer *layer, const float *weights, const float *bias) {
    size_t inputs = layer->input_count;
    size_t outputs = layer->output_count;
    size_t stride = layer->output_stride;
    for (size_t k = 0; k < inputs; k += 1) {
        memset(layer->weights + k * stride + outputs, 0, (stride - outputs) * sizeof(float));
    }
    memset(layer->bias + outputs, 0, (stride - outputs) * sizeof(float));
    transpose(weights, inputs, layer->weights, stride, outputs, inputs);
    memcpy(layer->bias, bias, outputs * sizeof(float));
    return is_finite(layer);
}

static void unpack(const hansa_dense_layer *layer, float *weights, float *bias) {
    transpose(layer->weights, layer->output_stride, weights, layer->input_count, layer->input_count, layer->output_count);
    memcpy(bias, layer->bias, layer->output_count * sizeof(float));
}

const struct dense_table HANSA_VARIANT_SYMBOL(dense_table) = {
    .forward = forward,
    .softmax_gradient = softmax_gradient,
    .evaluate = evaluate,
    .backward = backward,
    .step = step,
    .accumulate = accumulate,
    .apply = apply,
    .pack = pack,
    .unpack = unpack,
    .is_finite = is_finite,
};
