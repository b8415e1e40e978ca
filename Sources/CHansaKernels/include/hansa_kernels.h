#ifndef HANSA_KERNELS_H
#define HANSA_KERNELS_H

#include <stdbool.h>

// Which instruction set the hot loops run on.
//
// Every kernel body is compiled once per variant ("x_body.h" included by "x_baseline.c", "x_v3.c", "x_v4.c"), and
// every variant gives the same bits: no contraction, sixteen fixed lanes, one fixed reduction tree. The choice is made
// at first use from the processor, or from the environment variable HANSA_KERNELS (baseline, v3, v4), and can be
// forced by tests and benchmarks. There is no ifunc, which ThreadSanitizer does not survive.

// The number of variants this build contains: 3 on x86-64, 1 elsewhere. Variant 0 always runs.
int hansa_kernels_variant_count(void);

// The name of a variant, or "unknown" for a number outside 0 ..< count.
const char *hansa_kernels_variant_name(int variant);

// Whether this processor and operating system can run the variant.
bool hansa_kernels_variant_supported(int variant);

// Makes every later call in the process use the variant; false, and no change, where it is not supported. -1 returns
// to the automatic choice.
bool hansa_kernels_force(int variant);

// The variant in use.
int hansa_kernels_active(void);

#endif
