"""Dicts of numbers, one for each iteration."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 5)})
def norm_of_each_row(x):
    norms = {}
    for i in range(len(x)):
        norms[i] = x[i].norm().item()
    return norms


@sized(lambda n: {"t": torch.randn(4 * n), "k": torch.randint(0, n, (4 * n,)) * 3})
def mean_and_count_of_each_group(t, k):
    stats = {}
    for g in torch.unique(k):
        rows = t[k == g]
        stats[int(g)] = (float(rows.mean()), int(rows.numel()))
    return stats


@sized(lambda n: {"t": torch.randn(4 * n), "k": torch.randint(0, n, (4 * n,))})
def best_of_each_group(t, k):
    best = {}
    for g in k.unique().tolist():
        best[g] = t[k == g].max().item()
    return best


@sized(lambda n: {"t": torch.randn(4 * n).double(), "k": torch.randint(0, n, (4 * n,)) - 2})
def mean_and_variance_of_each_group(t, k):
    stats = {}
    for g in torch.unique(k):
        rows = t[k == g]
        stats[int(g)] = (float(rows.mean()), float(rows.var(unbiased=False)))
    return stats


@sized(lambda n: {"t": torch.randn(9 * n), "k": torch.arange(9 * n) % n})
def deviation_of_each_group(t, k):
    found = []
    for g in k.unique():
        found.append(t[k == g].std())
    return torch.stack(found)
