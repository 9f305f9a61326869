"""A fold whose last value alone is used is one reduction."""

import torch


def inputs(n=1000):
    return {"x": torch.rand(n), "w": torch.rand(n)}


def slow(x, w):
    total = 0
    for i in range(len(x)):  # expect: LS302
        total = total + w[i] * x[i]
    return total


def fast(x, w):
    return w @ x


def fine(x, w):
    """Every sum on the way is kept: a scan."""
    out = []
    total = 0
    for i in range(len(x)):
        total = total + w[i] * x[i]
        out.append(total)
    return torch.stack(out)
