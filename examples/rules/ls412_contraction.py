"""A sum over an index is a matrix product."""

import torch


def inputs(n=16):
    return {"a": torch.rand(n, 5), "b": torch.rand(5, n)}


def slow(a, b):
    out = a.new_zeros(len(a), b.shape[1])
    for i in range(len(a)):  # expect: LS412
        for j in range(b.shape[1]):
            for k in range(len(b)):
                out[i, j] += a[i, k] * b[k, j]
    return out


def fast(a, b):
    return a @ b


def fine(a, b):
    """Every counter is one of the result: nothing is summed."""
    out = a.new_zeros(len(a), len(b))
    for i in range(len(a)):
        for k in range(len(b)):
            out[i, k] = a[i, k] * b[k, i]
    return out
