"""Items that meet a condition are an index by the mask."""

import torch


def inputs(n=1000):
    return {"x": torch.randn(n)}


def slow(x):
    keep = []
    for v in x:  # expect: LS407
        if v > 0:
            keep.append(v)
    return torch.stack(keep)


def fast(x):
    return x[x > 0]


def fine(x):
    """Every item is kept, one way or the other: a choice."""
    out = []
    for v in x:
        if v > 0:
            out.append(v)
        else:
            out.append(-v)
    return torch.stack(out)
