"""A search for the first hit is argmax of the comparison."""

import torch


def inputs(n=1000):
    x = torch.rand(n)
    x[-1] = 2.0
    return {"x": x}


def slow(x):
    found = torch.tensor(-1)
    for i in range(len(x)):  # expect: LS501
        if x[i] > 1:
            found = torch.tensor(i)
            break
    return found


def fast(x):
    hit = x > 1
    return torch.where(hit.any(), hit.int().argmax(), -1)


def fine(x):
    """All hits are counted: the loop runs to its end."""
    count = torch.tensor(0)
    for v in x:
        count = count + (v > 1)
    return count
