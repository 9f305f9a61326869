"""Items less their neighbours are two slices, or torch.diff."""

import torch


def inputs(n=1000):
    return {"x": torch.rand(n)}


def slow(x):
    out = x.new_empty(len(x) - 1)
    for i in range(len(x) - 1):  # expect: LS102
        out[i] = x[i + 1] - x[i]
    return out


def fast(x):
    return torch.diff(x)


def fine(x):
    """The neighbour is one that the loop has just written: no shift, but a recurrence."""
    out = x.clone()
    for i in range(1, len(x)):
        out[i] = torch.sin(out[i - 1]) - x[i]
    return out
