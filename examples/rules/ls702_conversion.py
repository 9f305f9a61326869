"""Numbers become a tensor once, not item by item."""

import torch


def inputs(n=600):
    return {"pairs": [[float(k), float(k + 1)] for k in range(n)]}


def slow(pairs):
    out = []
    for pair in pairs:  # expect: LS702
        out.append(torch.tensor(pair))
    return torch.stack(out)


def fast(pairs):
    return torch.tensor(pairs)


def fine(pairs):
    """The numbers are a tensor already."""
    out = []
    for pair in torch.tensor(pairs):
        out.append(pair * 2)
    return torch.stack(out)
