"""Products that are added up: matrix products, covariances, chains."""

import torch
from sized import sized


@sized(lambda n: {"n": n + 2, "m": torch.randn(3, 3) / 2})
def power_of_a_matrix(n, m):
    out = torch.eye(3)
    for _ in range(n):
        out = out @ m
    return out


@sized(lambda n: {"mats": torch.randn(n, 3, 3) / 2, "start": torch.randn(3, 3)})
def chain_of_matrices(mats, start):
    state = start
    for m in mats:
        state = m @ state
    return state


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def sum_of_outer_products(x, y):
    total = torch.zeros(3, 3)
    for i in range(len(x)):
        total += torch.outer(x[i], y[i])
    return total


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def dot_and_difference(x, y):
    dot = 0.0
    low = 0.0
    for i in range(len(x)):
        dot += x[i] * y[i]
        low -= x[i] / 2
    return dot, low


@sized(lambda n: {"m": torch.randn(3, 3) / 2, "start": torch.randn(3, 3), "n": n})
def power_from_a_start(m, start, n):
    state = start
    for _ in range(n):
        state = m @ state
    return state


@sized(lambda n: {"x": torch.randn(n), "w": torch.randn(n)})
def covariance_of_two(x, w):
    sxy = 0.0
    sx = 0.0
    for i in range(len(x)):
        sxy = sxy + x[i] * w[i]
        sx = sx + x[i]
    return sxy / len(x) - (sx / len(x)) ** 2


@sized(lambda n: {"x": torch.rand(n + 1).sort().values, "y": torch.rand(n + 1)})
def area_by_trapezoids(x, y):
    n = x.shape[0]
    return sum((x[k + 1] - x[k]) * (y[k] + y[k + 1]) / 2 for k in range(n - 1))


@sized(lambda n: {"track": torch.randn(n, 6, 2), "weight": torch.rand(n)})
def weighted_bends(track, weight):
    total, count = torch.zeros(()), 0
    for a in range(track.shape[0]):
        for t in range(1, track.shape[1] - 1):
            bend = track[a, t + 1] - 2 * track[a, t] + track[a, t - 1]
            total = total + weight[a] * (bend**2).sum()
            count += 1
    return total / count


@sized(
    lambda n: {
        "x": torch.randn(n, 3),
        "w": torch.rand(n),
        "gain": torch.rand(n),
        "scale": torch.tensor(0.3),
    }
)
def weighted_outer_products(x, w, gain, scale):
    total = torch.zeros(3, 3)
    for i in range(len(x)):
        total += w[i] * torch.outer(x[i], x[i].abs()) * gain[i] * scale
    return total


@sized(lambda n: {"x": torch.randn(n, 3, dtype=torch.float64), "w": torch.rand(n)})
def outer_products_weighted_by_another_type(x, w):
    total = torch.zeros(3, 3, dtype=torch.float64)
    for row, weight in zip(x, w):
        total = total + torch.outer(row, row) * weight
    return total
