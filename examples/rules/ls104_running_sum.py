"""A sum that is kept at every step is torch.cumsum."""

import torch


def inputs(n=1000):
    return {"x": torch.rand(n)}


def slow(x):
    out = torch.empty_like(x)
    total = 0
    for i in range(len(x)):  # expect: LS104
        total = total + x[i]
        out[i] = total
    return out


def fast(x):
    return torch.cumsum(x, dim=0)


def fine(x):
    """Only the last sum is used: a reduction, not a scan."""
    total = 0
    for v in x:
        total = total + v
    return total
