#!/usr/bin/env python3
"""An external trainer for hansa-client in plain Python: softmax regression by mini-batch SGD (Proto/trainer.md).

Usage: trainer.py EXAMPLES.json, a list of [features, label] pairs. The model's two tensors must be
layers.0.weight [classes, features] and layers.0.bias [classes]. Nothing but messages goes to standard output.
"""
import json, math, random, struct, sys


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
        name: (entry["shape"], list(struct.unpack_from(f"<{math.prod(entry['shape'])}f", body, entry["data_offsets"][0])))
        for name, entry in header.items() if name != "__metadata__"
    }


def write_tensors(path, tensors):
    header, body = {}, b""
    for name, (shape, values) in tensors.items():
        start, body = len(body), body + struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, len(body)]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def train(tensors, examples, plan):
    (classes, features), weight = tensors["layers.0.weight"]
    bias, losses, order = tensors["layers.0.bias"][1], [], list(examples)
    size = plan["batch"] or len(order)
    for _ in range(plan["epochs"]):
        if plan["shuffle"]:
            random.shuffle(order)
        for batch in (order[i:i + size] for i in range(0, len(order), size)):
            if plan["max_steps"] and len(losses) >= plan["max_steps"]:
                break
            slope, shift, loss = [0.0] * len(weight), [0.0] * classes, 0.0
            for x, label in batch:
                scores = [bias[c] + sum(weight[c * features + i] * x[i] for i in range(features)) for c in range(classes)]
                top = max(scores)
                total = sum(math.exp(s - top) for s in scores)
                loss += math.log(total) + top - scores[label]
                for c in range(classes):
                    error = (math.exp(scores[c] - top) / total - (c == label)) / len(batch)
                    shift[c] += error
                    for i in range(features):
                        slope[c * features + i] += error * x[i]
            for values, gradient in ((weight, slope), (bias, shift)):
                for i, g in enumerate(gradient):
                    values[i] -= plan["learning_rate"] * (g + plan["weight_decay"] * values[i])
            losses.append(loss / len(batch))
    return sum(losses) / len(losses)


def main():
    with open(sys.argv[1]) as file:
        examples = json.load(file)
    while (request := read_message(sys.stdin.buffer)) is not None:
        try:
            if request["plan"]["momentum"]:
                raise ValueError("this trainer has no momentum")
            tensors = read_tensors(request["model"])
            loss = train(tensors, examples, request["plan"])
            write_tensors(request["update"], tensors)
            answer = {"type": "trained", "sample_count": len(examples), "mean_loss": loss}
        except Exception as error:
            answer = {"type": "failed", "reason": str(error)}
        write_message(sys.stdout.buffer, answer)


main()
