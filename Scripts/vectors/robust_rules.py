#!/usr/bin/env python3
"""Golden vectors of the robust rules, q-FedAvg and FedNova: Tests/HansaAggregationTests/Vectors/robust_rules.json.

Integers of two sections with different steps, and what each rule makes of them in numpy float64, straight from the
papers' formulas: distances coordinate by coordinate, Weiszfeld's and centered clipping's steps on whole vectors, and
scores from sorted distances. Results must be met to 1e-6 of the largest update.

    python3 Scripts/vectors/robust_rules.py

Made with Python 3 and numpy 2; the data come from numpy's PCG64 with the seed of each case.
"""

import json
import pathlib

import numpy as np

COUNTS = [530 + 12 + 3, 1]  # the parameters of the tests' sections; the 7 between them are local
STEPS = [2.0**-7, 0.3]
BOUND = 127
RATE = 0.1  # the local learning rate
CASES = [
    {"name": "median", "options": {}, "count": 8, "seed": 1},
    {"name": "median", "options": {}, "count": 9, "seed": 2},
    {"name": "median", "options": {"pre": "nnm", "byzantine": 2}, "count": 9, "seed": 3},
    {"name": "trimmed-mean", "options": {"byzantine": 2}, "count": 9, "seed": 4},
    {"name": "trimmed-mean", "options": {"trim": 0.3}, "count": 10, "seed": 5},
    {"name": "trimmed-mean", "options": {"byzantine": 2, "pre": "nnm"}, "count": 9, "seed": 6},
    {"name": "krum", "options": {"byzantine": 2}, "count": 9, "seed": 7},
    {"name": "krum", "options": {"byzantine": 3, "pre": "nnm"}, "count": 9, "seed": 8},
    {"name": "multi-krum", "options": {"byzantine": 2}, "count": 9, "seed": 9},
    {"name": "multi-krum", "options": {"byzantine": 2, "select": 3}, "count": 9, "seed": 10},
    {"name": "geometric-median", "options": {}, "count": 9, "seed": 11},
    {"name": "geometric-median", "options": {"iterations": 30, "smoothing": 0.5}, "count": 9, "seed": 12},
    {"name": "centered-clipping", "options": {}, "count": 9, "seed": 13},
    {"name": "centered-clipping", "options": {"radius": 2.5, "iterations": 7}, "count": 8, "seed": 14},
    {"name": "norm-bounding", "options": {}, "count": 9, "seed": 15},
    {"name": "norm-bounding", "options": {"bound": 3.0, "pre": "nnm", "byzantine": 1}, "count": 9, "seed": 16},
    {"name": "q-fedavg", "options": {"q": 0.5}, "count": 7, "seed": 17},
    {"name": "q-fedavg", "options": {"q": 3, "lipschitz": 2.0}, "count": 7, "seed": 18},
    {"name": "fednova", "options": {}, "count": 7, "seed": 19},
]


def mixed(x, options):
    if options.get("pre") != "nnm":
        return x
    rows = []
    for i in range(len(x)):
        distance = np.linalg.norm(x - x[i], axis=1)
        rows.append(x[np.argsort(distance, kind="stable")[: len(x) - options["byzantine"]]].mean(axis=0))
    return np.array(rows)


def krum_order(x, byzantine):
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    scores = [np.sort(np.delete(squares[i], i))[: len(x) - byzantine - 2].sum() for i in range(len(x))]
    return np.argsort(scores, kind="stable")


def clipped_steps(x, iterations, radius):
    center = np.zeros(x.shape[1])
    for _ in range(iterations):
        offset = x - center
        length = np.linalg.norm(offset, axis=1)
        limit = np.median(length) if radius is None else radius
        center = center + (offset * np.minimum(1, limit / length)[:, None]).mean(axis=0)
    return center


def fednova(x, case):
    weight = np.array(case["weights"], float)
    share = weight / weight.sum()
    steps = 1 * np.ceil(weight / 10)  # 1 epoch in batches of 10
    return (share * steps).sum() * (share[:, None] * x / steps[:, None]).sum(axis=0)


def q_fedavg(x, case):
    q = case["options"]["q"]
    lipschitz = case["options"].get("lipschitz", 1 / RATE)
    loss = np.array(case["losses"], np.float32).astype(float)
    gradient = -lipschitz * x
    delta = loss[:, None] ** q * gradient
    h = q * loss ** (q - 1) * (gradient**2).sum(axis=1) + lipschitz * loss**q
    return -delta.sum(axis=0) / h.sum()


def aggregate(case, x):
    options, name = case["options"], case["name"]
    if name == "fednova":
        return fednova(x, case)
    if name == "q-fedavg":
        return q_fedavg(x, case)
    x = mixed(x, options)
    if name == "median":
        return np.median(x, axis=0)
    if name == "trimmed-mean":
        cut = int(options["trim"] * len(x)) if "trim" in options else options["byzantine"]
        return np.sort(x, axis=0)[cut : len(x) - cut].mean(axis=0)
    if name == "krum":
        return x[krum_order(x, options["byzantine"])[0]]
    if name == "multi-krum":
        select = options.get("select", len(x) - options["byzantine"])
        return x[krum_order(x, options["byzantine"])[:select]].mean(axis=0)
    if name == "geometric-median":
        center = x.mean(axis=0)
        for _ in range(options.get("iterations", 8)):
            weight = 1 / np.maximum(options.get("smoothing", 1e-6), np.linalg.norm(x - center, axis=1))
            center = (weight[:, None] * x).sum(axis=0) / weight.sum()
        return center
    if name == "centered-clipping":
        return clipped_steps(x, options.get("iterations", 3), options.get("radius"))
    return clipped_steps(x, 1, options.get("bound"))


def run(case):
    source = np.random.default_rng(case["seed"])
    count = case["count"]
    # Clients that share a direction, each with its own, and two that point elsewhere at ten times the length.
    spread = source.normal(0, 20, (1, sum(COUNTS))) + source.normal(0, 12, (count, sum(COUNTS)))
    spread[:2] = source.normal(0, 90, (2, sum(COUNTS)))
    integers = np.clip(np.round(spread), -BOUND, BOUND).astype(int)
    x = integers * np.repeat(STEPS, COUNTS)
    if case["name"] == "fednova":
        case = dict(case, weights=[int(w) for w in source.integers(1, 200, count)])
    if case["name"] == "q-fedavg":
        case = dict(case, losses=[float(np.float32(v)) for v in source.uniform(0.1, 3, count)])
    result = aggregate(case, x)
    # A few coordinates of both sections keep the file small; the sum covers the rest.
    shown = list(range(24)) + [511, 512, 543, 544, 545]
    return dict(
        case,
        integers=["".join(f"{v & 255:02x}" for v in row) for row in integers],
        shown=shown,
        values=[float(result[i]) for i in shown],
        sum=float(result.sum()),
        scale=float(np.abs(x).max()),
    )


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    path = root / "Tests/HansaAggregationTests/Vectors/robust_rules.json"
    content = {
        "script": "Scripts/vectors/robust_rules.py",
        "numpy": np.__version__.split(".")[0],
        "steps": STEPS,
        "cases": [run(case) for case in CASES],
    }
    path.write_text(json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


main()
