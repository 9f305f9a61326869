"""An operation on one row at a time takes dim= and all rows."""

import torch


def inputs(n=500):
    return {"x": torch.rand(n, 8)}


def slow(x):
    out = []
    for row in x:  # expect: LS304
        e = torch.exp(row)
        out.append(e / e.sum())
    return torch.stack(out)


def fast(x):
    return x.softmax(1)


def fine(x):
    """Each row is used as it is, without a reduction."""
    out = []
    for row in x:
        out.append(torch.exp(row) * 2)
    return torch.stack(out)
