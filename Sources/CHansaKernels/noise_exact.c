#include <string.h>

#include "hansa_noise.h"

// Numbers in fixed point with a bound on their error: the exact evaluation behind the tables of noise.
//
// A real stands for some number within ±error units of 2^(-64 · limbs) of its digits. Every operation adds to the error
// at least what it loses, so a comparison that comes out the same for both ends of the interval is proved; one that does
// not is repeated with more limbs. Errors stop at UNKNOWN, which decides nothing.

typedef unsigned __int128 u128;

// Digits of a number: `limbs` of the fraction, lowest first, then the integer part.
enum { FRACTION_MAX = HANSA_NOISE_WORDS_MAX + 4 };
#define UNKNOWN UINT64_MAX

typedef struct real {
    uint64_t limb[FRACTION_MAX + 1];
    uint64_t error;
} real;

static uint64_t capped_add(uint64_t a, uint64_t b) { return a + b < a ? UNKNOWN : a + b; }

static uint64_t capped_multiply(uint64_t a, uint64_t b) {
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UNKNOWN : product;
}

static void set(real *a, size_t limbs, uint64_t integer) {
    memset(a->limb, 0, limbs * sizeof(uint64_t));
    a->limb[limbs] = integer;
    a->error = 0;
}

static void copy(real *a, size_t limbs, const real *b) {
    memcpy(a->limb, b->limb, (limbs + 1) * sizeof(uint64_t));
    a->error = b->error;
}

static void add(real *a, size_t limbs, const real *b) {
    uint64_t carry = 0;
    for (size_t i = 0; i <= limbs; i++) {
        u128 sum = (u128)a->limb[i] + b->limb[i] + carry;
        a->limb[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    a->error = capped_add(a->error, b->error);
}

// a - b, or 0 where that is below: the true difference is not.
static void subtract(real *a, size_t limbs, const real *b) {
    uint64_t borrow = 0;
    for (size_t i = 0; i <= limbs; i++) {
        u128 difference = (u128)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    if (borrow) memset(a->limb, 0, (limbs + 1) * sizeof(uint64_t));
    a->error = capped_add(a->error, b->error);
}

static int compare(const real *a, const real *b, size_t limbs) {
    for (size_t i = limbs + 1; i-- > 0;) {
        if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
    }
    return 0;
}

static bool is_zero(const real *a, size_t limbs) {
    uint64_t any = 0;
    for (size_t i = 0; i <= limbs; i++) any |= a->limb[i];
    return any == 0;
}

// At least error · a, for an `a` that is not larger than its digits and error say by more than 2^-64.
static uint64_t share_of(uint64_t error, const real *a, size_t limbs) {
    u128 fraction = ((u128)error * a->limb[limbs - 1] + error) >> 64;
    return capped_add(capped_multiply(error, a->limb[limbs]), (uint64_t)fraction + 1);
}

// a · b: |ab - a'b'| <= error_a · b' + error_b · a' + error_a · error_b, of which the last is below a unit, as errors are
// below 2^64 and there are 192 digits or more; and the digits dropped are another.
static void multiply(real *a, size_t limbs, const real *b) {
    uint64_t product[2 * FRACTION_MAX + 2];
    memset(product, 0, (2 * limbs + 2) * sizeof(uint64_t));
    for (size_t i = 0; i <= limbs; i++) {
        uint64_t carry = 0, digit = a->limb[i];
        for (size_t j = 0; j <= limbs; j++) {
            u128 sum = (u128)digit * b->limb[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        product[i + limbs + 1] = carry;
    }
    uint64_t from_a = share_of(a->error, b, limbs), from_b = share_of(b->error, a, limbs);
    if (a->error == UNKNOWN || b->error == UNKNOWN) from_a = UNKNOWN;
    memcpy(a->limb, product + limbs, (limbs + 1) * sizeof(uint64_t));
    a->error = capped_add(capped_add(from_a, from_b), 2);
}

static void divide_digits(real *a, size_t limbs, uint64_t divisor) {
    uint64_t remainder = 0;
    for (size_t i = limbs + 1; i-- > 0;) {
        u128 part = (u128)remainder << 64 | a->limb[i];
        if (remainder == 0) {
            a->limb[i] = (uint64_t)part / divisor;
            remainder = (uint64_t)part % divisor;
        } else {
            a->limb[i] = (uint64_t)(part / divisor);
            remainder = (uint64_t)(part % divisor);
        }
    }
}

// a / divisor, for divisor >= 1.
static void divide(real *a, size_t limbs, uint64_t divisor) {
    divide_digits(a, limbs, divisor);
    if (a->error != UNKNOWN) a->error = a->error / divisor + 2;
}

// a · numerator / (d · e) for a < 4, numerator <= 2^62 and a factor of at most 1: so the error grows by what the digits
// lose alone.
static void scale(real *a, size_t limbs, uint64_t numerator, uint64_t d, uint64_t e) {
    uint64_t carry = 0, divisor;
    for (size_t i = 0; i <= limbs; i++) {
        u128 sum = (u128)a->limb[i] * numerator + carry;
        a->limb[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    if (__builtin_mul_overflow(d, e, &divisor)) {
        divide_digits(a, limbs, d);
        divide_digits(a, limbs, e);
    } else {
        divide_digits(a, limbs, divisor);
    }
    a->error = capped_add(a->error, 1);
}

// 1 / a for 1/2 <= a < 2^63, by long division in base 2.
static void invert(real *quotient, size_t limbs, const real *a) {
    real rest;
    set(&rest, limbs, 1);
    set(quotient, limbs, 0);
    // The first digit has the value 1; for a = 1/2 the quotient is 1.11…, one unit less than 2.
    for (size_t position = 64 * limbs + 1; position-- > 0;) {
        if (compare(&rest, a, limbs) >= 0) {
            quotient->limb[position / 64] |= (uint64_t)1 << position % 64;
            subtract(&rest, limbs, a);
        }
        for (size_t i = limbs; i > 0; i--) rest.limb[i] = rest.limb[i] << 1 | rest.limb[i - 1] >> 63;
        rest.limb[0] <<= 1;
    }
    // |1/a - 1/a'| <= error / (a · a'), and both are at least 1/2 less the error.
    quotient->error = capped_add(capped_multiply(a->error, 8), 2);
}

// e^(-x) for x = numerator · 2^shift / denominator, numerator >= 0.
static void exponential(real *result, size_t limbs, u128 numerator, int shift, uint64_t denominator) {
    // y = x / 2^halvings <= 1/2, as digits: the numerator's bits are divided from the top, zeros follow.
    int halvings = 0;
    int bits = 0;
    for (u128 n = numerator; n != 0; n >>= 1) bits++;
    int denominator_bits = 64 - __builtin_clzll(denominator);
    // x < 2^(bits + shift - denominator_bits + 1).
    if (bits + shift - denominator_bits + 2 > 0) halvings = bits + shift - denominator_bits + 2;
    real y, term;
    set(&y, limbs, 0);
    u128 remainder = 0;
    // Bit i of the long division has weight 2^(place), where place falls from bits - 1 + shift - halvings.
    int place = bits - 1 + shift - halvings;
    for (int i = bits - 1; place >= -(int)(64 * limbs); i--, place--) {
        remainder = remainder << 1 | (i >= 0 ? (unsigned)(numerator >> i) & 1 : 0);
        if (remainder >= denominator) {
            remainder -= denominator;
            // y < 1/2, so a quotient bit is a bit of the fraction.
            size_t position = (size_t)(64 * (int)limbs + place);
            y.limb[position / 64] |= (uint64_t)1 << position % 64;
        }
    }
    y.error = 1;
    // The alternating series of terms that at least halve: the first term left out bounds the rest.
    real positive, negative;
    set(&positive, limbs, 1);
    set(&negative, limbs, 0);
    set(&term, limbs, 1);
    for (uint64_t k = 1; !is_zero(&term, limbs); k++) {
        multiply(&term, limbs, &y);
        divide(&term, limbs, k);
        add(k % 2 ? &negative : &positive, limbs, &term);
    }
    copy(result, limbs, &positive);
    subtract(result, limbs, &negative);
    result->error = capped_add(result->error, capped_add(term.error, 1));
    for (; halvings > 0; halvings--) {
        real factor;
        copy(&factor, limbs, result);
        multiply(result, limbs, &factor);
        if (is_zero(result, limbs) && result->error <= 4) {
            // Squares of numbers below 2^(2 - 64 · limbs) stay below it.
            result->error = 4;
            break;
        }
    }
}

// The weights of a law's outcomes, one after the other, times a factor.
typedef struct walk {
    const hansa_noise_law *law;
    size_t limbs;
    uint64_t index; // of the outcome whose weight comes next
    real weight;    // of magnitudes, or of Poisson's outcomes above the mode
    real below;     // of Poisson's outcomes below the mode
    real ratio;     // by which the next magnitude's weight is smaller
    real step;      // by which the ratio is smaller each time
    real current;   // the weight that walk_next has given
} walk;

static uint64_t mode(const hansa_noise_law *law) { return law->numerator / (2 * law->denominator); }

// Multiplies the weight of value - 1 by λ / value.
static void poisson_up(real *weight, const walk *w, uint64_t value) {
    scale(weight, w->limbs, w->law->numerator, 2 * w->law->denominator, value);
}

// Multiplies the weight of value by value / λ, for a value of at most the mode.
static void poisson_down(real *weight, const walk *w, uint64_t value) {
    scale(weight, w->limbs, value * (2 * w->law->denominator), w->law->numerator, 1);
}

static void walk_start(walk *w, const hansa_noise_law *law, size_t limbs, const real *factor) {
    w->law = law;
    w->limbs = limbs;
    w->index = 0;
    copy(&w->weight, limbs, factor);
    copy(&w->below, limbs, factor);
    int shift = (int)law->shift;
    if (law->kind == HANSA_NOISE_LAPLACE) {
        exponential(&w->ratio, limbs, law->denominator, shift, law->numerator);
    } else if (law->kind == HANSA_NOISE_GAUSSIAN) {
        // e^(-(2a + 1) g) for g = 2^(2 · shift) / (2 · variance), a = 0, 1, 2, …
        exponential(&w->ratio, limbs, law->denominator, 2 * shift - 1, law->numerator);
        copy(&w->step, limbs, &w->ratio);
        multiply(&w->step, limbs, &w->ratio);
    }
}

static void walk_next(walk *w) {
    const hansa_noise_law *law = w->law;
    size_t limbs = w->limbs;
    uint64_t k = w->index++;
    if (law->kind != HANSA_NOISE_POISSON) {
        copy(&w->current, limbs, &w->weight);
        if (k == 0 && law->shift == 0) divide(&w->current, limbs, 2);
        multiply(&w->weight, limbs, &w->ratio);
        if (law->kind == HANSA_NOISE_GAUSSIAN) multiply(&w->ratio, limbs, &w->step);
        return;
    }
    uint64_t m = mode(law), values = (uint64_t)1 << law->shift;
    if (k == 0) {
        copy(&w->current, limbs, &w->weight);
    } else if (k % 2 == 1) {
        uint64_t first = m + (k / 2) * values;
        for (uint64_t i = 1; i <= values; i++) poisson_up(&w->weight, w, first + i);
        copy(&w->current, limbs, &w->weight);
    } else {
        uint64_t before = (k / 2 - 1) * values;
        // From the mode one value down, then from one outcome's first value to the next one's.
        uint64_t from = k == 2 ? m : (before <= m ? m - 1 - (before - values) : 0);
        if (k == 2 ? m < 1 : m < 1 + before) {
            set(&w->below, limbs, 0);
        } else {
            uint64_t steps = k == 2 ? 1 : values;
            for (uint64_t i = 0; i < steps; i++) poisson_down(&w->below, w, from - i);
        }
        copy(&w->current, limbs, &w->below);
    }
}

// What the weights of all later outcomes together are at most, in units of the weight and its error: 1 / (1 - the
// ratio of successive weights), which falls for the Gaussian and Poisson's law.
static uint64_t tail_factor(const walk *w) {
    const hansa_noise_law *law = w->law;
    uint64_t quotient = law->numerator / law->denominator;
    switch (law->kind) {
    case HANSA_NOISE_LAPLACE:
        // 1 / (1 - e^(-y)) <= 1 + 1/y.
        return (quotient >> law->shift) + 3;
    case HANSA_NOISE_GAUSSIAN:
        return (quotient >> 2 * law->shift) + 3;
    default: {
        // The ratio is λ / (m + i) or less above the mode and (m - i) / λ or less below it, at distances i that both
        // sides have passed.
        uint64_t passed = ((w->index - 1) / 2 - 1) << law->shift;
        return passed < 3 ? UNKNOWN : (mode(law) + passed) / (passed - 2) + 3;
    }
    }
}

// Whether the weights have become too small for the digits.
static bool walk_is_spent(const walk *w) {
    if (!is_zero(&w->weight, w->limbs)) return false;
    return w->law->kind != HANSA_NOISE_POISSON || (w->index >= 10 && is_zero(&w->below, w->limbs));
}

// 1 / the sum of all weights.
static void normalisation(real *factor, const hansa_noise_law *law, size_t limbs) {
    real one, total;
    walk w;
    set(&one, limbs, 1);
    set(&total, limbs, 0);
    walk_start(&w, law, limbs, &one);
    do {
        walk_next(&w);
        add(&total, limbs, &w.current);
    } while (!walk_is_spent(&w));
    uint64_t left = capped_add(capped_add(w.weight.error, w.law->kind == HANSA_NOISE_POISSON ? w.below.error : 0), 1);
    total.error = capped_add(total.error, capped_multiply(left, tail_factor(&w)));
    invert(factor, limbs, &total);
}

// The lowest and highest number that a stands for, as digits; false where it is not known. What lies below 0 is 0.
static bool ends(const real *a, size_t limbs, real *low, real *high) {
    real error;
    if (a->error == UNKNOWN) return false;
    set(&error, limbs, 0);
    error.limb[0] = a->error;
    copy(low, limbs, a);
    copy(high, limbs, a);
    subtract(low, limbs, &error);
    add(high, limbs, &error);
    return true;
}

// Where the number that begins with `first` to `last` (exclusive) lies: -1 below a, 1 at or above it, 0 unknown.
static int place(const real *first, const real *last, const real *a, size_t limbs) {
    real low, high;
    if (!ends(a, limbs, &low, &high)) return 0;
    if (compare(last, &low, limbs) <= 0) return -1;
    if (compare(first, &high, limbs) >= 0) return 1;
    return 0;
}

enum build_status { BUILD_DONE, BUILD_NEEDS_DIGITS, BUILD_NEEDS_ROOM };

static enum build_status table_build(
    const hansa_noise_law *law, uint32_t bits, size_t limbs, uint64_t *boundaries, size_t capacity, size_t *count) {
    real factor, cumulative, low, high;
    walk w;
    normalisation(&factor, law, limbs);
    walk_start(&w, law, limbs, &factor);
    set(&cumulative, limbs, 0);
    uint64_t left = bits > 40 ? (uint64_t)1 << (bits - 40) : 1;
    uint64_t last = ((uint64_t)1 << bits) - left;
    size_t k = 0;
    if (capacity < 3) return BUILD_NEEDS_ROOM;
    boundaries[0] = UINT64_MAX;
    for (uint64_t boundary = 0; boundary < last;) {
        if (k + 2 >= capacity) return BUILD_NEEDS_ROOM;
        walk_next(&w);
        add(&cumulative, limbs, &w.current);
        if (!ends(&cumulative, limbs, &low, &high)) return BUILD_NEEDS_DIGITS;
        boundary = low.limb[limbs - 1] >> (64 - bits);
        // Where even the digits do not tell the boundary from 1, it lies in the last cell.
        if (low.limb[limbs] == 0 && high.limb[limbs] == 1 && boundary + 1 == (uint64_t)1 << bits) {
            boundaries[++k] = boundary;
            break;
        }
        if (low.limb[limbs] != 0 || high.limb[limbs] != 0 || high.limb[limbs - 1] >> (64 - bits) != boundary) {
            return BUILD_NEEDS_DIGITS;
        }
        boundaries[++k] = boundary;
    }
    boundaries[k + 1] = UINT64_MAX;
    *count = k;
    return BUILD_DONE;
}

size_t hansa_noise_table_build(const hansa_noise_law *law, uint32_t bits, uint64_t *boundaries, size_t capacity) {
    size_t count = 0;
    for (size_t limbs = 3; limbs <= FRACTION_MAX; limbs++) {
        switch (table_build(law, bits, limbs, boundaries, capacity, &count)) {
        case BUILD_DONE: return count;
        case BUILD_NEEDS_ROOM: return 0;
        case BUILD_NEEDS_DIGITS: break;
        }
    }
    return 0;
}

int64_t hansa_noise_resolve(
    const hansa_noise_law *law, uint32_t bits, uint64_t v, const uint64_t *words, size_t word_count) {
    size_t limbs = word_count + 3;
    real first, last, unit, factor, cumulative;
    walk w;
    if (limbs > FRACTION_MAX) return -1;
    // U lies between V.words and one unit of the last word more.
    set(&first, limbs, 0);
    set(&unit, limbs, 0);
    first.limb[limbs - 1] = v << (64 - bits);
    for (size_t i = 0; i < word_count; i++) {
        first.limb[limbs - 1 - i] |= words[i] >> bits;
        first.limb[limbs - 2 - i] = words[i] << (64 - bits);
    }
    size_t unit_bit = 64 * (limbs - word_count) - bits;
    unit.limb[unit_bit / 64] = (uint64_t)1 << unit_bit % 64;
    copy(&last, limbs, &first);
    add(&last, limbs, &unit);
    normalisation(&factor, law, limbs);
    walk_start(&w, law, limbs, &factor);
    set(&cumulative, limbs, 0);
    for (int64_t k = 0;; k++) {
        walk_next(&w);
        add(&cumulative, limbs, &w.current);
        int side = place(&first, &last, &cumulative, limbs);
        if (side < 0) return k;
        if (side == 0 || walk_is_spent(&w)) return -1;
    }
}

// Bounds low / (denominator + 1) and high / denominator of an x for which the probability of acceptance is e^(-x), of
// some 60 bits each; for Poisson's law, whose probability is a product, also 1 - high / denominator is at most it. False
// where they would not fit or high / denominator is 1/4 or more.
typedef struct bounds {
    uint64_t low, high, denominator;
} bounds;

static bool exponent_bounds(const hansa_noise_law *law, uint64_t outcome, uint64_t offset, bounds *result) {
    u128 low, high, denominator;
    if (law->kind == HANSA_NOISE_LAPLACE) {
        low = high = (u128)offset * law->denominator;
        denominator = law->numerator;
    } else if (law->kind == HANSA_NOISE_GAUSSIAN) {
        u128 start = (u128)outcome << law->shift;
        low = high = (2 * start + offset) * offset * law->denominator;
        denominator = (u128)law->numerator * 2;
    } else {
        // 1 - the smallest and the largest factor of the product, offset times; see hansa_noise_accept.
        u128 m = mode(law), twice = 2 * law->denominator, n = law->numerator, o = offset;
        if (outcome % 2 == 1 || outcome == 0) {
            u128 start = m + ((u128)((outcome + 1) / 2) << law->shift);
            low = o * ((start + 1) * twice - n);
            high = o * ((start + offset) * twice - n);
            denominator = start * twice;
            // The smaller the denominator, the larger the quotient: the lower bound has its own.
            low = low * 15 / 16;
            if (offset > start / 32) return false;
        } else {
            u128 start = m - 1 - ((u128)(outcome / 2 - 1) << law->shift);
            if (offset > start) return false;
            low = o * (n - start * twice);
            high = o * (n - (start - offset + 1) * twice);
            denominator = n;
        }
    }
    // The larger of high and denominator gets 61 bits.
    u128 either = high | denominator;
    uint64_t top = (uint64_t)(either >> 64);
    int excess = (top != 0 ? 128 - __builtin_clzll(top) : 64 - __builtin_clzll((uint64_t)either)) - 61;
    if (excess > 0) {
        low >>= excess;
        high = (high >> excess) + 1;
        denominator >>= excess;
    } else {
        low <<= -excess;
        high <<= -excess;
        denominator <<= -excess;
    }
    result->low = (uint64_t)low;
    result->high = (uint64_t)high;
    result->denominator = (uint64_t)denominator;
    return high < denominator / 4;
}

int hansa_noise_accept(
    const hansa_noise_law *law, uint64_t outcome, uint64_t offset, const uint64_t *words, size_t word_count) {
    if (offset == 0) return 1;
    bounds x;
    if (word_count == 1 && exponent_bounds(law, outcome, offset, &x)) {
        // 1 - x <= e^(-x) <= 1 - x + x^2 / 2; the first as U + 2^-64 <= 1 - x, multiplied out.
        if ((u128)~words[0] * x.denominator >= (u128)x.high << 64) return 1;
        uint64_t lower = (uint64_t)(((u128)x.low << 64) / (x.denominator + 1));
        uint64_t upper = (uint64_t)(((u128)x.high << 64) / x.denominator) + 1;
        u128 square = ((u128)upper * upper >> 65) + 1;
        if (words[0] >= ((u128)1 << 64) - lower + square) return 0;
    }
    size_t limbs = word_count + 2;
    if (limbs > FRACTION_MAX) return -1;
    real probability, first, last;
    walk w;
    if (law->kind == HANSA_NOISE_POISSON) {
        // Up: the product of λ / (start + i) for i in 1 ... offset; down: of (start - i + 1) / λ.
        set(&probability, limbs, 1);
        w.law = law;
        w.limbs = limbs;
        uint64_t m = mode(law);
        if (outcome % 2 == 1 || outcome == 0) {
            uint64_t start = m + (((outcome + 1) / 2) << law->shift);
            for (uint64_t i = 1; i <= offset; i++) poisson_up(&probability, &w, start + i);
        } else {
            uint64_t start = m - 1 - ((outcome / 2 - 1) << law->shift);
            if (offset > start) return 0;
            for (uint64_t i = 1; i <= offset; i++) poisson_down(&probability, &w, start - i + 1);
        }
    } else if (law->kind == HANSA_NOISE_LAPLACE) {
        exponential(&probability, limbs, (u128)offset * law->denominator, 0, law->numerator);
    } else {
        u128 start = (u128)outcome << law->shift;
        exponential(&probability, limbs, (2 * start + offset) * offset * law->denominator, -1, law->numerator);
    }
    set(&first, limbs, 0);
    for (size_t i = 0; i < word_count; i++) first.limb[limbs - 1 - i] = words[i];
    copy(&last, limbs, &first);
    set(&w.current, limbs, 0);
    w.current.limb[limbs - word_count] = 1;
    add(&last, limbs, &w.current);
    int side = place(&first, &last, &probability, limbs);
    return side == 0 ? -1 : side < 0;
}
