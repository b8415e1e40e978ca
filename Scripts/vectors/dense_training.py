#!/usr/bin/env python3
"""Golden vectors of the exact trainer: Tests/HansaDenseTests/Vectors/dense_training.json.

Two implementations that share nothing with the Swift and C code. `train_exact` performs, in numpy float32 scalars, the
operations in the order that Sources/CHansaKernels/include/hansa_dense.h promises; its results are given as bit patterns
and must be met exactly. `train_double` is the mathematics in float64; it must be met within a tolerance.

    python3 Scripts/vectors/dense_training.py

Made with Python 3 and numpy 2; the data come from Python's Mersenne Twister with the seed of each case.
"""

import json
import math
import pathlib
import random

import numpy as np

F = np.float32
LANES = 16


def draw(seed, count, widths):
    """Examples in eighths, a third of them zero, and starting parameters in 1/1024ths."""
    source = random.Random(seed)
    features = [
        [0.0 if source.random() < 0.33 else source.randrange(-16, 17) / 8 for _ in range(widths[0])]
        for _ in range(count)
    ]
    labels = [source.randrange(widths[-1]) for _ in range(count)]
    size = sum((i + 1) * o for i, o in zip(widths, widths[1:]))
    parameters = [source.randrange(-512, 513) / 1024 for _ in range(size)]
    return features, labels, parameters


def batches(count, work):
    size = work["batchSize"] or count
    steps = 0
    for _ in range(work["epochs"]):
        for start in range(0, count, size):
            if work["stepCountMax"] and steps == work["stepCountMax"]:
                return
            steps += 1
            yield range(start, min(start + size, count))


def split(flat, widths, kind):
    """The layers of a flat vector: weights [out][in] and biases."""
    layers, place = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        weights = np.array(flat[place : place + inputs * outputs], dtype=kind).reshape(outputs, inputs)
        place += inputs * outputs
        layers.append([weights, np.array(flat[place : place + outputs], dtype=kind)])
        place += outputs
    return layers


def join(layers):
    return np.concatenate([part.reshape(-1) for weights, bias in layers for part in (weights, bias)])


def train_double(features, labels, parameters, widths, work):
    layers = split(parameters, widths, np.float64)
    velocity = split([0.0] * len(parameters), widths, np.float64)
    losses = []
    for batch in batches(len(labels), work):
        activations = [np.array([features[b] for b in batch], dtype=np.float64)]
        for index, (weights, bias) in enumerate(layers):
            z = activations[-1] @ weights.T + bias
            activations.append(np.maximum(z, 0) if index + 1 < len(layers) else z)
        z = activations.pop()
        exponentials = np.exp(z - z.max(axis=1, keepdims=True))
        softmax = exponentials / exponentials.sum(axis=1, keepdims=True)
        truth = [labels[b] for b in batch]
        rows = np.arange(len(truth))
        losses.append(-np.log(softmax[rows, truth]).mean())
        softmax[rows, truth] -= 1
        delta = softmax / len(truth)
        for index in reversed(range(len(layers))):
            gradients = [delta.T @ activations[index], delta.sum(axis=0)]
            delta = (delta @ layers[index][0]) * (activations[index] > 0)
            for part in (0, 1):
                g = gradients[part] + work["weightDecay"] * layers[index][part]
                velocity[index][part] = work["momentum"] * velocity[index][part] + g
                layers[index][part] = layers[index][part] - work["learningRate"] * velocity[index][part]
    return join(layers), float(np.mean(losses))


def lane_dot(delta, row):
    """Σ delta·row in sixteen lanes, each ascending, joined by halves."""
    padded = -(-len(delta) // LANES) * LANES
    sums = None
    for start in range(0, padded, LANES):
        products = [
            F(delta[i]) * F(row[i]) if i < len(delta) else F(0) for i in range(start, start + LANES)
        ]
        sums = products if sums is None else [a + b for a, b in zip(sums, products)]
    while len(sums) > 1:
        half = len(sums) // 2
        sums = [sums[i] + sums[i + half] for i in range(half)]
    return sums[0]


def train_exact(features, labels, parameters, widths, work):
    layers = split(parameters, widths, F)
    velocity = split([0.0] * len(parameters), widths, F)
    rate, momentum, decay = F(work["learningRate"]), F(work["momentum"]), F(work["weightDecay"])
    for batch in batches(len(labels), work):
        size = F(len(batch))
        gradients = split([0.0] * len(parameters), widths, F)
        for b in batch:
            activations = [[F(x) for x in features[b]]]
            for index, (weights, bias) in enumerate(layers):
                z = []
                for j in range(len(bias)):
                    total = bias[j]
                    for k, x in enumerate(activations[-1]):
                        if x != 0:
                            total = total + x * weights[j, k]
                    z.append(total)
                activations.append([F(0) if s < 0 else s for s in z] if index + 1 < len(layers) else z)
            z = activations.pop()
            largest = float(max(z))
            exponentials = [math.exp(float(s) - largest) for s in z]
            total = 0.0
            for e in exponentials:
                total += e
            delta = [
                (F(e / total) - F(1 if j == labels[b] else 0)) / size for j, e in enumerate(exponentials)
            ]
            for index in reversed(range(len(layers))):
                below = []
                for k, x in enumerate(activations[index]):
                    below.append(lane_dot(delta, layers[index][0][:, k]) if x != 0 else F(0))
                    if x == 0:
                        continue
                    for j in range(len(delta)):
                        gradients[index][0][j, k] += x * delta[j]
                for j in range(len(delta)):
                    gradients[index][1][j] += delta[j]
                delta = below
        for index in range(len(layers)):
            for part in (0, 1):
                w, g = layers[index][part], gradients[index][part]
                velocity[index][part] = momentum * velocity[index][part] + (g + decay * w)
                layers[index][part] = w - rate * velocity[index][part]
    return join(layers)


def work(epochs, batch_size, rate, momentum=0.0, decay=0.0, cap=0):
    return {
        "epochs": epochs,
        "batchSize": batch_size,
        "learningRate": rate,
        "momentum": momentum,
        "weightDecay": decay,
        "stepCountMax": cap,
    }


CASES = [
    ("softmax regression, last batch short", 1, 13, [7, 3], work(2, 4, 0.25)),
    ("softmax regression, one full batch", 2, 9, [5, 2], work(3, 0, 0.5)),
    ("one hidden layer", 3, 11, [6, 5, 3], work(2, 5, 0.125)),
    ("two hidden layers wider than the lanes", 4, 7, [4, 18, 17, 3], work(1, 3, 0.125)),
    ("momentum", 5, 10, [6, 5, 3], work(3, 4, 0.125, momentum=0.5)),
    ("weight decay", 6, 10, [6, 5, 3], work(2, 4, 0.125, decay=0.0625)),
    ("momentum and weight decay in full batches", 7, 10, [6, 5, 3], work(3, 0, 0.125, momentum=0.75, decay=0.03125)),
    ("stopped by the step cap", 8, 12, [6, 4, 3], work(5, 5, 0.25, cap=4)),
]


def main():
    vectors = []
    for name, seed, count, widths, job in CASES:
        features, labels, parameters = draw(seed, count, widths)
        exact = train_exact(features, labels, parameters, widths, job)
        double, loss = train_double(features, labels, parameters, widths, job)
        vectors.append(
            {
                "name": name,
                "seed": seed,
                "widths": widths,
                "features": features,
                "labels": labels,
                "start": parameters,
                "work": job,
                "stepCount": len(list(batches(count, job))),
                "exactBits": [int(x) for x in exact.view(np.uint32)],
                "double": [round(float(x), 9) for x in double],
                "meanLoss": round(loss, 9),
            }
        )
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests" / "HansaDenseTests" / "Vectors" / "dense_training.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(vector) for vector in vectors)
    target.write_text('{"script": "Scripts/vectors/dense_training.py", "version": 1, "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
