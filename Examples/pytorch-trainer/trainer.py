#!/usr/bin/env python3
"""A PyTorch module, federated: an external trainer (Proto/trainer.md). Change `Net`, and the scenario's model with it.

Tensors of module and model are matched by their order. Nothing but messages goes to standard output.
"""
import json, struct, sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file


class Net(torch.nn.Sequential):
    def __init__(self):
        super().__init__(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))


def train(module, features, labels, plan, seed):
    shuffling, losses = torch.Generator().manual_seed(seed), []
    options = dict(lr=plan["learning_rate"], weight_decay=plan["weight_decay"])
    kind = plan.get("optimizer", "sgd")
    if kind == "sgd":
        optimizer = torch.optim.SGD(module.parameters(), momentum=plan["momentum"], **options)
    else:
        make = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind]
        optimizer = make(module.parameters(), betas=(plan["beta1"], plan["beta2"]), eps=plan["epsilon"], **options)
    start = [parameter.detach().clone() for parameter in module.parameters()]
    for _ in range(plan["epochs"]):
        order = torch.randperm(len(labels), generator=shuffling) if plan["shuffle"] else torch.arange(len(labels))
        for batch in order.split(plan["batch"] or len(labels)):
            if plan["max_steps"] and len(losses) >= plan["max_steps"]:
                return losses
            loss = torch.nn.functional.cross_entropy(module(features[batch]), labels[batch])
            losses.append(loss.item())
            distance = sum(((w - s) ** 2).sum() for w, s in zip(module.parameters(), start))
            optimizer.zero_grad()
            (loss + plan.get("proximal", 0) / 2 * distance).backward()
            if plan.get("gradient_norm_max"):
                torch.nn.utils.clip_grad_norm_(module.parameters(), plan["gradient_norm_max"])
            optimizer.step()
    return losses


torch.set_num_threads(1)
module, stream = Net(), sys.stdin.buffer
while len(prefix := stream.read(4)) == 4:
    request = json.loads(stream.read(struct.unpack("<I", prefix)[0]))
    model, examples = load_file(request["model"]), load_file(request["examples"])
    with safe_open(request["model"], "pt") as file, torch.no_grad():
        names = file.offset_keys()
        for parameter, name in zip(module.parameters(), names, strict=True):
            parameter.copy_(model[name])
    losses = train(module, examples["features"], examples["labels"], request["plan"], request["seed"])
    save_file({name: p.detach() for name, p in zip(names, module.parameters())}, request["update"])
    text = json.dumps({
        "type": "trained", "sample_count": len(examples["labels"]), "mean_loss": sum(losses) / len(losses)}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(text)) + text)
    sys.stdout.buffer.flush()
