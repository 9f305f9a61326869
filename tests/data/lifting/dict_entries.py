"""A dict holds the indices of each group's rows."""

import torch
from sized import sized


def members(n, keys=None):
    found = {}
    for row in range(3 * n):
        k = (row * row + 1) % (n + 1)
        found.setdefault(k if keys is None else keys(k), []).append(row)
    return found


@sized(lambda n: {"rewards": torch.rand(3 * n), "by_prompt": members(n, str), "eps": 1e-4})
def standardised_in_each_group(rewards, by_prompt, eps):
    out = torch.zeros_like(rewards)
    for prompt, rows in by_prompt.items():
        group = rewards[rows]
        if len(rows) == 1:
            out[rows] = group
        else:
            out[rows] = (group - group.mean()) / (group.std() + eps)
    return out


@sized(lambda n: {"x": torch.randn(3 * n, 4, dtype=torch.float64), "buckets": members(n)})
def centered_in_each_bucket(x, buckets):
    centered = x.clone()
    for ids in buckets.values():
        centered[ids] = x[ids] - x[ids].mean(dim=0)
    return centered


@sized(lambda n: {"x": torch.randn(3 * n, 2), "of_class": members(n, lambda k: 2 * k), "n": n})
def prototypes_by_key(x, of_class, n):
    protos = torch.zeros(2 * n + 2, 2)
    for label, rows in of_class.items():
        protos[label] = x[rows].mean(0)
    return protos


@sized(lambda n: {"x": torch.randn(3 * n), "of_class": {k: [k, 2 * k, n] for k in range(n)}})
def totals_by_counted_key(x, of_class):
    totals = torch.zeros(len(of_class))
    for c, idx in of_class.items():
        totals[c] = x[idx].sum()
    return totals


@sized(lambda n: {"x": torch.randn(3 * n), "found": {k: torch.arange(k, 2 * k) for k in range(n)}})
def spread_of_each_group(x, found):
    spreads = []
    for where in found.values():
        spreads.append(x[where].var(unbiased=False) if len(where) > 1 else x[where].sum())
    return torch.stack(spreads)


@sized(lambda n: {"x": torch.randn(3 * n, 2), "of_class": members(n, str)})
def means_by_comprehension(x, of_class):
    return torch.stack([x[rows].mean(dim=0) for name, rows in of_class.items()])


@sized(lambda n: {"x": torch.randn(3 * n), "of_class": members(n, lambda k: 3 * k)})
def totals_weighted_by_key(x, of_class):
    return torch.stack([x[rows].sum() * label for label, rows in of_class.items()])


@sized(
    lambda n: {"labels": torch.randint(0, n, (4, n)), "table": {k: 7 * k % 5 for k in range(n)}}
)
def labels_by_counted_key(labels, table):
    out = torch.zeros_like(labels)
    for old, new in table.items():
        out[labels == old] = new
    return out


@sized(lambda n: {"labels": torch.randint(0, 9, (4, n)), "table": {3: 1, 0: 8, 7: 0, 255: 2}})
def labels_by_key(labels, table):
    out = labels.clone()
    for old, new in table.items():
        out[labels == old] = new
    return out


@sized(lambda n: {"labels": torch.randint(0, n, (4, n)), "weights": {k: k / 3 for k in range(n)}})
def weight_of_all(labels, weights):
    total = 0.0
    for label, weight in weights.items():
        total += weight * (labels == label).sum().item()
    return total
