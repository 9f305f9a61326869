"""Arithmetic item by item is one expression on the whole tensors."""

import torch


def inputs(n=1000):
    return {"x": torch.rand(n), "y": torch.rand(n)}


def slow(x, y):
    out = torch.empty_like(x)
    for i in range(len(x)):  # expect: LS101
        out[i] = torch.sin(x[i]) * 2 + y[i]
    return out


def fast(x, y):
    return torch.sin(x) * 2 + y


def fine(x, y):
    """Each value needs the one before: that is a recurrence."""
    out = torch.empty_like(x)
    last = x.new_zeros(())
    for i in range(len(x)):
        last = torch.sin(last) * 2 + y[i]
        out[i] = last
    return out
