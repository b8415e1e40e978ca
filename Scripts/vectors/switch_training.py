#!/usr/bin/env python3
"""Vectors of the exact trainer's Switch classifier: Tests/HansaDenseTests/Vectors/switch_training.json.

PyTorch's automatic differentiation in float64, on the mathematics that SwitchArchitecture words: top-1 routing, the
answer scaled by the router's share, mean cross-entropy and 0.01 * E * sum f P over each batch. Results must be met within a
tolerance.

    python3 Scripts/vectors/switch_training.py

Made with Python 3 and PyTorch 2; the data come from Python's Mersenne Twister with the seed of each case.
"""

import json
import pathlib
import random

import torch

BALANCE = 0.01


def draw(seed, count, inputs, experts, hidden, classes):
    source = random.Random(seed)
    features = [
        [0.0 if source.random() < 0.33 else source.randrange(-16, 17) / 8 for _ in range(inputs)]
        for _ in range(count)
    ]
    labels = [source.randrange(classes) for _ in range(count)]
    size = experts * (inputs + (inputs + 1) * hidden + (hidden + 1) * classes)
    return features, labels, [source.randrange(-512, 513) / 1024 for _ in range(size)]


def split(flat, inputs, experts, hidden, classes):
    """The router [experts, in] and each expert's four tensors, as leaves."""
    shapes = [(experts, inputs)]
    for _ in range(experts):
        shapes += [(hidden, inputs), (hidden,), (classes, hidden), (classes,)]
    tensors, place = [], 0
    for shape in shapes:
        size = 1
        for extent in shape:
            size *= extent
        values = torch.tensor(flat[place : place + size], dtype=torch.float64).reshape(shape)
        tensors.append(values.requires_grad_())
        place += size
    return tensors


def loss_of(tensors, x, y, experts):
    shares = torch.softmax(x @ tensors[0].T, dim=1)
    choice = shares.argmax(dim=1)
    scores = []
    for row in range(len(y)):
        w, b, v, c = tensors[1 + 4 * choice[row] : 5 + 4 * choice[row]]
        scores.append(shares[row, choice[row]] * (v @ torch.relu(w @ x[row] + b) + c))
    counts = torch.bincount(choice, minlength=experts)
    balance = BALANCE * experts * ((counts / len(y)) * shares.mean(dim=0)).sum()
    return torch.nn.functional.cross_entropy(torch.stack(scores), y) + balance, counts


def case(name, seed, count, inputs, experts, hidden, classes, work):
    features, labels, start = draw(seed, count, inputs, experts, hidden, classes)
    tensors = split(start, inputs, experts, hidden, classes)
    velocity = [torch.zeros_like(t) for t in tensors]
    loads, losses = [0] * experts, []
    x, y = torch.tensor(features, dtype=torch.float64), torch.tensor(labels)
    for _ in range(work["epochs"]):
        for first in range(0, count, work["batchSize"]):
            batch = slice(first, first + work["batchSize"])
            loss, counts = loss_of(tensors, x[batch], y[batch], experts)
            gradients = torch.autograd.grad(loss, tensors, allow_unused=True)
            losses.append(loss.item())
            loads = [a + int(b) for a, b in zip(loads, counts)]
            with torch.no_grad():
                for tensor, gradient, v in zip(tensors, gradients, velocity):
                    g = gradient if gradient is not None else torch.zeros_like(tensor)
                    v.mul_(work["momentum"]).add_(g + work["weightDecay"] * tensor)
                    tensor -= work["learningRate"] * v
    return {
        "name": name,
        "shape": [inputs, experts, hidden, classes],
        "features": features,
        "labels": labels,
        "start": start,
        "work": work,
        "double": [value for tensor in tensors for value in tensor.detach().reshape(-1).tolist()],
        "loads": loads,
        "meanLoss": sum(losses) / len(losses),
    }


def main():
    work = {"epochs": 2, "batchSize": 5, "learningRate": 0.125, "momentum": 0.0, "weightDecay": 0.0}
    cases = [
        case("three experts", 1, 13, 5, 3, 4, 3, work),
        case("momentum and decay", 2, 11, 6, 4, 3, 2, work | {"momentum": 0.5, "weightDecay": 0.0625}),
        case("one expert", 3, 6, 4, 1, 5, 3, work),
        case("batches of more than a block", 4, 90, 7, 3, 18, 4, work | {"batchSize": 70, "epochs": 1}),
    ]
    path = pathlib.Path(__file__).parents[2] / "Tests/HansaDenseTests/Vectors/switch_training.json"
    path.write_text(json.dumps({"script": "Scripts/vectors/switch_training.py", "version": 1, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
