#include "hansa_noise.h"

// The first outcome whose floor is above v. Two steps without a branch settle nearly every draw: the guide has about as
// many cells as the law has likely outcomes.
static inline uint64_t outcome_of(
    const uint64_t *boundaries, const uint16_t *guide, uint32_t guide_shift, uint64_t v) {
    uint64_t k = guide[v >> guide_shift];
    k += boundaries[k + 1] <= v;
    k += boundaries[k + 1] <= v;
    while (__builtin_expect(boundaries[k + 1] <= v, 0)) k++;
    return k;
}

void hansa_noise_guide_build(
    const uint64_t *boundaries, size_t count, uint32_t bits, uint32_t guide_shift, uint16_t *guide) {
    size_t cells = (size_t)1 << (bits - guide_shift);
    size_t k = 0;
    for (size_t cell = 0; cell < cells; cell++) {
        uint64_t smallest = (uint64_t)cell << guide_shift;
        while (k < count && boundaries[1 + k] < smallest) k++;
        guide[cell] = (uint16_t)k;
    }
}

int64_t hansa_noise_lookup(const hansa_noise_table *table, uint64_t word) {
    uint64_t v = word >> (64 - table->bits);
    uint64_t k = outcome_of(table->boundaries, table->guide, table->guide_shift, v);
    return table->boundaries[k] == v || k == table->count ? -1 : (int64_t)k;
}

size_t hansa_noise_signed(const hansa_noise_table *table, const uint64_t *words, size_t count, int32_t *values) {
    const uint64_t *boundaries = table->boundaries;
    const uint16_t *guide = table->guide;
    uint32_t guide_shift = table->guide_shift, drop = 64 - table->bits;
    uint64_t outcome_count = table->count;
    for (size_t i = 0; i < count; i++) {
        uint64_t word = words[i], v = word >> drop;
        uint64_t k = outcome_of(boundaries, guide, guide_shift, v);
        if (__builtin_expect((boundaries[k] == v) | (k == outcome_count), 0)) return i;
        int32_t sign = -(int32_t)(word & 1);
        values[i] = ((int32_t)k ^ sign) - sign;
    }
    return count;
}

// The distance of an outcome of Poisson's order from the mode.
static inline int32_t distance(uint64_t k) {
    int32_t up = (int32_t)((k + 1) >> 1), sign = (int32_t)(k & 1) - 1;
    return (up ^ sign) - sign;
}

size_t hansa_noise_difference(const hansa_noise_table *table, const uint64_t *words, size_t count, int32_t *values) {
    const uint64_t *boundaries = table->boundaries;
    const uint16_t *guide = table->guide;
    uint32_t guide_shift = table->guide_shift, drop = 64 - table->bits;
    uint64_t outcome_count = table->count;
    for (size_t i = 0; i < count; i++) {
        uint64_t v = words[2 * i] >> drop, w = words[2 * i + 1] >> drop;
        uint64_t k = outcome_of(boundaries, guide, guide_shift, v);
        uint64_t l = outcome_of(boundaries, guide, guide_shift, w);
        if (__builtin_expect(
                (boundaries[k] == v) | (k == outcome_count) | (boundaries[l] == w) | (l == outcome_count), 0)) {
            return i;
        }
        values[i] = distance(k) - distance(l);
    }
    return count;
}
