"""Extrema that begin as a number from elsewhere, or are kept as one."""

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
