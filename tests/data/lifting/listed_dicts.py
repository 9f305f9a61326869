"""Dicts that are given an entry by each iteration, and that stand for a list."""

import torch
from sized import sized


def curves(n):
    gain = torch.rand(n, 9).cumsum(dim=1)
    return {"recalls": gain / gain[:, -1:], "precisions": torch.rand(n, 9)}


@sized(curves)
def precision_of_each_class(recalls, precisions):
    ap = {}
    for cls, (recall, precision) in enumerate(zip(recalls, precisions)):
        ap[cls] = (precision * recall).sum()
    values = torch.stack(list(ap.values()))
    return values, values.mean()


@sized(lambda n: {"pred": torch.randint(0, 4, (3 * n,)), "target": torch.randint(0, 4, (3 * n,))})
def mean_iou(pred, target):
    ious = {}
    for c in range(4):
        inter = ((pred == c) & (target == c)).sum()
        union = ((pred == c) | (target == c)).sum()
        ious[c] = inter / union.clamp(min=1)
    return sum(ious.values()) / len(ious)


@sized(lambda n: {"x": torch.randn(n, 4)})
def read_by_number(x):
    norms = {}
    for i in range(x.shape[0]):
        norms[i] = x[i].norm()
    return torch.tensor([norms[k] for k in range(x.shape[0])])


@sized(lambda n: {"t": torch.randn(4 * n), "k": torch.arange(4 * n) % n})
def means_of_groups(t, k):
    means = {}
    for g in k.unique():
        means[int(g)] = t[k == g].mean()
    return torch.stack(list(means.values()))


@sized(lambda n: {"x": torch.randn(n, 4)})
def shared_of_the_total(x):
    parts = {}
    for name, row in enumerate(x):
        parts[f"row_{name}"] = row.abs().sum()
    total = sum(parts.values())
    return torch.stack([p / total for p in parts.values()])


@sized(lambda n: {"x": torch.randn(n, 4)})
def under_a_test(x):
    kept = {}
    for i, row in enumerate(x):
        if row.sum() > 0:
            kept[i] = row.max()
        else:
            kept[i] = row.min()
    return torch.stack([v * 2 for k, v in kept.items()]).mean()


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randint(0, 3, (n,))})
def scores_as_numbers(x, y):
    scores = {}
    for i in range(len(x)):
        scores[i] = x[i].mean().item()
    best = max(scores.values())
    mean = sum(scores.values()) / len(scores)
    return best, mean


@sized(lambda n: {"x": torch.randn(n, 4)})
def sorted_by_number(x):
    rows = {}
    for i in range(len(x)):
        rows[i] = x[i] / x[i].norm()
    return torch.stack([rows[i] for i in sorted(rows)]), len(rows)


@sized(lambda n: {"x": torch.randn(n, 4)})
def numbered_entries(x):
    parts = {}
    for i, row in enumerate(x):
        parts[i] = row.sum()
    return torch.stack([(i + 1) * v for i, v in parts.items()])


def interpolated(recall, precision, levels):
    points = []
    for level in levels:
        reached = recall >= level
        if reached.any():
            points.append(precision[reached].max())
        else:
            points.append(torch.tensor(0.0))
    return torch.stack(points).mean()


@sized(lambda n: curves(n) | {"levels": torch.linspace(0, 1, 5)})
def interpolated_of_each_class(recalls, precisions, levels):
    ap = {}
    for c, (recall, precision) in enumerate(zip(recalls, precisions)):
        ap[c] = interpolated(recall, precision, levels)
    values = torch.stack(list(ap.values()))
    return values, values.mean()


@sized(lambda n: {"labels": torch.randint(0, 3, (5 * n,)), "x": torch.randn(5 * n, 2)})
def centres_in_order(labels, x):
    centres = {}
    for c in labels.unique().tolist():
        centres[c] = x[labels == c].mean(dim=0)
    return torch.stack([centres[c] for c in sorted(centres)])
