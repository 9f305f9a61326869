"""Windows that slide are all in one view: Tensor.unfold."""

import torch


def inputs(n=500):
    return {"x": torch.rand(n), "size": 5}


def slow(x, size):
    out = []
    for i in range(len(x) - size + 1):  # expect: LS406
        out.append(x[i : i + size].mean())
    return torch.stack(out)


def fast(x, size):
    return x.unfold(0, size, 1).mean(-1)


def fine(x, size):
    """The slice stays where it is."""
    out = []
    for i in range(len(x)):
        out.append(x[i] * x[:size].mean())
    return torch.stack(out)
