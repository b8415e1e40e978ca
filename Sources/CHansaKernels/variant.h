// How a kernel body is compiled once per instruction set. A feature X consists of
//
//   include/hansa_X.h    the public functions
//   X_table.h            `struct X_table` of function pointers, one `extern const struct X_table X_table_NAME` a variant
//   X_body.h             the kernels as `static` functions and, at its end, the table HANSA_VARIANT_SYMBOL(X_table)
//   X_baseline.c, X_v3.c, X_v4.c   define HANSA_VARIANT, push the target attribute, include the body
//   X.c                  public functions: `tables[hansa_kernels_active()]->function(…)`
//
// HANSA_KERNELS_SMALL, which Embedded builds set, leaves out v4, quantizes with the baseline alone and writes no loop
// out for particular widths: fewer bytes, and the same bits of every result.
//
// System headers are included before the attribute is pushed.

#ifndef HANSA_VARIANT_H
#define HANSA_VARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// The variants would otherwise differ by fused multiply-adds.
#pragma STDC FP_CONTRACT OFF

// Vectors are handed only to functions that are always inlined, so their calling convention, of which clang warns, does
// not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define HANSA_JOIN(name, variant) name##_##variant
#define HANSA_JOIN_EXPANDED(name, variant) HANSA_JOIN(name, variant)
// `name_variant`, for the one symbol a variant's file exports.
#define HANSA_VARIANT_SYMBOL(name) HANSA_JOIN_EXPANDED(name, HANSA_VARIANT)

// Sixteen lanes, whatever the registers: four SSE, two AVX, one AVX-512. Arithmetic on these types is element by
// element in every variant, so nothing is left to the vectoriser's discretion.
typedef float f32x16 __attribute__((vector_size(64)));
typedef double f64x16 __attribute__((vector_size(128)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef int64_t i64x16 __attribute__((vector_size(128)));
typedef uint64_t u64x16 __attribute__((vector_size(128)));

#endif
