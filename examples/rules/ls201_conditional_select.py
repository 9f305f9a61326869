"""A branch that picks the value of an item is torch.where."""

import torch


def inputs(n=1000):
    return {"x": torch.rand(n)}


def slow(x):
    out = torch.empty_like(x)
    for i in range(len(x)):  # expect: LS201
        if x[i] > 0.5:
            out[i] = x[i]
        else:
            out[i] = 0
    return out


def fast(x):
    return torch.where(x > 0.5, x, 0)


def fine(x):
    """No condition: plain arithmetic."""
    out = torch.empty_like(x)
    for i in range(len(x)):
        out[i] = x[i] * 0.5
    return out
