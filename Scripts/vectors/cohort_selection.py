#!/usr/bin/env python3
"""Golden cohorts of UniformCohortSelector, printed for Tests/HansaAggregationTests/UniformCohortSelectorTests.swift.

Philox4x32-10 (Salmon et al. 2011), Lemire's bounded draw and a plain Fisher-Yates shuffle of the whole roster, written
from their papers; nothing is shared with the Swift code.

    python3 Scripts/vectors/cohort_selection.py
"""

MASK = 0xFFFFFFFF
SELECTION = 3


def philox(counter, key):
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & MASK, (p0 >> 32) ^ c[3] ^ k1, p0 & MASK]
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c


def words(seed, round_, attempt):
    block = 0
    while True:
        yield from philox([block, SELECTION << 24 | attempt, round_, 0], (seed & MASK, seed >> 32))
        block += 1


def below(source, bound):
    while True:
        draw = next(source) | next(source) << 32
        product = draw * bound
        if product % 2**64 >= 2**64 % bound:
            return product >> 64


def select(seed, round_, attempt, population, count):
    source, roster = words(seed, round_, attempt), list(range(population))
    for index in range(count):
        other = index + below(source, population - index)
        roster[index], roster[other] = roster[other], roster[index]
    return roster[:count]


assert philox([0] * 4, (0, 0)) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
for case in [(7, 1, 0, 100, 12), (7, 2, 0, 100, 12), (7, 1, 1, 100, 12), (2**40 + 5, 1000, 3, 10, 10)]:
    print(case, select(*case))
