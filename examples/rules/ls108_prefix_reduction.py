"""The mean of each prefix is a running sum over the number of its items."""

import torch


def inputs(n=500):
    return {"x": torch.rand(n)}


def slow(x):
    out = torch.empty_like(x)
    for i in range(len(x)):  # expect: LS108
        out[i] = x[: i + 1].mean()
    return out


def fast(x):
    return x.cumsum(0) / torch.arange(1, len(x) + 1)


def fine(x):
    """The slices have one size: they slide."""
    out = []
    for i in range(len(x) - 4):
        out.append(x[i : i + 5].mean())
    return torch.stack(out)
