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
