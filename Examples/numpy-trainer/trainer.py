#!/usr/bin/env python3
"""An external trainer in numpy (Proto/trainer.md): fully connected layers with ReLU, softmax cross-entropy, mini-batch SGD.

The model's tensors are a weight [out, in] and a bias [out] for each layer, in order. The client's examples are those of
the request's file, so the simulator starts it as it is. Nothing but messages goes to standard output.
"""
import json, struct, sys

import numpy

TYPES = {"F32": numpy.dtype("<f4"), "I64": numpy.dtype("<i8")}


def read_message(stream):
    prefix = stream.read(4)
    return json.loads(stream.read(struct.unpack("<I", prefix)[0])) if len(prefix) == 4 else None


def write_message(stream, message):
    text = json.dumps(message).encode()
    stream.write(struct.pack("<I", len(text)) + text)
    stream.flush()


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        body = file.read()
    return {
        name: numpy.frombuffer(body[slice(*entry["data_offsets"])], TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
        for name, entry in header.items() if name != "__metadata__"
    }


def write_tensors(path, tensors):
    header, end = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [end, end + 4 * values.size]}
        end += 4 * values.size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(numpy.ascontiguousarray(values, TYPES["F32"]).tobytes())


def gradients(parameters, inputs, labels):
    """The mean loss of a batch and its gradient by each parameter."""
    activations = [inputs]
    for layer in range(0, len(parameters), 2):
        sums = activations[-1] @ parameters[layer].T + parameters[layer + 1]
        activations.append(numpy.maximum(sums, 0) if layer + 2 < len(parameters) else sums)
    scores = activations.pop()
    scores = scores - scores.max(axis=1, keepdims=True)
    shares = numpy.exp(scores)
    totals = shares.sum(axis=1, keepdims=True)
    rows = numpy.arange(len(labels))
    loss = float((numpy.log(totals[:, 0]) - scores[rows, labels]).mean())
    delta = shares / totals
    delta[rows, labels] -= 1
    delta /= len(labels)
    slopes = [None] * len(parameters)
    for layer in range(len(parameters) - 2, -1, -2):
        slopes[layer], slopes[layer + 1] = delta.T @ activations[layer // 2], delta.sum(axis=0)
        delta = (delta @ parameters[layer]) * (activations[layer // 2] > 0)
    return loss, slopes


def train(tensors, features, labels, plan, seed):
    if plan.get("optimizer", "sgd") != "sgd" or plan.get("gradient_norm_max") or plan.get("proximal"):
        raise ValueError("this trainer knows plain SGD only")
    parameters, random = list(tensors.values()), numpy.random.default_rng(seed)
    velocities, losses = [numpy.zeros_like(values) for values in parameters], []
    size = plan["batch"] or len(labels)
    for _ in range(plan["epochs"]):
        order = random.permutation(len(labels)) if plan["shuffle"] else numpy.arange(len(labels))
        for start in range(0, len(labels), size):
            if plan["max_steps"] and len(losses) >= plan["max_steps"]:
                return losses
            batch = order[start:start + size]
            loss, slopes = gradients(parameters, features[batch], labels[batch])
            losses.append(loss)
            for values, velocity, slope in zip(parameters, velocities, slopes):
                velocity *= numpy.float32(plan["momentum"])
                velocity += slope + numpy.float32(plan["weight_decay"]) * values
                values -= numpy.float32(plan["learning_rate"]) * velocity
    return losses


def main():
    while (request := read_message(sys.stdin.buffer)) is not None:
        try:
            tensors, examples = read_tensors(request["model"]), read_tensors(request["examples"])
            losses = train(tensors, examples["features"], examples["labels"], request["plan"], request["seed"])
            write_tensors(request["update"], tensors)
            answer = {
                "type": "trained", "sample_count": len(examples["labels"]), "mean_loss": sum(losses) / len(losses)}
        except Exception as error:
            answer = {"type": "failed", "reason": str(error)}
        write_message(sys.stdout.buffer, answer)


if __name__ == "__main__":
    main()
