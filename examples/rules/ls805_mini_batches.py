"""A model on batches is as it should be; only small batches are worth a look."""

import torch

OPS = ("aten::linear",)  # what the trace shows, for tests without torch


def inputs(n=3000):
    torch.manual_seed(0)
    return {"x": torch.rand(n, 4), "model": torch.nn.Linear(4, 2)}


def slow(x, model):
    out = []
    for i in range(0, len(x), 8):  # expect: LS805
        out.append(model(x[i : i + 8]))
    return torch.cat(out)


def fast(x, model):
    """Recommended: larger steps."""
    out = []
    for i in range(0, len(x), 1024):
        out.append(model(x[i : i + 1024]))
    return torch.cat(out)


def fine(x, model):
    """Single samples, each with a batch axis of its own."""
    out = []
    for row in x[:300]:
        out.append(model(row[None]))
    return torch.cat(out)
