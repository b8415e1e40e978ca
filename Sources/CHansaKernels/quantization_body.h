// The kernels of hansa_quantization.h for one instruction set; see variant.h.

#define INLINE static inline __attribute__((always_inline))

// What small builds hold once, called, and others once for each width.
#ifdef HANSA_KERNELS_SMALL
#define INLINE_WIDTHS static __attribute__((noinline))
#else
#define INLINE_WIDTHS INLINE
#endif

enum { LANES = 16, POSITIONS = 32, GROUP = LANES * POSITIONS };

// Widths up to this one are scaled in Float: y keeps at least seven fractional bits there.
enum { FLOAT_WIDTH_MAX = 16 };

// Vectors move between memory and names at any alignment.
#define LOAD(type, address)                        \
    ({                                             \
        type loaded_;                              \
        __builtin_memcpy(&loaded_, address, sizeof loaded_); \
        loaded_;                                   \
    })
#define STORE(address, value)                        \
    do {                                             \
        __typeof__(value) stored_ = (value);         \
        __builtin_memcpy(address, &stored_, sizeof stored_); \
    } while (0)

// Lane by lane `mask ? a : b`, for masks that are all ones or all zeros.
#define SELECT_F32(mask, a, b) ((f32x16)(((mask) & (i32x16)(a)) | (~(mask) & (i32x16)(b))))
#define SELECT_F64(mask, a, b) ((f64x16)(((mask) & (i64x16)(a)) | (~(mask) & (i64x16)(b))))

// ---- Random bits -----------------------------------------------------------------------------------------------------

// The two halves of the key after Stafford's 64-bit finalizer, so that neighbouring keys share nothing.
struct rounding_key {
    uint32_t low;
    uint32_t high;
};

INLINE struct rounding_key mix_key(uint64_t key) {
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
    key ^= key >> 31;
    return (struct rounding_key){(uint32_t)key, (uint32_t)(key >> 32)};
}

// 24 uniform bits from an element's index: two rounds of xor-shift and multiply (Wellons' constants of low bias), one
// half of the key added before each.
INLINE u32x16 uniform24(u32x16 index, struct rounding_key key) {
    u32x16 h = index + key.low;
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    h += key.high;
    h ^= h >> 15;
    h *= 0x846CA68Bu;
    h ^= h >> 16;
    return h >> 8;
}

// ---- Rounding --------------------------------------------------------------------------------------------------------

struct rounding {
    double inverse_step;
    int32_t bound;
    struct rounding_key key;
    // x - x is +0 for a finite x and NaN otherwise: the union of its bits.
    i32x16 not_finite;
    // Minus the number of saturated values, by lane.
    i32x16 saturated;
};

// floor(y) + [u < y - floor(y)] from k = trunc(y) and the exact remainder r = y - k, which lies in (-1, 1).
//
// For r >= 0 that is k + [u < r]; for r < 0 it is k - 1 + [u < 1 + r] = k - [u - 1 >= r], without rounding 1 + r.
#define STOCHASTIC_STEP(type, mask_type, k, r, u24, scale)                                                            \
    ({                                                                                                                \
        type u_ = __builtin_convertvector((i32x16)(u24), type) * (scale);                                             \
        mask_type up_ = u_ < (r);                                                                                     \
        mask_type down_ = u_ - 1 >= (r);                                                                              \
        (k) + __builtin_convertvector(down_ - up_, i32x16);                                                           \
    })

INLINE_WIDTHS void round_float(const float *x, u32x16 index, struct rounding *state, i32x16 *q) {
    f32x16 value = LOAD(f32x16, x);
    state->not_finite |= (i32x16)(value - value);
    f32x16 y = value * (float)state->inverse_step;
    f32x16 high = (float)state->bound - (f32x16){0};
    f32x16 limited = SELECT_F32(y < high, y, high);
    limited = SELECT_F32(limited > -high, limited, -high);
    state->saturated += limited != y;
    i32x16 k = __builtin_convertvector(limited, i32x16);
    f32x16 r = limited - __builtin_convertvector(k, f32x16);
    *q = STOCHASTIC_STEP(f32x16, i32x16, k, r, uniform24(index, state->key), 0x1p-24f);
}

INLINE_WIDTHS void round_double(const float *x, u32x16 index, struct rounding *state, i32x16 *q) {
    f32x16 value = LOAD(f32x16, x);
    state->not_finite |= (i32x16)(value - value);
    f64x16 y = __builtin_convertvector(value, f64x16) * state->inverse_step;
    f64x16 high = (double)state->bound - (f64x16){0};
    f64x16 limited = SELECT_F64(y < high, y, high);
    limited = SELECT_F64(limited > -high, limited, -high);
    state->saturated += __builtin_convertvector(limited != y, i32x16);
    i32x16 k = __builtin_convertvector(limited, i32x16);
    f64x16 r = limited - __builtin_convertvector(k, f64x16);
    *q = STOCHASTIC_STEP(f64x16, i64x16, k, r, uniform24(index, state->key), 0x1p-24);
}

static const u32x16 lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

INLINE bool any_bit(i32x16 bits) {
    uint32_t any = 0;
    for (int lane = 0; lane < LANES; lane += 1) any |= (uint32_t)bits[lane];
    return any != 0;
}

INLINE uint64_t saturated_count(i32x16 counts) {
    uint64_t total = 0;
    for (int lane = 0; lane < LANES; lane += 1) total += (uint64_t)(-(int64_t)counts[lane]);
    return total;
}

// ---- Vertical packing of one group -------------------------------------------------------------------------------------

// The words of the 16 lanes as they fill up.
struct packer {
    u32x16 words;
    unsigned filled;
    uint8_t *out;
};

INLINE_WIDTHS void packer_add(struct packer *packer, i32x16 q, unsigned width) {
    u32x16 bits = (u32x16)q & (width == 32 ? ~0u : (1u << width) - 1);
    packer->words |= bits << packer->filled;
    packer->filled += width;
    if (packer->filled >= 32) {
        STORE(packer->out, packer->words);
        packer->out += sizeof packer->words;
        packer->filled -= 32;
        packer->words = packer->filled > 0 ? bits >> (width - packer->filled) : (u32x16){0};
    }
}

struct unpacker {
    u32x16 words;
    // How many bits of `words` are not read yet, from the top.
    unsigned left;
    const uint8_t *in;
};

INLINE_WIDTHS void unpacker_next(struct unpacker *unpacker, unsigned width, i32x16 *q) {
    u32x16 bits = unpacker->left > 0 ? unpacker->words >> (32 - unpacker->left) : (u32x16){0};
    if (unpacker->left < width) {
        unpacker->words = LOAD(u32x16, unpacker->in);
        unpacker->in += sizeof unpacker->words;
        bits |= unpacker->words << unpacker->left;
        unpacker->left += 32;
    }
    unpacker->left -= width;
    *q = (i32x16)(bits << (32 - width)) >> (32 - width);
}

// A loop over the 32 positions of a group, `unroll` of them written out: as many as fill one word where the width is a
// constant that divides 32, so that the bookkeeping folds away, else 1.
#define FOR_POSITIONS(position, unroll)                                            \
    for (unsigned base_ = 0; base_ < POSITIONS; base_ += (unroll))                 \
        _Pragma("clang loop unroll(full)")                                         \
        for (unsigned position = base_; position < base_ + (unroll); position += 1)

// Evaluates `call` with WIDTH and UNROLL as constants for the common widths; in small builds for none.
#ifdef HANSA_KERNELS_SMALL
#define WITH_WIDTH(width, call)  \
    do {                         \
        enum { UNROLL = 1 };     \
        unsigned WIDTH = width;  \
        call;                    \
    } while (0)
#else
#define WITH_WIDTH(width, call)                            \
    switch (width) {                                       \
    case 8: { enum { WIDTH = 8, UNROLL = 4 }; call; break; }   \
    case 16: { enum { WIDTH = 16, UNROLL = 2 }; call; break; } \
    default: {                                             \
        enum { UNROLL = 1 };                               \
        unsigned WIDTH = width;                            \
        call;                                              \
        break;                                             \
    }                                                      \
    }
#endif

static inline size_t group_byte_count(unsigned width) { return (size_t)width * (GROUP / 8); }

// ---- Horizontal packing of the tail ----------------------------------------------------------------------------------

static void pack_tail(const int32_t *q, size_t count, unsigned width, uint8_t *packed) {
    uint64_t pending = 0;
    unsigned filled = 0;
    uint64_t mask = ((uint64_t)1 << width) - 1;
    for (size_t i = 0; i < count; i += 1) {
        pending |= ((uint64_t)(uint32_t)q[i] & mask) << filled;
        for (filled += width; filled >= 8; filled -= 8) {
            *packed++ = (uint8_t)pending;
            pending >>= 8;
        }
    }
    if (filled > 0) *packed = (uint8_t)pending;
}

// Returns false where a padding bit is set.
static bool unpack_tail(const uint8_t *packed, size_t count, unsigned width, int32_t *q) {
    uint64_t pending = 0;
    unsigned left = 0;
    for (size_t i = 0; i < count; i += 1) {
        for (; left < width; left += 8) pending |= (uint64_t)*packed++ << left;
        q[i] = (int32_t)((uint32_t)pending << (32 - width)) >> (32 - width);
        pending >>= width;
        left -= width;
    }
    return pending == 0;
}

// ---- The kernels -------------------------------------------------------------------------------------------------------

INLINE_WIDTHS void quantize_pack_groups(
    const float *x, size_t groups, unsigned width, unsigned unroll, bool wide, uint32_t index, uint8_t *packed,
    struct rounding *state) {
    struct rounding local = *state;
    for (size_t group = 0; group < groups; group += 1) {
        struct packer packer = {{0}, 0, packed + group * group_byte_count(width)};
        FOR_POSITIONS(position, unroll) {
            i32x16 q;
            if (wide) {
                round_double(x, lane_numbers + index, &local, &q);
            } else {
                round_float(x, lane_numbers + index, &local, &q);
            }
            packer_add(&packer, q, width);
            x += LANES;
            index += LANES;
        }
    }
    *state = local;
}

static void round_tail(
    const float *x, size_t count, bool wide, uint32_t index, struct rounding *state, int32_t q[GROUP]) {
    for (size_t i = 0; i < count; i += LANES) {
        float values[LANES] = {0};
        size_t here = count - i < LANES ? count - i : LANES;
        memcpy(values, x + i, here * sizeof *values);
        i32x16 rounded;
        if (wide) {
            round_double(values, lane_numbers + (index + (uint32_t)i), state, &rounded);
        } else {
            round_float(values, lane_numbers + (index + (uint32_t)i), state, &rounded);
        }
        STORE(q + i, rounded);
    }
}

static bool quantize_pack(
    const float *x, size_t count, double inverse_step, int32_t bound, unsigned width, uint64_t key, uint32_t index,
    uint8_t *packed, uint64_t *saturated) {
    struct rounding state = {inverse_step, bound, mix_key(key), {0}, {0}};
    size_t groups = count / GROUP, done = groups * GROUP;
    float narrow = (float)inverse_step;
    bool wide = width > FLOAT_WIDTH_MAX || !(narrow >= 0x1p-126f && narrow <= 0x1.fffffep127f);
    if (wide) {
        quantize_pack_groups(x, groups, width, 1, true, index, packed, &state);
    } else {
        WITH_WIDTH(width, quantize_pack_groups(x, groups, WIDTH, UNROLL, false, index, packed, &state));
    }
    int32_t tail[GROUP];
    round_tail(x + done, count - done, wide, index + (uint32_t)done, &state, tail);
    pack_tail(tail, count - done, width, packed + groups * group_byte_count(width));
    *saturated = saturated_count(state.saturated);
    return !any_bit(state.not_finite);
}

static bool quantize(
    const float *x, size_t count, double inverse_step, int32_t bound, uint64_t key, uint32_t index, int32_t *q,
    uint64_t *saturated) {
    struct rounding state = {inverse_step, bound, mix_key(key), {0}, {0}};
    size_t done = count - count % LANES;
    for (size_t i = 0; i < done; i += LANES) {
        i32x16 rounded;
        round_double(x + i, lane_numbers + (index + (uint32_t)i), &state, &rounded);
        STORE(q + i, rounded);
    }
    int32_t tail[GROUP];
    round_tail(x + done, count - done, true, index + (uint32_t)done, &state, tail);
    memcpy(q + done, tail, (count - done) * sizeof *q);
    *saturated = saturated_count(state.saturated);
    return !any_bit(state.not_finite);
}

INLINE void pack_groups(const int32_t *q, size_t groups, unsigned width, unsigned unroll, uint8_t *packed) {
    for (size_t group = 0; group < groups; group += 1) {
        struct packer packer = {{0}, 0, packed + group * group_byte_count(width)};
        FOR_POSITIONS(position, unroll) packer_add(&packer, LOAD(i32x16, q + group * GROUP + position * LANES), width);
    }
}

static void pack(const int32_t *q, size_t count, unsigned width, uint8_t *packed) {
    size_t groups = count / GROUP;
    WITH_WIDTH(width, pack_groups(q, groups, WIDTH, UNROLL, packed));
    pack_tail(q + groups * GROUP, count % GROUP, width, packed + groups * group_byte_count(width));
}

INLINE void unpack_groups(const uint8_t *packed, size_t groups, unsigned width, unsigned unroll, int32_t *q) {
    for (size_t group = 0; group < groups; group += 1) {
        struct unpacker unpacker = {{0}, 0, packed + group * group_byte_count(width)};
        FOR_POSITIONS(position, unroll) {
            i32x16 values;
            unpacker_next(&unpacker, width, &values);
            STORE(q + group * GROUP + position * LANES, values);
        }
    }
}

static void unpack(const uint8_t *packed, size_t count, unsigned width, int32_t *q) {
    size_t groups = count / GROUP;
    WITH_WIDTH(width, unpack_groups(packed, groups, WIDTH, UNROLL, q));
    unpack_tail(packed + groups * group_byte_count(width), count % GROUP, width, q + groups * GROUP);
}

INLINE void check_groups(
    const uint8_t *packed, size_t groups, unsigned width, unsigned unroll, int32_t bound, i32x16 *outside) {
    i32x16 found = {0};
    for (size_t group = 0; group < groups; group += 1) {
        struct unpacker unpacker = {{0}, 0, packed + group * group_byte_count(width)};
        FOR_POSITIONS(position, unroll) {
            i32x16 q;
            unpacker_next(&unpacker, width, &q);
            found |= (q > bound) | (q < -bound);
        }
    }
    *outside = found;
}

static enum hansa_packed_status packed_check(const uint8_t *packed, size_t count, unsigned width, int32_t bound) {
    size_t groups = count / GROUP, rest = count % GROUP;
    i32x16 outside;
    WITH_WIDTH(width, check_groups(packed, groups, WIDTH, UNROLL, bound, &outside));
    int32_t tail[GROUP];
    bool padded = unpack_tail(packed + groups * group_byte_count(width), rest, width, tail);
    bool tail_outside = false;
    for (size_t i = 0; i < rest; i += 1) tail_outside |= tail[i] > bound || tail[i] < -bound;
    if (tail_outside || any_bit(outside)) return HANSA_PACKED_OUTSIDE_BOUND;
    return padded ? HANSA_PACKED_VALID : HANSA_PACKED_PADDING_NOT_ZERO;
}

// Products of 32-bit factors are one instruction; those of 64-bit factors are not everywhere.
INLINE_WIDTHS void accumulate_groups(
    const uint8_t *packed, size_t groups, unsigned width, unsigned unroll, int64_t multiplier, bool narrow,
    int64_t *sums) {
    for (size_t group = 0; group < groups; group += 1) {
        struct unpacker unpacker = {{0}, 0, packed + group * group_byte_count(width)};
        FOR_POSITIONS(position, unroll) {
            i32x16 q;
            unpacker_next(&unpacker, width, &q);
            int64_t *here = sums + group * GROUP + position * LANES;
            u64x16 factor = (uint64_t)(narrow ? (int32_t)multiplier : multiplier) - (u64x16){0};
            STORE(here, LOAD(u64x16, here) + (u64x16)__builtin_convertvector(q, i64x16) * factor);
        }
    }
}

static void unpack_accumulate(
    const uint8_t *packed, size_t count, unsigned width, size_t first, size_t end, int64_t multiplier, int64_t *sums) {
    if (first >= end) return;
    size_t group = first / GROUP, groups = end / GROUP - group;
    const uint8_t *start = packed + group * group_byte_count(width);
    if (multiplier == (int32_t)multiplier) {
        WITH_WIDTH(width, accumulate_groups(start, groups, WIDTH, UNROLL, multiplier, true, sums + first));
    } else {
        accumulate_groups(start, groups, width, 1, multiplier, false, sums + first);
    }
    size_t done = (group + groups) * GROUP;
    if (done >= end) return;
    int32_t tail[GROUP];
    unpack_tail(start + groups * group_byte_count(width), count - done, width, tail);
    for (size_t i = done; i < end; i += 1) {
        sums[i] = (int64_t)((uint64_t)sums[i] + (uint64_t)(int64_t)tail[i - done] * (uint64_t)multiplier);
    }
}

// A body for full vectors and the same expression for the last values, element by element.
#define ELEMENTWISE(count, vector_statement, scalar_statement)        \
    do {                                                              \
        size_t i = 0;                                                 \
        for (; i + LANES <= (count); i += LANES) { vector_statement; } \
        for (; i < (count); i += 1) { scalar_statement; }             \
    } while (0)

static void sums_add(int64_t *sums, const int64_t *other, size_t count) {
    ELEMENTWISE(
        count, STORE(sums + i, LOAD(u64x16, sums + i) + LOAD(u64x16, other + i)),
        sums[i] = (int64_t)((uint64_t)sums[i] + (uint64_t)other[i]));
}

static void sums_dequantize(const int64_t *sums, size_t count, double factor, float *out) {
    ELEMENTWISE(
        count,
        STORE(
            out + i,
            __builtin_convertvector(__builtin_convertvector(LOAD(i64x16, sums + i), f64x16) * factor, f32x16)),
        out[i] = (float)((double)sums[i] * factor));
}

// Adds the lanes in the fixed tree: l and l + 8, l + 4, l + 2, l + 1.
#define REDUCE(type, lanes)                                                                       \
    ({                                                                                            \
        type tree_[LANES];                                                                        \
        for (int lane = 0; lane < LANES; lane += 1) tree_[lane] = (lanes)[lane];                  \
        for (int half = LANES / 2; half > 0; half /= 2) {                                         \
            for (int lane = 0; lane < half; lane += 1) tree_[lane] += tree_[lane + half];         \
        }                                                                                         \
        tree_[0];                                                                                 \
    })

static double norm_l2_squared(const float *x, size_t count) {
    f64x16 lanes = {0};
    ELEMENTWISE(
        count,
        {
            f64x16 value = __builtin_convertvector(LOAD(f32x16, x + i), f64x16);
            lanes += value * value;
        },
        lanes[i % LANES] += (double)x[i] * (double)x[i]);
    return REDUCE(double, lanes);
}

// The low and high halves of the squares are summed apart: both sums stay below 2^64 for any count below 2^32.
static uint64_t norm_l2_squared_exact(const int32_t *q, size_t count) {
    u64x16 low = {0}, high = {0};
    ELEMENTWISE(
        count,
        {
            i64x16 value = __builtin_convertvector(LOAD(i32x16, q + i), i64x16);
            u64x16 square = (u64x16)(value * value);
            low += square & 0xFFFFFFFFu;
            high += square >> 32;
        },
        {
            uint64_t square = (uint64_t)((int64_t)q[i] * (int64_t)q[i]);
            low[i % LANES] += square & 0xFFFFFFFFu;
            high[i % LANES] += square >> 32;
        });
    unsigned __int128 total = ((unsigned __int128)REDUCE(uint64_t, high) << 32) + REDUCE(uint64_t, low);
    return total >> 64 ? UINT64_MAX : (uint64_t)total;
}

static bool all_finite(const float *x, size_t count) {
    i32x16 bits = {0};
    ELEMENTWISE(
        count,
        {
            f32x16 value = LOAD(f32x16, x + i);
            bits |= (i32x16)(value - value);
        },
        bits[i % LANES] |= (x[i] - x[i]) == 0 ? 0 : 1);
    return !any_bit(bits);
}

static void subtract(const float *a, const float *b, size_t count, float *out) {
    ELEMENTWISE(count, STORE(out + i, LOAD(f32x16, a + i) - LOAD(f32x16, b + i)), out[i] = a[i] - b[i]);
}

static void scale(float *x, size_t count, double factor) {
    ELEMENTWISE(
        count,
        STORE(x + i, __builtin_convertvector(__builtin_convertvector(LOAD(f32x16, x + i), f64x16) * factor, f32x16)),
        x[i] = (float)((double)x[i] * factor));
}

static void select_values(bool take, const int32_t *from, size_t count, int32_t *q) {
    int32_t mask = -(int32_t)take;
    ELEMENTWISE(
        count, STORE(q + i, (LOAD(i32x16, from + i) & mask) | (LOAD(i32x16, q + i) & ~mask)),
        q[i] = (from[i] & mask) | (q[i] & ~mask));
}

const struct quantization_table HANSA_VARIANT_SYMBOL(quantization_table) = {
    .quantize_pack = quantize_pack,
    .quantize = quantize,
    .pack = pack,
    .unpack = unpack,
    .packed_check = packed_check,
    .unpack_accumulate = unpack_accumulate,
    .sums_add = sums_add,
    .sums_dequantize = sums_dequantize,
    .norm_l2_squared = norm_l2_squared,
    .norm_l2_squared_exact = norm_l2_squared_exact,
    .all_finite = all_finite,
    .subtract = subtract,
    .scale = scale,
    .select = select_values,
};
