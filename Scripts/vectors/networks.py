#!/usr/bin/env python3
"""Golden vectors of networks that oneDNN trains: Tests/HansaLearningTests/Vectors/networks.json.

Needs Python 3 with PyTorch; run from anywhere. Each case is a small network, its examples (images channel by channel),
starting parameters, and what PyTorch in double precision makes of them with stochastic gradient descent in stored order.
"""
import json
import math
import pathlib

import torch

# name, input (channels, height, width or a count), layers, momentum, decay, and the loss if another; windows are a number or [down, across]
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
    ("oblong", [1, 5, 14], [["convolution", 6, [5, 3], 1, [0, 1]], ["relu"], ["max-pool", [1, 2], [1, 2], 0],
                            ["convolution", 5, [1, 3], [1, 2], 0], ["relu"]], 0.5, 0.0),
    ("gelu", [2, 6, 6], [["convolution", 5, 3, 1, 0], ["gelu"], ["dense", 9], ["gelu"]], 0.5, 0.0),
    ("layer norm", [11], [["layer-norm"], ["dense", 18], ["layer-norm"], ["relu"]], 0.5, 0.03125),
    ("layer norm of an image", [3, 5, 5], [["convolution", 6, 3, 1, 0], ["layer-norm"], ["gelu"]], 0.0, 0.0),
    ("group norm", [2, 6, 5], [["convolution", 18, 3, 1, 1], ["group-norm", 3], ["relu"],
                               ["convolution", 16, 3, 2, 1], ["group-norm", 8], ["relu"], ["average"]], 0.5, 0.0),
    ("batch norm", [2, 6, 5], [["convolution", 18, 3, 1, 1], ["batch-norm"], ["relu"],
                               ["convolution", 4, 3, 1, 0], ["batch-norm"]], 0.5, 0.03125),
    ("residual", [2, 6, 6], [["convolution", 16, 3, 1, 1], ["relu"],
                             ["residual", [["relu"], ["convolution", 16, 3, 1, 1], ["group-norm", 2], ["relu"],
                                           ["convolution", 16, 3, 1, 1]]], ["relu"],
                             ["residual", [["convolution", 20, 3, 2, 1], ["relu"]]], ["dense", 7],
                             ["residual", [["layer-norm"], ["dense", 7], ["relu"]]],
                             ["residual", [["dense", 5]]]], 0.5, 0.03125),
    ("embedding", [6], [["embedding", 5, 3], ["layer-norm"], ["dense", 8], ["relu"]], 0.5, 0.03125),
    ("lstm", [9], [["embedding", 7, 4], ["lstm", 18], ["lstm", 5], ["last-step"]], 0.5, 0.03125),
    ("lstm in between", [5], [["embedding", 6, 16], ["lstm", 16], ["relu"], ["residual", [["lstm", 16]]],
                              ["layer-norm"], ["last-step"], ["relu"]], 0.0, 0.0),
    ("switch", [10], [["switch-moe", 4, 6, 7, 1, 0, 0.25], ["relu"]], 0.5, 0.03125),
    ("switch with a limit", [2, 3, 3], [["convolution", 4, 2, 1, 0], ["switch-moe", 3, 5, 0, 2, 0.75, 0.5]], 0.5, 0.0),
    ("adapters", [8], [["residual", [["switch-moe", 5, -3, 0, 2, 0, 0.125]]]], 0.5, 0.0),
    ("switch over steps", [5], [["embedding", 6, 4], ["residual", [["switch-moe", 3, 5, 0, 1, 1, 0.25]]], ["last-step"]],
     0.0, 0.0),
    ("squared error", [6], [["dense", 5], ["gelu"]], 0.5, 0.0, "squared-error"),
    ("binary cross-entropy", [6], [["dense", 5], ["relu"]], 0.5, 0.0, "binary-cross-entropy"),
    ("residual first", [5], [["residual", [["relu"]]], ["residual", [["dense", 6], ["relu"]]]], 0.0, 0.0),
]
CLASSES, EXAMPLES, BATCH, EPOCHS, RATE = 4, 7, 3, 2, 0.125


class Tokens(torch.nn.Embedding):
    def forward(self, x):
        return super().forward(x.long())


class Recurrent(torch.nn.LSTM):
    """An LSTM with one bias: PyTorch's second one stays zero."""

    def __init__(self, width, units):
        super().__init__(width, units, batch_first=True)
        self.bias_hh_l0.requires_grad_(False).zero_()

    def forward(self, x):
        return super().forward(x)[0]


class LastStep(torch.nn.Module):
    def forward(self, x):
        return x[:, -1]


class Switch(torch.nn.Module):
    """Experts of `inner` hidden units, or of rank -`inner`; a capacity factor of 0 for no limit."""

    def __init__(self, width, experts, inner, units, top, capacity, balance):
        super().__init__()
        self.experts, self.top, self.capacity, self.balance = experts, top, capacity, balance
        self.units = units or width
        self.router = torch.nn.Linear(width, experts, bias=False)
        dense = inner > 0
        self.parts = torch.nn.ModuleList(
            torch.nn.Sequential(torch.nn.Linear(width, abs(inner), bias=dense),
                                torch.nn.ReLU() if dense else torch.nn.Identity(),
                                torch.nn.Linear(abs(inner), self.units, bias=dense)) for _ in range(experts))

    def forward(self, x):
        tokens = x.reshape(-1, x.shape[-1]) if x.dim() == 3 else x.flatten(1)
        count = len(tokens)
        shares = torch.softmax(self.router(tokens), 1)
        gates, choices = torch.topk(shares, self.top, dim=1)
        room = math.ceil(self.top * count / self.experts * self.capacity) if self.capacity and self.training else count
        taken = [0] * self.experts
        rows = [torch.zeros(self.units).double()] * count
        for rank in range(self.top):
            for token in range(count):
                expert = int(choices[token, rank])
                if taken[expert] < room:
                    taken[expert] += 1
                    rows[token] = rows[token] + gates[token, rank] * self.parts[expert](tokens[token])
        first = torch.nn.functional.one_hot(choices[:, 0], self.experts).double().mean(0)
        self.penalty = self.balance * self.experts * (first * shares.mean(0)).sum()
        return torch.stack(rows).reshape(*x.shape[:2], -1) if x.dim() == 3 else torch.stack(rows)


class Residual(torch.nn.Module):
    """x + f(x), with a projection of x where f changes the shape."""

    def __init__(self, inner, before, after):
        super().__init__()
        self.inner = inner
        self.projection = torch.nn.Identity()
        if before.dim() == 2 and before.shape != after.shape:
            self.projection = torch.nn.Linear(before.shape[1], after.shape[1])
        elif before.shape != after.shape:
            stride = [-(-old // new) for old, new in zip(before.shape[2:], after.shape[2:])]
            self.projection = torch.nn.Conv2d(before.shape[1], after.shape[1], 1, stride=stride)

    def forward(self, x):
        return self.projection(x) + self.inner(x)


def module(layer, size):
    """The module of one layer, for inputs like `size`."""
    name, values = layer[0], layer[1:]
    width = size.shape[-1 if size.dim() == 3 else 1]
    if name == "dense":
        linear = torch.nn.Linear(size.flatten(1).shape[1], values[0])
        return linear if size.dim() == 2 else torch.nn.Sequential(torch.nn.Flatten(), linear)
    if name == "convolution":
        return torch.nn.Conv2d(width, values[0], values[1], stride=values[2], padding=values[3])
    if name == "max-pool":
        return torch.nn.MaxPool2d(values[0], stride=values[1], padding=values[2])
    if name == "average-pool":
        return torch.nn.AvgPool2d(values[0], stride=values[1], padding=values[2], count_include_pad=False)
    if name == "average":
        return torch.nn.AdaptiveAvgPool2d(1)
    if name == "gelu":
        return torch.nn.GELU()
    if name == "layer-norm":
        return torch.nn.LayerNorm(width) if size.dim() < 4 else torch.nn.GroupNorm(1, width)
    if name == "group-norm":
        return torch.nn.GroupNorm(values[0], width)
    if name == "batch-norm":
        return torch.nn.BatchNorm2d(width)
    if name == "embedding":
        return Tokens(*values)
    if name == "lstm":
        return Recurrent(width, values[0])
    if name == "last-step":
        return LastStep()
    if name == "switch-moe":
        return Switch(size.shape[-1] if size.dim() == 3 else size.flatten(1).shape[1], *values)
    if name == "residual":
        inner = sequence(values[0], size)
        return Residual(inner, size, inner(size))
    return torch.nn.ReLU()


def sequence(layers, size):
    modules = []
    for layer in layers:
        modules.append(module(layer, size).double().eval())
        size = modules[-1](size)
    return torch.nn.Sequential(*modules)


def tensors(model):
    """Parameters and running statistics in the order of Hansa's blocks."""
    for part in model.modules():
        yield from (parameter for parameter in part.parameters(recurse=False) if parameter.requires_grad)
        if isinstance(part, torch.nn.BatchNorm2d):
            yield from (part.running_mean, part.running_var)


def flat(model):
    return torch.cat([tensor.detach().flatten() for tensor in tensors(model)]).tolist()


def objective(kind, scores, labels):
    if kind == "cross-entropy":
        return torch.nn.functional.cross_entropy(scores, labels)
    targets = torch.nn.functional.one_hot(labels, CLASSES).double()
    if kind == "squared-error":
        return torch.nn.functional.mse_loss(scores, targets)
    return torch.nn.functional.binary_cross_entropy_with_logits(scores, targets)


def case(number, name, shape, layers, momentum, decay, kind="cross-entropy"):
    torch.manual_seed(number)
    model = sequence(layers + [["dense", CLASSES]], torch.zeros(1, *shape).double()).train()
    with torch.no_grad():
        for parameter in tensors(model):
            if parameter.dim() == 1 and (parameter == parameter[0]).all():
                parameter += torch.rand_like(parameter) / 4
            parameter.copy_(torch.round(parameter * 1024) / 1024)
    start = flat(model)
    examples = torch.randint(-8, 9, (EXAMPLES, *shape)).double() / 8
    if layers and layers[0][0] == "embedding":
        examples = torch.randint(0, layers[0][1], (EXAMPLES, *shape)).double()
    labels = torch.randint(0, CLASSES, (EXAMPLES,))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=momentum, weight_decay=decay)
    losses = []
    for _ in range(EPOCHS):
        for first in range(0, EXAMPLES, BATCH):
            loss = objective(kind, model(examples[first:first + BATCH]), labels[first:first + BATCH])
            loss = loss + sum(part.penalty for part in model.modules() if isinstance(part, Switch))
            optimizer.zero_grad()
            loss.backward()
            # An expert that no token reached has a gradient of zero, not none: momentum and decay go on.
            for parameter in model.parameters():
                if parameter.requires_grad and parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
            optimizer.step()
            losses.append(loss.item())
    with torch.no_grad():
        measured = objective(kind, model.eval()(examples), labels).item()
    return {
        "name": name, "input": shape, "layers": layers, "loss": kind, "momentum": momentum, "decay": decay,
        "examples": examples.flatten(1).tolist(), "labels": labels.tolist(), "start": start,
        "trained": [round(value, 9) for value in flat(model)],
        "meanLoss": round(sum(losses) / len(losses), 9), "measuredLoss": round(measured, 9),
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
