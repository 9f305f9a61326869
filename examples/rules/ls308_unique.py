"""Counts by key in a dict are torch.unique with return_counts."""

import torch


def inputs(n=1000):
    return {"x": torch.randint(0, 20, (n,))}


def slow(x):
    counts = {}
    for v in x:  # expect: LS308
        counts[v.item()] = counts.get(v.item(), 0) + 1
    return torch.tensor(sorted(counts.items()))


def fast(x):
    return torch.stack(x.unique(return_counts=True), 1)


def fine(x):
    """The dict is only read."""
    names = {k: 20 - k for k in range(20)}
    out = []
    for v in x:
        out.append(names[v.item()])
    return torch.tensor(out)
