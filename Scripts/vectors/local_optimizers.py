#!/usr/bin/env python3
"""Golden vectors of a client's optimizers: local_optimizers.json in the Vectors of HansaDenseTests and HansaLearningTests.

Needs Python 3 with PyTorch; run from anywhere. Each case trains one small perceptron in stored order with PyTorch's
optimizers in double precision, with FedProx's term in the loss and the gradient's norm cut by PyTorch's own function.
"""
import json
import pathlib

import torch

WIDTHS, EXAMPLES, BATCH, EPOCHS = [5, 6, 3], 11, 4, 3

# name, optimizer, rate, momentum, decay, betas, epsilon, clip, proximal
CASES = [
    ("proximal", "sgd", 0.25, 0.0, 0.0, None, None, 0.0, 0.5),
    ("clipped", "sgd", 0.25, 0.0, 0.0, None, None, 0.25, 0.0),
    ("clipped rarely", "sgd", 0.25, 0.0, 0.0, None, None, 0.5, 0.0),
    ("proximal, clipped, momentum and decay", "sgd", 0.125, 0.75, 0.0625, None, None, 0.5, 1.0),
    ("adam", "adam", 0.0625, 0.0, 0.0, [0.9, 0.999], 1e-8, 0.0, 0.0),
    ("adam with decay", "adam", 0.03125, 0.0, 0.125, [0.75, 0.875], 1e-3, 0.0, 0.0),
    ("adamw", "adamw", 0.03125, 0.0, 0.125, [0.9, 0.999], 1e-8, 0.0, 0.0),
    ("adamw, proximal and clipped", "adamw", 0.0625, 0.0, 0.5, [0.5, 0.75], 1e-4, 0.5, 0.25),
]


def flat(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()]).tolist()


def case(number, name, kind, rate, momentum, decay, betas, epsilon, clip, proximal):
    torch.manual_seed(number)
    model = torch.nn.Sequential(
        torch.nn.Linear(WIDTHS[0], WIDTHS[1]), torch.nn.ReLU(), torch.nn.Linear(WIDTHS[1], WIDTHS[2])).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.round(parameter * 1024) / 1024)
    start = flat(model)
    anchor = [parameter.detach().clone() for parameter in model.parameters()]
    examples = torch.randint(-8, 9, (EXAMPLES, WIDTHS[0])).double() / 8
    labels = torch.randint(0, WIDTHS[2], (EXAMPLES,))
    if kind == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum, weight_decay=decay)
    else:
        make = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
        optimizer = make(model.parameters(), lr=rate, betas=betas, eps=epsilon, weight_decay=decay)
    losses, norms = [], []
    for _ in range(EPOCHS):
        for first in range(0, EXAMPLES, BATCH):
            loss = torch.nn.functional.cross_entropy(
                model(examples[first:first + BATCH]), labels[first:first + BATCH])
            losses.append(loss.item())
            distance = sum(((w - s) ** 2).sum() for w, s in zip(model.parameters(), anchor))
            optimizer.zero_grad()
            (loss + proximal / 2 * distance).backward()
            if clip:
                norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), clip).item())
            optimizer.step()
    if clip:
            assert max(norms) > clip, f"{name}: nothing is cut, the norms are {norms}"
    return {
        "name": name, "optimizer": kind, "rate": rate, "momentum": momentum, "decay": decay,
        "betas": betas or [0.0, 0.0], "epsilon": epsilon or 1.0, "clip": clip, "proximal": proximal,
        "examples": examples.tolist(), "labels": labels.tolist(), "start": start,
        "trained": [round(value, 9) for value in flat(model)], "meanLoss": round(sum(losses) / len(losses), 9),
    }


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    content = {
        "script": "Scripts/vectors/local_optimizers.py", "pytorch": torch.__version__.split("+")[0],
        "widths": WIDTHS, "batch": BATCH, "epochs": EPOCHS,
        "cases": [case(number, *row) for number, row in enumerate(CASES, 1)],
    }
    (root / "Tests/TrainingTestSupport/Vectors/local_optimizers.json").write_text(json.dumps(content) + "\n")


main()
