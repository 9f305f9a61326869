"""A part of a tensor is given a name, and then changed."""

import torch
from sized import sized


@sized(lambda n: {"target": torch.randint(0, 5, (n,)), "k": 5, "pad": 0, "smoothing": 0.1})
def smoothed_targets(target, k, pad, smoothing):
    dist = torch.empty(len(target), k)
    for i, y in enumerate(target):
        row = dist[i]
        if y == pad:
            row.zero_()
            continue
        row.fill_(smoothing / (k - 2))
        row[y] = 1.0 - smoothing
        row[pad] = 0
    return dist


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.randn(n)})
def scaled_by_view(x, w):
    x = x.clone()
    for i in range(len(x)):
        part = x[i]
        part *= w[i]
    return x


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def first_column_by_view(x):
    out = torch.zeros_like(x)
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            line = out[b, c]
            line.copy_(x[b, c] * 2)
            line[0] = 1.0
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def only_read_by_view(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        row = x[i]
        out[i] = row[0] * row.sum()
    return out
