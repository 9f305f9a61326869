"""The place of the best of many, for each of many."""

import torch
from sized import sized


def pairs(n):
    return {"x": torch.randn(n, 4), "m": torch.randn(5, 4)}


@sized(pairs)
def assigned(x, m):
    labels = torch.full((len(x),), -1, dtype=torch.int64)
    inertia = 0.0
    for i, point in enumerate(x):
        best = float("inf")
        for k in range(m.shape[0]):
            d = torch.sum((point - m[k]) ** 2)
            if d < best:
                best = d
                labels[i] = k
        inertia += best
    return labels, inertia


@sized(pairs)
def nearest_of_numbers(x, m):
    place = torch.zeros(len(x), dtype=torch.long)
    dist = torch.zeros(len(x))
    for i in range(len(x)):
        smallest, at = float("inf"), -1
        for j in range(len(m)):
            d = (x[i] - m[j]).abs().sum().item()
            if d < smallest:
                smallest, at = d, j
        place[i] = at
        dist[i] = smallest
    return place, dist


@sized(lambda n: {"x": torch.randn(n + 2, 4)})
def nearest_other(x):
    nearest = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        best = float("inf")
        for j in range(len(x)):
            if i == j:
                continue
            d = (x[i] - x[j]).norm()
            if d < best:
                best = d
                nearest[i] = j
    return nearest
