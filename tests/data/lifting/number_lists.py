"""Counters and sums that Python lists hold."""

import torch
from sized import sized


def labelled(n):
    return {
        "pred": torch.randint(0, 4, (n,)),
        "y": torch.randint(0, 4, (n,)),
        "w": torch.rand(n),
    }


@sized(labelled)
def right_and_all_of_each_class(pred, y, w):
    right, total = [0.0] * 4, [0] * 4
    hit = (pred == y).squeeze()
    for i in range(y.size(0)):
        label = y[i]
        right[label] += hit[i].item()
        total[label] += 1
    return [right[i] / max(total[i], 1) for i in range(4)]


@sized(labelled)
def counted_under_a_test(pred, y, w):
    right = [0] * 4
    for p, t in zip(pred, y):
        if p == t:
            right[t] += 1
    return right


@sized(labelled)
def weights_of_each_class(pred, y, w):
    sums = [0.0] * 4
    for t, v in zip(y, w):
        sums[t.item()] += v.item()
    return sums


@sized(labelled)
def what_is_left_of_each(pred, y, w):
    left = [9.0] * 4
    for i, t in enumerate(y):
        if w[i] > 0.5:
            left[int(t)] -= float(w[i])
    return left


@sized(lambda n: {"labels": torch.randint(0, n, (4, n)), "weights": torch.rand(n).tolist()})
def weight_of_all(labels, weights):
    total = 0.0
    for label, weight in enumerate(weights):
        total += weight * (labels == label).sum().item()
    return total
