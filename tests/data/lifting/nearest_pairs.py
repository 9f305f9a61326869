"""The pair of a triangle that is nearest, or most alike, and which two it is made of."""

import torch
from sized import sized


@sized(lambda n: {"points": torch.randn(n + 1, 3)})
def closest_pair(points):
    best = float("inf")
    pair = (-1, -1)
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            d = torch.norm(points[i] - points[j])
            if d < best:
                best = d
                pair = (i, j)
    return best, pair


@sized(lambda n: {"emb": torch.randn(n + 1, 4)})
def most_alike(emb):
    top = -1.0
    a = b = 0
    n = emb.shape[0]
    for i in range(n):
        for j in range(i + 1, n):
            s = torch.dot(emb[i], emb[j]).item()
            if s > top:
                top = s
                a, b = i, j
    return a, b, top


@sized(lambda n: {"d": torch.randn(n + 1, n + 1)})
def least_below_the_diagonal(d):
    best = float("inf")
    row = col = -1
    for i in range(d.shape[0]):
        for j in range(i):
            if d[i, j] < best:
                best = d[i, j].item()
                row, col = i, j
    return row, col
