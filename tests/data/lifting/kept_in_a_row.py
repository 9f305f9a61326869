"""Items that are kept one behind the other, under a test: ``out[k] = v`` before ``k += 1``."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def positive_in_front(x):
    out = torch.zeros_like(x)
    k = 0
    for i in range(len(x)):
        if x[i] > 0:
            out[k] = x[i]
            k += 1
    return out[:k]


@sized(lambda n: {"x": torch.randn(n + 1, 3), "keep": torch.rand(n + 1) > 0.5})
def rows_that_stay(x, keep):
    kept = torch.zeros(len(x), 3)
    n = 0
    for row, ok in zip(x, keep):
        if ok:
            kept[n] = row
            n += 1
    return kept


@sized(lambda n: {"x": torch.randn(n)})
def parted(x):
    above, below = torch.zeros(len(x)), torch.zeros(len(x))
    p = q = 0
    for v in x:
        if v >= 0:
            above[p] = v
            p += 1
        else:
            below[q] = v * 2
            q = q + 1
    return above[:p], below[:q]


@sized(lambda n: {"x": torch.randn(n)})
def places_behind_continue(x):
    places = torch.full((len(x),), -1)
    n = 0
    for i in range(len(x)):
        if x[i].abs() < 0.5:
            continue
        places[n] = i
        n += 1
    return places, n


@sized(lambda n: {"x": torch.randn(n, 4)})
def entries(x):
    rows = torch.zeros(x.numel(), dtype=torch.long)
    cols = torch.zeros(x.numel(), dtype=torch.long)
    values = torch.zeros(x.numel())
    c = 0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0.5:
                rows[c] = i
                cols[c] = j
                values[c] = x[i, j]
                c += 1
    return rows[:c], cols[:c], values[:c]


@sized(lambda n: {"x": torch.randint(0, 4, (n + 1,)).sort().values})
def without_repeats(x):
    out = torch.empty_like(x)
    out[0] = x[0]
    k = 1
    for i in range(1, len(x)):
        if x[i] != x[i - 1]:
            out[k] = x[i]
            k += 1
    return out[:k]


@sized(lambda n: {"x": torch.randn(n + 1, 2).requires_grad_(), "w": torch.rand(n + 1)})
def weighted_rows_that_stay(x, w):
    out = x.new_zeros(len(x), 2)
    k = 0
    for i in range(len(x)):
        if w[i] > 0.3:
            out[k] = x[i] * w[i]
            k += 1
    return out[:k].sum(0)
