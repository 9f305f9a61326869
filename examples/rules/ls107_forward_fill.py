"""The latest valid item is indexed by the running maximum of the valid places."""

import torch


def inputs(n=600):
    valid = torch.rand(n) > 0.5
    valid[0] = True
    return {"x": torch.rand(n), "valid": valid}


def slow(x, valid):
    out = torch.empty_like(x)
    last = x[0]
    for i in range(len(x)):  # expect: LS107
        if valid[i]:
            last = x[i]
        out[i] = last
    return out


def fast(x, valid):
    place = torch.where(valid, torch.arange(len(x)), 0).cummax(0).values
    return x[place]


def fine(x, valid):
    """Nothing is carried on: an invalid item becomes zero."""
    out = torch.zeros_like(x)
    for i in range(len(x)):
        if valid[i]:
            out[i] = x[i]
    return out
