#ifndef HANSA_GRADIENT_H
#define HANSA_GRADIENT_H

#include <stddef.h>

// What FedProx and gradient clipping do to the gradients of a step. Not part of a thin client.
//
// A fixed sequence of IEEE operations per number, so all builds and processors give the same bits.

// gradient ← gradient + proximal · (weights − start), where `start` is null for none; returns the sum of the gradient's
// squares.
//
// The sum has sixteen lanes in double precision: lane i adds numbers i, i + 16, … in ascending order, and the lanes are
// added in ascending order. Zeros behind the numbers change nothing.
double hansa_gradient_bound(
    float *gradient,
    const float *weights,
    const float *start,
    size_t count,
    float proximal
);

#endif
