"""A triangle of ones is torch.tril."""

import torch


def inputs(n=24):
    return {"n": n}


def slow(n):
    mask = torch.zeros(n, n)
    for i in range(n):  # expect: LS413
        for j in range(i + 1):
            mask[i, j] = 1
    return mask


def fast(n):
    return torch.ones(n, n).tril()


def fine(n):
    """Counters are part of the value, and not compared."""
    grid = torch.zeros(n, n)
    for i in range(n):
        for j in range(n):
            grid[i, j] = i - j
    return grid
