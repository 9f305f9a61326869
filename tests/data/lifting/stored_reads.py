"""Helpers that read what the loop stores, by their own subscripts."""

import torch
from sized import sized


def added(total, j, x, where):
    """The helper's parameters are named otherwise than what they are given."""
    return total[where[j]] + x[j] ** 2


def ahead(values, at):
    return values[at + 1] / 2


def larger(a, b, k):
    return torch.maximum(a[k], b[k])


@sized(lambda n: {"squares": torch.randn(n), "index": torch.randint(0, 4, (n,))})
def squares_added_by_index(squares, index):
    out = torch.zeros(4)
    for i in range(len(squares)):
        out[index[i]] = added(out, i, squares, where=index)
    return out


@sized(lambda n: {"a": torch.randn(n), "b": torch.randn(n)})
def larger_in_place(a, b):
    for i in range(len(a)):
        a[i] = larger(a, b, i)
    return a


@sized(lambda n: {"x": torch.randn(n + 2)})
def half_of_the_next(x):
    out = x.clone()
    for i in range(1, len(x) - 1):
        out[i] = ahead(out, i)
    return out
