"""Rows that an inner loop fills, element by element, and that the outer one then reads."""

import math

import torch
from sized import sized


def pairs(n):
    return {"x": torch.randn(n, 4), "m": torch.randn(5, 4)}


@sized(pairs)
def nearest(x, m):
    dist = torch.zeros(len(x), len(m))
    labels = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        for c in range(len(m)):
            dist[i, c] = ((x[i] - m[c]) ** 2).sum()
        labels[i] = torch.argmin(dist[i])
    return labels


@sized(pairs)
def attention(x, m):
    weights = torch.zeros(len(x), len(m))
    out = torch.zeros(len(x), m.shape[1])
    for i in range(len(x)):
        for j in range(len(m)):
            weights[i, j] = torch.dot(x[i], m[j]) / math.sqrt(x.shape[1])
        weights[i] = torch.softmax(weights[i], dim=0)
        out[i] = weights[i] @ m
    return out, weights


@sized(lambda n: {**pairs(n), "w": torch.rand(5) + 0.1})
def responsibilities(x, m, w):
    resp = torch.zeros(len(x), len(m))
    total = 0.0
    for i in range(len(x)):
        for c in range(len(m)):
            resp[i, c] = torch.log(w[c]) - 0.5 * ((x[i] - m[c]) ** 2).sum()
        norm = torch.logsumexp(resp[i], dim=0)
        total += norm.item()
        resp[i] = torch.exp(resp[i] - norm)
    return resp, total


@sized(pairs)
def affinities(x, m):
    affinity = torch.empty(len(x), len(m))
    for i, a in enumerate(x):
        total = 0
        for j, b in enumerate(m):
            affinity[i][j] = torch.exp(-(a - b).abs().sum())
            total += affinity[i][j]
        affinity[i] = affinity[i] / total
    return affinity


@sized(pairs)
def nearest_distance(x, m):
    best = []
    for i in range(len(x)):
        d = torch.zeros(len(m))
        for j in range(len(m)):
            d[j] = (x[i] - m[j]).norm()
        best.append(d.min())
    return torch.stack(best)
