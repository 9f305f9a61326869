"""Extrema that begin as a number from elsewhere, as an item, or are kept as a number."""

import torch
from sized import sized


class Search:
    def __init__(self):
        self.best = -9.0


@sized(lambda n: {"search": Search(), "x": torch.randn(n, 3)})
def of_an_object(search, x):
    for row in x:
        if row.max() > search.best:
            search.best = row.max()
    return search.best


@sized(lambda n: {"best": -9.0, "x": torch.randn(n, 3)})
def kept_as_a_number(best, x):
    for row in x:
        if row.max() > best:
            best = row.max().item()
    return best


@sized(lambda n: {"x": torch.randn(n, 3)})
def with_its_place(x):
    best, at = 1e9, -1
    for i in range(len(x)):
        size = x[i].norm()
        if size < best:
            best, at = size.item(), i
    return best, at


@sized(lambda n: {"search": Search(), "x": torch.randn(n, 3)})
def by_max(search, x):
    for row in x:
        search.best = max(search.best, row.max().item())
    return search.best


@sized(lambda n: {"x": torch.randn(n, 3)})
def of_each_row(x):
    out = []
    for row in x:
        best = -9.0
        for v in row:
            best = max(best, v)
        out.append(best * 2)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def from_the_first_row(x):
    low, high = x[0], x[0]
    for row in x[1:]:
        low = torch.minimum(low, row)
        high = torch.maximum(high, row)
    return high - low


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def from_an_element(x):
    best = x[0, 0]
    for i in range(1, len(x)):
        best = max(best, x[i, 0])
    return best


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def from_the_last_row(x):
    least = x[-1]
    for i in range(len(x) - 1):
        least = torch.minimum(least, x[i])
    return least


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def from_any_element(x):
    best = x[0, 1]
    for i in range(len(x)):
        for j in range(x.shape[1]):
            if x[i, j] > best:
                best = x[i, j]
    return best


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def from_another_column(x):
    best = x[0, 1]
    for i in range(1, len(x)):
        best = torch.maximum(best, x[i, 0])
    return best


@sized(lambda n: {"x": torch.randn(n + 2).abs()})
def least_above_zero(x):
    best = 100.0
    where = -1
    for k in range(len(x)):
        if 0 < x[k] < best:
            best = x[k]
            where = k
    return best, where


@sized(lambda n: {"x": torch.randn(n + 1, 3), "rows": torch.randn(4, 3)})
def greatest_count(x, rows):
    most = 0
    chosen = torch.zeros(3)
    for v in x:
        count = int((rows @ v > 0).sum())
        if count > most:
            most, chosen = count, v
    return most, chosen
