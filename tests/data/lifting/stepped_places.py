"""A place that each iteration moves on by hand: ``k += 1``, ``start += size``."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def each_behind_the_other(x):
    out = torch.zeros(len(x) + 3)
    k = 3
    for v in x:
        out[k] = v * 2
        k += 1
    return out


@sized(lambda n: {"x": torch.randn(2 * n)})
def two_at_a_time(x):
    out = torch.zeros(len(x) // 2)
    k = 0
    for i in range(len(out)):
        out[i] = x[k] + x[k + 1]
        k += 2
    return out


@sized(lambda n: {"x": torch.randn(n)})
def moved_on_before(x):
    out = torch.zeros(len(x))
    k = -1
    for v in x:
        k += 1
        out[k] = v * 2
    return out, k


@sized(lambda n: {"x": torch.randn(n)})
def counted_beside_a_test(x):
    out = torch.zeros(len(x))
    k = 0
    for v in x:
        if v > 0:
            out[k] = v
        k = k + 1
    return out


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(4)})
def two_places(x, y):
    out = torch.zeros(len(x), len(y))
    i = 0
    for a in x:
        j = 0
        for b in y:
            out[i, j] = a * b
            j += 1
        i += 1
    return out


@sized(lambda n: {"x": torch.randn(n * 3), "n": n, "size": 3})
def pieces(x, n, size):
    out = []
    start = 0
    for _ in range(n):
        out.append(x[start : start + size].mean())
        start += size
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "size": 3})
def written_piece_by_piece(x, size):
    out = torch.zeros(len(x) * size)
    start = 0
    for row in x:
        out[start : start + size] = row * 2
        start += size
    return out


@sized(lambda n: {"v": torch.randn(n * (n - 1) // 2), "n": n})
def symmetric(v, n):
    out = torch.zeros(n, n)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            out[i, j] = v[k]
            out[j, i] = v[k]
            k += 1
    return out


@sized(lambda n: {"m": torch.randn(n, n), "n": n})
def upper_triangle(m, n):
    out = torch.zeros(n * (n - 1) // 2)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            out[k] = m[i, j]
            k += 1
    return out
