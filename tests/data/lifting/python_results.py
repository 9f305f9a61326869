"""Results that are Python's own numbers, or lists of them."""

import math

import torch
from sized import sized


def pair(n):
    return {"x": torch.randn(n), "y": torch.randn(n)}


def rows(n):
    return {"m": torch.randn(n, 4)}


@sized(rows)
def largest_norm(m):
    return max(row.norm().item() for row in m)


@sized(pair)
def mean_of_numbers(x, y):
    return sum(float(v) for v in x) / len(x)


@sized(pair)
def distance(x, y):
    return math.sqrt(sum((a.item() - b.item()) ** 2 for a, b in zip(x, y)))


@sized(pair)
def how_many_are_greater(x, y):
    return 2 * sum(2 for a, b in zip(x, y) if a > b)


@sized(rows)
def scores_and_their_range(m):
    scores = [float(r.norm()) for r in m]
    return max(scores), min(scores), scores


@sized(pair)
def kept_numbers_and_how_many(x, y):
    kept = []
    for v in x:
        if v.item() > 0:
            kept.append(v.item())
    return {"kept": kept, "n": len(kept)}


@sized(pair)
def greater_of_two_numbers(x, y):
    out = []
    for i in range(len(x)):
        out.append(max(x[i].item(), y[i].item()))
    return out


@sized(rows)
def largest_of_a_matrix(m):
    return max(abs(m[i, j].item()) for i in range(m.shape[0]) for j in range(m.shape[1]))


@sized(rows)
def nested_numbers(m):
    return [[v.item() for v in row] for row in m]


@sized(lambda n: {"x": torch.randn(n + 1), "top": 0.25})
def largest_beside_a_given_number(x, top):
    for v in x:
        top = max(top, abs(v.item()))
    return top


@sized(
    lambda n: {
        "keep": torch.rand(3 * n, dtype=torch.float64),
        "at": torch.randperm(3 * n)[:n],
        "x": torch.randn(n, 2),
        "low": 1.5,
    }
)
def stored_and_smallest_beside_a_given_number(keep, at, x, low):
    for k, row in zip(at, x):
        size = row.abs().sum().item() ** 0.5
        keep[k.item()] = size
        low = min(low, size)
    return keep, low
