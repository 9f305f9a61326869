"""Elements are added to in those iterations in which a test holds."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "w": torch.randn(n)})
def rows_raised_where_positive(x, w):
    for i in range(len(x)):
        if w[i] > 0:
            x[i] += w[i] * 2
    return x


@sized(lambda n: {"x": torch.rand(n, 4), "w": torch.randn(n)})
def columns_lowered_where_positive(x, w):
    out = torch.ones(len(x), 3)
    for i in range(len(x)):
        out[i, 0] = x[i, 1]
        if w[i] > 0:
            out[i, 1:] -= x[i, :2].log()
    return out


@sized(lambda n: {"x": torch.rand(2, n), "y": torch.rand(n, 2, 3), "late": torch.arange(n) % 2})
def turned_rows_raised(x, y, late):
    out = torch.zeros(2, len(late), 3)
    for k in range(len(late)):
        for b in range(2):
            out[b, k] = x[b, k]
            if late[k] == 1:
                out[b, k] += y[k, b]
    return out


@sized(lambda n: {"x": torch.randn(n), "w": torch.randn(n)})
def tests_kept_where_positive(x, w):
    kept = torch.zeros(len(x), dtype=torch.bool)
    for i in range(len(x)):
        if w[i] > 0:
            kept[i] = x[i] > 0.5
    return kept


@sized(lambda n: {"x": torch.randn(n, 3), "counts": torch.randint(0, 3, (n,))})
def divided_where_counted(x, counts):
    for i in range(len(x)):
        if counts[i] > 0:
            x[i] /= counts[i]
    return x
