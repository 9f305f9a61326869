"""Values are read on the host once, after the loop."""

import torch

OPS = ("aten::mean", "aten::item")  # what the trace shows, for tests without torch


def inputs(n=2000):
    return {"x": torch.rand(n)}


def slow(x):
    history = []
    for v in x:  # expect: LS503
        history.append(v.item())
    return history


def fast(x):
    return x.tolist()


def fine(x):
    """Values stay tensors."""
    history = []
    for v in x:
        history.append(v * 2)
    return torch.stack(history)
