"""Overlaps of boxes pair by pair broadcast over an axis for each set."""

import torch


def inputs(n=16):
    low = torch.rand(2 * n, 2)
    boxes = torch.cat([low, low + torch.rand(2 * n, 2)], 1)
    return {"a": boxes[:n], "b": boxes[n:]}


def slow(a, b):
    out = a.new_empty(len(a), len(b))
    for i in range(len(a)):  # expect: LS306
        for j in range(len(b)):
            size = torch.minimum(a[i, 2:], b[j, 2:]) - torch.maximum(a[i, :2], b[j, :2])
            out[i, j] = size.clamp(min=0).prod()
    return out


def fast(a, b):
    size = torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])
    return size.clamp(min=0).prod(-1)


def fine(a, b):
    """The area of each box: one set, no pairs."""
    out = a.new_empty(len(a))
    for i in range(len(a)):
        out[i] = (a[i, 2:] - a[i, :2]).clamp(min=0).prod()
    return out
