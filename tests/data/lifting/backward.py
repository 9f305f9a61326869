"""Subscripts that run backward."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3)})
def turned_around(x):
    out = torch.empty_like(x)
    n = len(x)
    for i in range(n):
        out[i] = x[n - 1 - i]
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def stored_backward(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[len(x) - 1 - i] = x[i] * 2
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def from_the_end(x):
    out = torch.zeros_like(x)
    for k in range(x.shape[0]):
        out[k] = x[-1 - k] + x[k]
    return out


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n, 8)})
def against_reversed_columns(x, y):
    s = torch.zeros(len(x))
    for i in range(len(x)):
        for j in range(4):
            s[i] += x[i] * y[i, 7 - j]
    return s


@sized(lambda n: {"x": torch.randn(n, 6)})
def is_symmetric(x):
    return torch.stack([(x[:, j] - x[:, x.shape[1] - 1 - j]).abs() for j in range(x.shape[1])])


@sized(lambda n: {"padded": torch.randn(n + 4), "radius": 2, "size": 0})
def dilated(padded, radius, size):
    size = len(padded) - 2 * radius
    out = torch.full((size,), float("-inf"))
    for d in range(2 * radius + 1):
        out = torch.maximum(out, padded[d : d + size])
    return out
