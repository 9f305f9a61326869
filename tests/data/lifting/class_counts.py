"""How often each class is met: masks that are summed."""

import torch
from sized import sized


@sized(
    lambda n: {"pred": torch.randint(0, n, (40,)), "target": torch.randint(0, n, (40,)), "k": n}
)
def iou_per_class(pred, target, k):
    ious = []
    for cls in range(k):
        pred_inds = pred == cls
        target_inds = target == cls
        intersection = (pred_inds & target_inds).long().sum().item()
        union = pred_inds.long().sum().item() + target_inds.long().sum().item() - intersection
        if union == 0:
            ious.append(float("nan"))
        else:
            ious.append(float(intersection) / float(union))
    return torch.tensor(ious)


@sized(lambda n: {"labels": torch.randint(0, n, (6, 7)), "n": n})
def pixels_per_class(labels, n):
    counts = torch.zeros(n)
    for c in range(n):
        counts[c] = (labels == c).sum()
    return counts


@sized(
    lambda n: {
        "y": torch.randint(0, n, (30,)),
        "valid": torch.rand(30) > 0.3,
        "x": torch.randn(30),
        "n": n,
    }
)
def valid_rows_of_each_class(y, valid, x, n):
    out = torch.zeros(n)
    for c in range(n):
        rows = (y == c) & valid
        out[c] = x[rows].sum()
    return out


@sized(lambda n: {"p": torch.randint(0, n, (50,)), "t": torch.randint(0, n, (50,)), "n": n})
def precision_and_recall(p, t, n):
    tp, fp = torch.zeros(n), torch.zeros(n)
    for c in range(n):
        tp[c] = torch.logical_and(p == c, t == c).sum()
        fp[c] = ((p == c) & (t != c)).sum()
    return tp, fp


@sized(
    lambda n: {
        "p": torch.randint(0, n + 1, (60,)),
        "t": torch.randint(0, n + 1, (60,)),
        "n": n + 1,
    }
)
def macro_f1(p, t, n):
    scores = []
    for c in range(n):
        tp = ((p == c) & (t == c)).sum().item()
        fp = ((p == c) & (t != c)).sum().item()
        fn = ((p != c) & (t == c)).sum().item()
        if tp + fp + fn == 0:
            continue
        scores.append(2 * tp / (2 * tp + fp + fn))
    return torch.tensor(scores).mean()


@sized(
    lambda n: {
        "guess": torch.randint(0, n, (4, 9)),
        "truth": torch.randint(0, n, (4, 9)),
        "seen": torch.rand(4, 9) > 0.2,
        "n": n,
    }
)
def missed_pixels_that_count(guess, truth, seen, n):
    missed = torch.zeros(n, dtype=torch.long)
    for k in range(n):
        here = truth == k
        missed[k] = (here & ~(guess == k) & seen).sum()
    return missed


@sized(
    lambda n: {
        "near": torch.randint(0, n, (50,), dtype=torch.int32),
        "home": torch.randint(0, n, (50,), dtype=torch.int32),
        "cost": torch.rand(50),
        "n": n,
    }
)
def cost_of_those_from_elsewhere(near, home, cost, n):
    total = torch.zeros(n)
    for k in range(n):
        total[k] = cost[(near == k) & (home > k)].sum()
    return total


@sized(
    lambda n: {"y": torch.randint(0, n, (40,)), "p": torch.rand(40), "cut": torch.rand(n), "n": n}
)
def above_a_cut_of_the_class(y, p, cut, n):
    kept = torch.zeros(n)
    for c in range(n):
        kept[c] = ((y == c) & (p > cut[c])).sum()
    return kept
