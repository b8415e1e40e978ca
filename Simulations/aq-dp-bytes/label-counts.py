#!/usr/bin/env python3
"""Writes the label counts that the splits of AQ-DP's experiments have, a line a client, a number a class.

  label-counts.py FOLDER   cifar-100.csv, cifar-1000.csv, mnist-1000.csv, pneumonia-10.csv

Only counts are drawn, so no data are needed: the draws of the Dirichlet split as FedML has it depend on nothing else but
the number of samples of each class (5,000 of each in CIFAR-10), and so do those of FedProx's power law on MNIST. The
calls and their order are those of the published code, with NumPy's legacy generator.
"""

import pathlib
import sys

import numpy as np

MNIST = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]


def dirichlet(sizes, clients, alpha, minimum, seed):
    """Each class dealt by a Dirichlet draw over the clients that have fewer than N/M samples, until all have enough."""
    np.random.seed(seed)
    smallest = 0
    while smallest < minimum:
        counts = np.zeros((clients, len(sizes)), dtype=int)
        for label, size in enumerate(sizes):
            np.random.shuffle(np.arange(size))
            shares = np.random.dirichlet(np.repeat(alpha, clients))
            shares = shares * (counts.sum(1) < sum(sizes) / clients)
            shares = shares / shares.sum()
            cuts = (np.cumsum(shares) * size).astype(int)[:-1]
            counts[:, label] = np.diff(np.concatenate([[0], cuts, [size]]))
        smallest = counts.sum(1).min()
    return counts


def power_law(sizes, clients, sigma, seed):
    """Two consecutive classes a client, five samples of each, and a log-normal share of the rest."""
    np.random.seed(seed)
    counts = np.zeros((clients, 10), dtype=int)
    for client in range(clients):
        for step in range(2):
            counts[client, (client + step) % 10] += 5
    taken = counts.sum(0)
    shares = np.random.lognormal(0, sigma, (10, clients // 10, 2))
    rest = np.array(sizes)[:, None, None] - 1000
    shares = rest * shares / shares.sum((1, 2), keepdims=True)
    for client in range(clients):
        for step in range(2):
            label = (client + step) % 10
            count = int(shares[label, client // 10, step])
            if taken[label] + count < sizes[label]:
                counts[client, label] += count
                taken[label] += count
    return counts


def main():
    folder = pathlib.Path(sys.argv[1])
    cifar = [5000] * 10
    tables = {
        "cifar-100": dirichlet(cifar, 100, 0.5, 10, 10),
        "cifar-1000": dirichlet(cifar, 1000, 0.5, 10, 10),
        "mnist-1000": power_law(MNIST, 1000, 2.0, 0),
        "pneumonia-10": dirichlet([1214, 3494], 10, 0.5, 10, 10),
    }
    for name, counts in tables.items():
        lines = [",".join(str(count) for count in row) for row in counts]
        (folder / (name + ".csv")).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
