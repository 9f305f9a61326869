"""Reductions of slices that grow or shrink by one: one scan has them all."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def sums_so_far(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[: i + 1].sum()
    return out


@sized(lambda n: {"x": torch.randn(n)})
def sums_before(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[:i].sum()
    return out


@sized(lambda n: {"x": torch.randn(n)})
def greatest_from_here(x):
    return torch.stack([x[i:].max() for i in range(len(x))])


@sized(lambda n: {"x": torch.randn(n)})
def means_so_far(x):
    return torch.stack([x[:i].mean() for i in range(1, len(x) + 1)])


@sized(lambda n: {"x": torch.randn(n)})
def means_from_here(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = torch.mean(x[i:])
    return out


@sized(lambda n: {"x": torch.randn(n)})
def what_is_left(x):
    out = torch.zeros(len(x) - 1)
    for i in range(len(x) - 1):
        out[i] = x[i + 1 :].sum()
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def along_the_second(x):
    out = []
    for t in range(x.shape[1]):
        out.append(x[:, : t + 1].sum(1))
    return torch.stack(out, dim=1)


@sized(lambda n: {"x": torch.randn(n + 2, 4)})
def least_of_columns(x):
    out = []
    for t in range(2, x.shape[0]):
        out.append(x[:t].amin(0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n + 3), "k": n})
def products_of_some(x, k):
    out = torch.zeros(k)
    for i in range(k):
        out[i] = x[: i + 1].prod()
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def means_of_each_row(x):
    out = torch.zeros_like(x)
    for b in range(x.shape[0]):
        for t in range(x.shape[1]):
            out[b, t] = x[b, : t + 1].mean()
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def spread_so_far(x):
    out = torch.zeros(len(x))
    for i in range(1, len(x)):
        out[i] = x[: i + 1, 0].std()
    return out
