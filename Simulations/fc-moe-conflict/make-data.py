#!/usr/bin/env python3
"""Data for fc-moe-toy and fc-moe-conflict, from the test file of MNIST.

    HANSA_DATA=FOLDER python3 Simulations/fc-moe-conflict/make-data.py OUT

writes into OUT, with numpy alone and a fixed seed:

- toy/: 8,000 images to train on and 2,000 to test;
- conflict/: the same images with two more features, the token of a group, and labels that mean something else in each
  group: group 0 reads the digits 0 to 4 as they are, group 1 as 4, 0, 1, 2, 3. Every image of those digits stands in both
  groups' view of the world, so no answer without the token is right for both. split/ gives clients 0 to 4 images of group
  0 and clients 5 to 9 of group 1, with labels skewed by Dirichlet(0.5).

It prints how far a linear classifier gets without the token, and with an oracle in the router's place: one classifier
for each group.
"""

import gzip
import os
import pathlib
import struct
import sys

import numpy as np

TOKEN = 4.0
MOVED = 5


def read(path):
    with gzip.open(path, "rb") as file:
        data = file.read()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def save(folder, parts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (x, y) in parts.items():
        np.save(folder / f"{name}-features.npy", x.astype(np.float32))
        np.save(folder / f"{name}-labels.npy", y.astype(np.int64))


def accuracy(train, test, epochs=60, rate=0.5):
    """Softmax regression by full gradient descent with momentum."""
    (x, y), (tx, ty) = train, test
    x, tx = (np.hstack([part, np.ones((len(part), 1))]) for part in (x, tx))
    weights, velocity = np.zeros((x.shape[1], 10)), 0
    for _ in range(epochs):
        z = x @ weights
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        velocity = 0.9 * velocity + x.T @ p / len(y)
        weights = weights - rate * velocity
    return float((np.argmax(tx @ weights, axis=1) == ty).mean())


def main():
    out = pathlib.Path(sys.argv[1])
    mnist = pathlib.Path(os.environ["HANSA_DATA"]) / "mnist"
    images = read(mnist / "t10k-images-idx3-ubyte.gz").reshape(-1, 784) / 255.0
    labels = read(mnist / "t10k-labels-idx1-ubyte.gz").astype(int)
    source = np.random.default_rng(7)
    order = source.permutation(len(labels))
    images, labels = images[order], labels[order]
    train, test = (images[:8000], labels[:8000]), (images[8000:], labels[8000:])
    save(out / "toy", {"train": train, "test": test})

    group = source.integers(0, 2, len(labels))
    moved = np.where((group == 1) & (labels < MOVED), (labels + MOVED - 1) % MOVED, labels)
    tokens = TOKEN * np.eye(2)[group]
    x = np.hstack([tokens, images])
    save(out / "conflict", {"train": (x[:8000], moved[:8000]), "test": (x[8000:], moved[8000:])})
    parts, offsets = [], [0]
    shares = {g: source.dirichlet([0.5] * 5, 10) for g in (0, 1)}
    for client in range(10):
        own = []
        for label in range(10):
            pool = np.flatnonzero((group[:8000] == client // 5) & (moved[:8000] == label))
            cuts = np.round(np.cumsum(shares[client // 5][label])[:-1] * len(pool)).astype(int)
            own.append(np.split(pool, cuts)[client % 5])
        parts.append(np.sort(np.concatenate(own)))
        offsets.append(offsets[-1] + len(parts[-1]))
    (out / "conflict" / "split").mkdir(exist_ok=True)
    np.array(offsets, "<u4").tofile(out / "conflict" / "split" / "offsets.u32")
    np.concatenate(parts).astype("<u4").tofile(out / "conflict" / "split" / "parts.u32")

    print("without the token:", accuracy((images[:8000], moved[:8000]), (images[8000:], moved[8000:])))
    oracle = 0.0
    for g in (0, 1):
        mine, theirs = group[:8000] == g, group[8000:] == g
        oracle += theirs.mean() * accuracy(
            (images[:8000][mine], moved[:8000][mine]), (images[8000:][theirs], moved[8000:][theirs])
        )
    print("with an oracle for a router:", oracle)


if __name__ == "__main__":
    main()
