#ifndef HANSA_NOISE_H
#define HANSA_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Exact integer noise: tables of cumulative probabilities, the loops that draw from them, and the exact evaluation that
// decides what a table cannot. Integers only; nothing allocates.
//
// A law is a list of outcomes 0, 1, 2, … with weights that need not be normalised. The table holds, for each outcome k,
// the certified floor of 2^bits · P(outcome ≤ k). A draw takes `bits` random bits V, the leading bits of a uniform real
// U: it is outcome k where V lies strictly between the floors of k - 1 and k. Where V equals a floor, or lies beyond the
// table, V does not decide; more bits of U are drawn and hansa_noise_resolve compares them with boundaries evaluated to
// as many bits, so the outcome has exactly its law.

enum hansa_noise_kind {
    // Outcome k: magnitude k << shift; weight e^(-(k << shift) / (numerator / denominator)).
    HANSA_NOISE_LAPLACE = 1,
    // Outcome k: magnitude k << shift; weight e^(-(k << shift)^2 / (2 · numerator / denominator)).
    HANSA_NOISE_GAUSSIAN = 2,
    // The Poisson law of mean λ = numerator / (2 · denominator), seen from its mode m = ⌊λ⌋. Outcome 0: m; outcome
    // 2a - 1: m + (a << shift); outcome 2a: m - 1 - ((a - 1) << shift), of weight 0 below 0.
    HANSA_NOISE_POISSON = 3,
};

// A law of outcomes. Magnitudes with shift 0 give outcome 0 half its weight, because both signs of it are one value.
typedef struct hansa_noise_law {
    uint32_t kind;
    // With shift s each outcome stands for 2^s neighbouring values, and has the weight of the heaviest, its first.
    uint32_t shift;
    uint64_t numerator;   // at most 2^62
    uint64_t denominator; // at most 2^32
} hansa_noise_law;

// A table in the caller's memory.
typedef struct hansa_noise_table {
    // boundaries[0] = boundaries[count + 1] = UINT64_MAX; boundaries[1 + k] is the floor of outcome k.
    const uint64_t *boundaries;
    // guide[V >> guide_shift]: the first outcome whose floor is not below the smallest V of the same cell.
    const uint16_t *guide;
    uint32_t count;
    uint32_t bits; // 1 to 63
    uint32_t guide_shift;
} hansa_noise_table;

// At most this many further words make up a uniform number; more are asked for with probability below 2^-1500.
enum { HANSA_NOISE_WORDS_MAX = 28 };

// Fills `boundaries`, which has room for `capacity` numbers, and returns the table's count of outcomes; 0 where there
// is too little room. The table ends where 2^-40 or one cell of V is left.
size_t hansa_noise_table_build(const hansa_noise_law *law, uint32_t bits, uint64_t *boundaries, size_t capacity);

// Fills the guide of 2^(bits - guide_shift) cells.
void hansa_noise_guide_build(
    const uint64_t *boundaries, size_t count, uint32_t bits, uint32_t guide_shift, uint16_t *guide);

// The outcome of one word, of which the `bits` highest are V; -1 where they do not decide.
int64_t hansa_noise_lookup(const hansa_noise_table *table, uint64_t word);

// The outcome of the uniform number whose leading `bits` bits are V and the next are `words`, first word and highest
// bit first; -1 where these bits do not decide either.
int64_t hansa_noise_resolve(
    const hansa_noise_law *law, uint32_t bits, uint64_t v, const uint64_t *words, size_t word_count);

// Whether a uniform number that begins with `words` is below weight(value) / weight(outcome), where value is the
// `offset`-th of the outcome's values, offset < 2^shift: 1 or 0, or -1 where these bits do not decide.
int hansa_noise_accept(
    const hansa_noise_law *law, uint64_t outcome, uint64_t offset, const uint64_t *words, size_t word_count);

// Signed draws: magnitude = the outcome of words[i], negative where the lowest bit is set. Returns how many values were
// written before the first word that does not decide.
size_t hansa_noise_signed(const hansa_noise_table *table, const uint64_t *words, size_t count, int32_t *values);

// Differences of two draws, of words[2i] and words[2i + 1], in Poisson's order of outcomes. Returns how many values were
// written before the first pair that does not decide.
size_t hansa_noise_difference(const hansa_noise_table *table, const uint64_t *words, size_t count, int32_t *values);

#endif
