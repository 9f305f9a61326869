"""Several stores of an iteration whose places have none in common."""

import torch
from sized import sized


@sized(lambda n: {"gap": torch.rand(n), "damping": torch.rand(n, 3)})
def transition_matrices(gap, damping):
    objects = gap.shape[0]
    step = torch.zeros(objects, 6, 6)
    for o in range(objects):
        for axis in range(3):
            step[o, axis, axis] = 1.0
            step[o, axis, axis + 3] = gap[o]
            step[o, axis + 3, axis + 3] = 1.0 - damping[o, axis]
    return step


@sized(lambda n: {"below": torch.randn(n), "middle": torch.randn(n + 1), "above": torch.randn(n)})
def tridiagonal(below, middle, above):
    n = len(below)
    m = torch.zeros(n + 1, n + 1)
    for i in range(n):
        m[i, i] = middle[i]
        m[i, i + 1] = above[i]
        m[i + 1, i] = below[i]
    m[n, n] = middle[n]
    return m


@sized(lambda n: {"w": torch.rand(n, dtype=torch.float64)})
def both_halves_of_a_diagonal(w):
    n = len(w)
    m = torch.zeros(2 * n, 2 * n, dtype=torch.float64)
    for i in range(n):
        m[i, i] = w[i]
        m[i + n, i + n] = -w[i]
    return m


@sized(lambda n: {"freq": torch.rand(n), "dt": 0.1})
def rotation_blocks(freq, dt):
    m = torch.zeros(2 * len(freq), 2 * len(freq))
    for k in range(len(freq)):
        c, s = torch.cos(freq[k] * dt), torch.sin(freq[k] * dt)
        m[2 * k, 2 * k] = c
        m[2 * k, 2 * k + 1] = -s
        m[2 * k + 1, 2 * k] = s
        m[2 * k + 1, 2 * k + 1] = c
    return m


@sized(lambda n: {"x": torch.randn(n), "order": torch.randperm(n)})
def first_and_last_of_places(x, order):
    out = torch.zeros(len(x), 2)
    for i in range(len(x)):
        out[order[i], 0] = x[i]
        out[order[i], 1] = -x[order[i]]
    return out
