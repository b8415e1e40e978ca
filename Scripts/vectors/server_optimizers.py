#!/usr/bin/env python3
"""Golden vectors of the server optimizers: Tests/HansaAggregationTests/Vectors/server_optimizers.json.

Algorithm 2 of Reddi et al. 2021 (arXiv:2003.00295) and FedAvgM (arXiv:1909.06335) in numpy float32, one rounding an
operation, in the order that the doc comments of Sources/HansaAggregation/ServerOptimizers promise: 1 - beta rounded
once, delta squared before its factor, rate * m before the quotient. Values are float32 bit patterns and must be met
exactly. m starts at 0 and v at tau^2; there is no bias correction.

    python3 Scripts/vectors/server_optimizers.py

Made with Python 3 and numpy 2; the data come from numpy's PCG64 with the seed of each case.
"""

import json
import pathlib

import numpy as np

F = np.float32
ROUNDS = 5
COUNT = 21
CASES = [
    {"name": "sgd 1", "rule": "sgd", "learningRate": 1.0, "seed": 1},
    {"name": "sgd 0.3", "rule": "sgd", "learningRate": 0.3, "seed": 2},
    {"name": "momentum", "rule": "momentum", "learningRate": 0.7, "beta": 0.9, "seed": 3},
    {"name": "momentum 0", "rule": "momentum", "learningRate": 1.0, "beta": 0.0, "seed": 4},
    {"name": "adam", "rule": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "tau": 0.001, "seed": 5},
    {"name": "adam 0", "rule": "adam", "learningRate": 0.1, "beta1": 0.0, "beta2": 0.0, "tau": 0.1, "seed": 6},
    {"name": "yogi", "rule": "yogi", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "tau": 0.001, "seed": 7},
    {"name": "yogi wide", "rule": "yogi", "learningRate": 0.1, "beta1": 0.5, "beta2": 0.5, "tau": 0.5, "seed": 8},
    {"name": "adagrad", "rule": "adagrad", "learningRate": 0.1, "beta1": 0.0, "tau": 0.001, "seed": 9},
    {"name": "adagrad with momentum", "rule": "adagrad", "learningRate": 0.01, "beta1": 0.9, "tau": 0.1, "seed": 10},
]


def step(case, x, state, delta):
    rate = F(case["learningRate"])
    if case["rule"] == "sgd":
        return x + rate * delta, state
    if case["rule"] == "momentum":
        m = F(case["beta"]) * state[0] + delta
        return x + rate * m, [m]
    m, v = state
    beta1, beta2, tau = F(case["beta1"]), F(case.get("beta2", 0)), F(case["tau"])
    square = delta * delta
    m = beta1 * m + (F(1) - beta1) * delta
    change = (F(1) - beta2) * square
    if case["rule"] == "adagrad":
        v = v + square
    elif case["rule"] == "adam":
        v = beta2 * v + change
    else:
        v = v - change * np.sign(v - square)
    return x + (rate * m) / (np.sqrt(v) + tau), [m, v]


def bits(vector):
    assert vector.dtype == np.float32
    return [int(word) for word in vector.view(np.uint32)]


def run(case):
    source = np.random.default_rng(case["seed"])
    x = source.standard_normal(COUNT).astype(F)
    deltas = (source.standard_normal((ROUNDS, COUNT)) * 10.0 ** source.uniform(-4, 1, COUNT)).astype(F)
    deltas[:, 0] = 0
    # Powers of two near tau, where the second moment may equal the square exactly.
    deltas[:, 1] = F(0.5)
    state = {"sgd": [], "momentum": [np.zeros(COUNT, F)]}.get(case["rule"])
    if state is None:
        state = [np.zeros(COUNT, F), np.full(COUNT, F(case["tau"]) * F(case["tau"]), F)]
    result = dict(case, start=bits(x), rounds=[])
    for delta in deltas:
        x, state = step(case, x, state, delta)
        result["rounds"].append({"delta": bits(delta), "model": bits(x), "state": [bits(s) for s in state]})
    return result


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    path = root / "Tests/HansaAggregationTests/Vectors/server_optimizers.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "script": "Scripts/vectors/server_optimizers.py",
        "numpy": np.__version__.split(".")[0],
        "cases": [run(case) for case in CASES],
    }
    path.write_text(json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


main()
