"""Dicts of numbers or tensors, one for each iteration."""

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


@sized(lambda n: {"x": torch.randn(n), "names": list(range(n))})
def filled_by_name(x, names):
    table = {}
    for v, name in zip(x, names):
        table[name] = v
    return table


@sized(lambda n: {"x": torch.randn(n, 4)})
def whole_of_tensors(x):
    rows = {}
    for i in range(len(x)):
        rows[i] = x[i] / x[i].norm()
    return rows


@sized(lambda n: {"x": torch.randn(n, 4)})
def whole_and_values(x):
    rows = {}
    for i in range(len(x)):
        rows[i] = x[i].sum()
    total = torch.stack(list(rows.values())).sum()
    return rows, total


@sized(lambda n: {"iou": torch.rand(n, 4), "thr": [0.5, 0.75, 0.9]})
def recall_at_list(iou, thr):
    recalls = {}
    for t in thr:
        recalls[t] = (iou.max(dim=0).values >= t).float().mean()
    return torch.stack(list(recalls.values())).mean()


@sized(lambda n: {"x": torch.randn(n, 4)})
def means_of_some_rows(x):
    means = {}
    for i, row in enumerate(x):
        if row[0] < 0:
            continue
        means[i] = row.mean().item()
    return means
