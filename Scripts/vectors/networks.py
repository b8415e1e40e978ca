#!/usr/bin/env python3
"""Golden vectors of networks that oneDNN trains: Tests/HansaLearningTests/Vectors/networks.json.

Needs Python 3 with PyTorch; run from anywhere. Each case is a small network, its examples (images channel by channel),
starting parameters, and what PyTorch in double precision makes of them with stochastic gradient descent in stored order.
"""
import json
import pathlib

import torch

# name, input (channels, height, width or a count), layers, momentum, decay
CASES = [
    ("softmax", [9], [], 0.0, 0.0),
    ("perceptron", [7], [["dense", 18], ["relu"], ["dense", 5], ["relu"]], 0.75, 0.03125),
    ("convolution", [3, 7, 6], [["convolution", 5, 3, 1, 0], ["relu"]], 0.0, 0.0),
    ("strided and padded", [2, 9, 8], [["convolution", 6, 3, 2, 1], ["relu"]], 0.5, 0.0),
    ("five by five", [6, 8, 8], [["convolution", 16, 5, 1, 0], ["relu"]], 0.0, 0.0),
    ("pooled", [1, 10, 10], [["convolution", 4, 3, 1, 1], ["relu"], ["max-pool", 2, 2, 0],
                             ["convolution", 3, 2, 1, 0], ["relu"], ["average-pool", 3, 2, 1], ["dense", 6], ["relu"]],
     0.0, 0.0625),
    ("pooled without a rectifier", [4, 6, 6], [["convolution", 4, 1, 1, 0], ["max-pool", 3, 1, 0], ["relu"]], 0.0, 0.0),
]
CLASSES, EXAMPLES, BATCH, EPOCHS, RATE = 4, 7, 3, 2, 0.125


def build(shape, layers):
    modules, channels, flat = [], shape[0], len(shape) == 1
    size = torch.zeros(1, *shape)
    for layer in layers + [["dense", CLASSES]]:
        if layer[0] == "dense":
            if not flat:
                modules.append(torch.nn.Flatten())
                flat = True
            modules.append(torch.nn.Linear(size.flatten(1).shape[1], layer[1]))
        elif layer[0] == "convolution":
            modules.append(torch.nn.Conv2d(channels, layer[1], layer[2], stride=layer[3], padding=layer[4]))
            channels = layer[1]
        elif layer[0] == "max-pool":
            modules.append(torch.nn.MaxPool2d(layer[1], stride=layer[2], padding=layer[3]))
        elif layer[0] == "average-pool":
            modules.append(torch.nn.AvgPool2d(layer[1], stride=layer[2], padding=layer[3], count_include_pad=False))
        else:
            modules.append(torch.nn.ReLU())
        size = torch.nn.Sequential(*modules)(torch.zeros(1, *shape))
    return torch.nn.Sequential(*modules).double()


def flat(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()]).tolist()


def case(number, name, shape, layers, momentum, decay):
    torch.manual_seed(number)
    model = build(shape, layers)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.round(parameter * 1024) / 1024)
    start = flat(model)
    examples = torch.randint(-8, 9, (EXAMPLES, *shape)).double() / 8
    labels = torch.randint(0, CLASSES, (EXAMPLES,))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=momentum, weight_decay=decay)
    losses = []
    for _ in range(EPOCHS):
        for first in range(0, EXAMPLES, BATCH):
            loss = torch.nn.functional.cross_entropy(
                model(examples[first:first + BATCH]), labels[first:first + BATCH])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return {
        "name": name, "input": shape, "layers": layers, "momentum": momentum, "decay": decay,
        "examples": examples.flatten(1).tolist(), "labels": labels.tolist(), "start": start,
        "trained": [round(value, 9) for value in flat(model)],
        "meanLoss": round(sum(losses) / len(losses), 9),
    }


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    cases = [case(number, *row) for number, row in enumerate(CASES, 1)]
    content = {
        "script": "Scripts/vectors/networks.py", "pytorch": torch.__version__.split("+")[0],
        "classes": CLASSES, "batch": BATCH, "epochs": EPOCHS, "rate": RATE, "cases": cases,
    }
    path = root / "Tests/HansaLearningTests/Vectors/networks.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content) + "\n")


main()
