"""A sum beside the sum of squares is torch.var_mean."""

import torch


def inputs(n=1000):
    return {"x": torch.randn(n)}


def slow(x):
    total = squares = 0.0
    for v in x:  # expect: LS307
        total = total + v
        squares = squares + v * v
    return squares / len(x) - (total / len(x)) ** 2


def fast(x):
    return torch.var(x, correction=0)


def fine(x):
    """Two sums, but neither is of the other's squares."""
    total = cubes = 0.0
    for v in x:
        total = total + v
        cubes = cubes + v * v * v
    return cubes / total
