"""Rows that methods change in place, one after the other."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 4)})
def cut(x):
    for i in range(len(x)):
        x[i].clamp_(0, 1)
    return x


@sized(lambda n: {"x": torch.randn(n, 4)})
def rectified(x):
    for i in range(len(x)):
        x[i].relu_()
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "most": torch.rand(n)})
def in_a_chain(x, most):
    for i in range(len(x)):
        x[i].pow_(2).clamp_(max=most[i])
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "most": torch.rand(n)})
def stored_twice(x, most):
    for i in range(len(x)):
        x[i] = x[i].pow(2)
        x[i] = x[i].clamp(max=most[i])
    return x


@sized(lambda n: {"x": torch.randn(n, 4)})
def where_it_is_negative(x):
    for i in range(len(x)):
        if x[i].sum() < 0:
            x[i].abs_()
    return x


@sized(lambda n: {"x": torch.randn(3), "w": torch.randn(n + 1, 2)})
def tensor_of_the_caller(x, w):
    total = 0
    for row in w:
        total = total + row[0]
        x += (row[0] - row[-1]).abs()
    return total


@sized(lambda n: {"x": torch.randn(3), "w": torch.randn(n + 1, 2)})
def tensor_of_the_caller_by_method(x, w):
    total = 0
    for row in w:
        total = total + row[0]
        x.add_(row[1] * 2)
    return total


@sized(lambda n: {"x": torch.randn(n, 3), "b": torch.randn(n, 3)})
def added_to_as_a_whole_and_in_parts(x, b):
    for i in range(len(x)):
        x[i] += b[i]
        x += b[i, 0]
    return x


@sized(lambda n: {"x": torch.randn(n, 3), "b": torch.randn(n, 3)})
def rows_scaled_and_summed(x, b):
    total = 0
    for i in range(len(x)):
        row = x[i]
        row.mul_(b[i])
        total = total + row.sum()
    return total
