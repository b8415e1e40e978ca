#!/usr/bin/env python3
"""Golden vectors of HansaQuantization and HansaNumerics, computed apart from the Swift and C code.

Needs Python 3 with numpy and mpmath. Run from the repository root; rewrites Tests/*/Vectors/*.json. Packing is done on
one big Python integer per lane, rounding in numpy's float32 and float64, schedules and functions in 60 digits.
"""

import json
from decimal import ROUND_HALF_EVEN, Decimal

import mpmath
import numpy as np

mpmath.mp.dps = 60
MASK64 = (1 << 64) - 1


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def sample(seed, index):
    """SplitMix64's output number `index`: the test inputs, which the Swift tests draw alike."""
    return mix((seed + (index + 1) * 0x9E3779B97F4A7C15) & MASK64)


def integers(seed, count, width):
    """Integers of the whole symmetric range of the width."""
    largest = (1 << (width - 1)) - 1
    return [sample(seed, i) % (2 * largest + 1) - largest for i in range(count)]


def floats(seed, count):
    """Multiples of 2^-20 in [-2, 2)."""
    return np.array([(sample(seed, i) >> 42) / 2.0**20 - 2 for i in range(count)], dtype=np.float32)


def pack(values, width):
    out = bytearray()
    mask = (1 << width) - 1
    full = len(values) // 512 * 512
    for start in range(0, full, 512):
        lanes = []
        for lane in range(16):
            text = sum((values[start + p * 16 + lane] & mask) << (p * width) for p in range(32))
            lanes.append([(text >> (32 * w)) & 0xFFFFFFFF for w in range(width)])
        for w in range(width):
            for lane in range(16):
                out += lanes[lane][w].to_bytes(4, "little")
    tail = values[full:]
    text = sum((q & mask) << (j * width) for j, q in enumerate(tail))
    out += text.to_bytes((len(tail) * width + 7) // 8, "little")
    return bytes(out)


def fnv(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) & MASK64
    return f"{h:016x}"


def uniform24(index, key):
    mixed = mix(key)
    low, high = np.uint32(mixed & 0xFFFFFFFF), np.uint32(mixed >> 32)
    h = index.astype(np.uint32) + low
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x7FEB352D)
    h += high
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x846CA68B)
    h ^= h >> np.uint32(16)
    return h >> np.uint32(8)


def stochastic(x, own_step, bound, width, key, offset):
    kind = np.float32 if width <= 16 else np.float64
    y = x.astype(kind) * kind(1 / np.float64(own_step))
    limited = np.clip(y, kind(-bound), kind(bound))
    whole = np.floor(limited)
    # The fraction in a wider type than the kernel's, where it is exact.
    fraction = limited.astype(np.longdouble) - whole.astype(np.longdouble)
    u = uniform24(np.arange(len(x), dtype=np.uint64) + offset, key).astype(np.longdouble) / 2**24
    q = whole.astype(np.int64) + (u < fraction)
    return [int(v) for v in q], int(np.sum(limited != y))


def cosine_bits(start, end, t, rounds):
    if rounds == 3 * t or rounds == 2 * t or 2 * rounds == 3 * t:
        value = end + (start - end) * (mpmath.mpf(round(2 * mpmath.cos(mpmath.pi * t / rounds))) / 2 + 1) / 2
    else:
        value = end + (start - end) * (mpmath.cos(mpmath.pi * t / rounds) + 1) / 2
    return int(Decimal(mpmath.nstr(value, 50)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def systematic(x, step, bound, bits, draw):
    """Exact integers throughout, after the one Double product; only for vectors within the bound."""
    scale = 1 / np.float64(step) * np.float64(2.0**bits)
    w = [int(abs(np.float64(v)) * scale) for v in x]
    assert sum(w) <= bound << bits
    u = draw >> (64 - bits)
    q, total = [], u
    for value, weight in zip(x, w):
        before = total >> bits
        total += weight
        step_count = (total >> bits) - before
        q.append(-step_count if value < 0 else step_count)
    return q


def quantization():
    result = {"provenance": "Scripts/vectors/quantization.py, version 1"}
    result["packing"] = [
        {"width": width, "count": count, "seed": width * 10_000 + count,
         "fnv1a64": fnv(pack(integers(width * 10_000 + count, count, width), width))}
        for width in range(2, 33) for count in (1, 511, 512, 513, 1025)
    ]
    result["tails"] = [
        {"width": width, "values": integers(width, 5, width), "hex": pack(integers(width, 5, width), width).hex()}
        for width in (2, 3, 7, 8, 13, 31, 32)
    ]
    result["stochastic"] = []
    for width, step, seed in [(2, 1.5, 1), (4, 0.25, 2), (8, 1 / 64, 3), (8, 0.01, 4), (12, 0.001, 5), (16, 7e-5, 6),
                              (17, 3.1e-5, 7), (21, 2e-6, 8), (24, 2.5e-7, 9), (32, 1e-9, 10), (32, 2.0**-31, 11)]:
        bound = (1 << (width - 1)) - 1
        x = floats(seed, 1025)
        offset = seed * 4096
        q, saturated = stochastic(x, step, bound, width, seed * 77777, offset)
        result["stochastic"].append(
            {"width": width, "step": step, "bound": bound, "seed": seed, "count": 1025, "key": seed * 77777,
             "indexOffset": offset, "saturated": saturated, "fnv1a64": fnv(pack(q, width)), "first": q[:8]})
    result["systematic"] = []
    for seed, count, step in [(21, 8, 0.25), (22, 100, 0.01), (23, 1000, 1.0)]:
        x = floats(seed, count)
        clip = float(np.sum(np.abs(x.astype(np.float64)))) * 1.5
        bound = int(clip / step)
        bits = 62 - bound.bit_length()
        draw = sample(seed, 1 << 20)
        result["systematic"].append(
            {"seed": seed, "count": count, "step": step, "clip": clip, "bound": bound, "draw": str(draw),
             "values": systematic(x, step, bound, bits, draw)})
    result["schedules"] = [
        {"from": a, "to": b, "rounds": rounds, "widths": [cosine_bits(a, b, t, rounds) for t in range(rounds)]}
        for a, b, rounds in [(32, 8, 10), (20, 8, 10), (16, 4, 10), (32, 12, 100), (32, 8, 1000), (9, 2, 6), (8, 3, 12),
                             (32, 2, 97), (7, 7, 5), (31, 2, 600)]
    ]
    return result


def numerics():
    result = {"provenance": "Scripts/vectors/quantization.py, version 1; correctly rounded"}

    def entries(function, arguments):
        return [{"x": f"{np.float64(x).view(np.uint64):016x}",
                 "value": f"{np.float64(float(function(mpmath.mpf(float(x))))).view(np.uint64):016x}"}
                for x in arguments]

    rng = np.random.Generator(np.random.PCG64(20_261_121))
    result["exp"] = entries(mpmath.exp, list(rng.uniform(-700, 700, 100)) + list(rng.uniform(-1, 1, 60)) + [0.0, 1.0, -1.0])
    result["log"] = entries(mpmath.log, list(np.exp(rng.uniform(-700, 700, 300))) + list(rng.uniform(0.5, 2, 60)) + [1.0, 2.0, 5e-324])
    result["cos"] = entries(mpmath.cos, list(rng.uniform(-(2.0**20), 2.0**20, 100)) + list(rng.uniform(-7, 7, 60))
                            + [0.0, float(mpmath.pi / 2), float(mpmath.pi), float(3 * mpmath.pi / 2)])
    return result


if __name__ == "__main__":
    with open("Tests/HansaQuantizationTests/Vectors/quantization.json", "w") as file:
        json.dump(quantization(), file, separators=(",", ":"))
        file.write("\n")
    with open("Tests/HansaNumericsTests/Vectors/math.json", "w") as file:
        json.dump(numerics(), file, separators=(",", ":"))
        file.write("\n")
