"""Subscripts that are the sum of two loops' counters."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n + 6, 3), "weight": torch.randn(5), "reach": 2})
def weighted_neighbours(x, weight, reach):
    out = torch.zeros(len(x) - 2 * reach, 3)
    for t in range(len(out)):
        for k in range(-reach, reach + 1):
            out[t] += weight[k + reach] * x[t + reach + k]
    return out


@sized(lambda n: {"padded": torch.randn(4, n + 9, dtype=torch.float64), "reach": 3})
def slopes(padded, reach):
    columns = []
    for t in range(padded.shape[1] - 2 * reach):
        total = torch.zeros(4, dtype=torch.float64)
        for k in range(1, reach + 1):
            total = total + k * (padded[:, t + reach + k] - padded[:, t + reach - k])
        columns.append(total / 28)
    return torch.stack(columns, dim=1)


@sized(lambda n: {"img": torch.randn(n + 4, 6), "ker": torch.randn(3, 3)})
def stencil(img, ker):
    out = torch.zeros(img.shape[0] - 2, 4)
    for i in range(1, img.shape[0] - 1):
        for j in range(1, 5):
            for a in range(-1, 2):
                for b in range(-1, 2):
                    out[i - 1, j - 1] += img[i + a, j + b] * ker[a + 1, b + 1]
    return out


@sized(lambda n: {"signal": torch.randn(n + 9), "taps": torch.randn(4), "skip": 2})
def filtered_later(signal, taps, skip):
    out = torch.zeros(len(signal) - 9)
    for t in range(len(signal) - 9):
        for j in range(4):
            out[t] += signal[skip + 1 + t + j] * taps[j]
    return out


@sized(lambda n: {"ring": torch.randn(n + 3)})
def wrapped_neighbours(ring):
    out = torch.zeros(len(ring) - 1)
    for t in range(len(ring) - 1):
        for k in range(-1, 2):
            out[t] += ring[t + k] * (k + 2)
    return out


@sized(lambda n: {"x": torch.randn(2 * n + 5), "m": 5})
def from_the_end_of_both(x, m):
    out = torch.zeros(len(x) - m)
    for i in range(len(x) - m):
        for j in range(m):
            out[i] += x[-(i + j) - 1] * j
    return out


@sized(lambda n: {"ring": torch.randn(n + 5), "reach": 2})
def wrapped_as_far_as_named(ring, reach):
    out = torch.zeros(len(ring) - reach)
    for t in range(len(ring) - reach):
        for k in range(-reach, reach + 1):
            out[t] += ring[t + k] * k
    return out


@sized(lambda n: {"row": torch.randn(2 * n + 1), "n": n + 1})
def toeplitz(row, n):
    out = torch.zeros(n, n)
    for i in range(n):
        for j in range(n):
            out[i, j] = row[i - j + n - 1]
    return out


@sized(lambda n: {"kernel": torch.randn(n + 1), "n": n + 1})
def causal_toeplitz(kernel, n):
    out = torch.zeros(n, n)
    for i in range(n):
        for j in range(n):
            if i >= j:
                out[i, j] = kernel[i - j]
    return out
