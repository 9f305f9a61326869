"""Each item several times is repeat_interleave."""

import torch


def inputs(n=300):
    return {"x": torch.rand(n), "times": 4}


def slow(x, times):
    out = x.new_empty(len(x) * times)
    for i in range(len(x) * times):  # expect: LS103
        out[i] = x[i // times]
    return out


def fast(x, times):
    return x.repeat_interleave(times)


def fine(x, times):
    """Each item once, and changed."""
    out = x.new_empty(len(x))
    for i in range(len(x)):
        out[i] = x[i] / times
    return out
