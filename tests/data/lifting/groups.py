"""Rows belong to groups."""

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"x": torch.randn(5 * n, 5), "y": torch.arange(5 * n) % 4, "k": 4})
def mean_of_each_class(x, y, k):
    means = []
    for c in range(k):
        means.append(x[y == c].mean(dim=0))
    return torch.stack(means)


@sized(lambda n: {"guess": torch.randint(0, 4, (9 * n,)), "y": torch.arange(9 * n) % 4, "k": 4})
def accuracy_of_each_class(guess, y, k):
    acc = []
    for c in range(k):
        m = y == c
        acc.append((guess[m] == y[m]).float().mean())
    return torch.stack(acc)


@sized(lambda n: {"x": torch.randn(6 * n), "seg": torch.arange(6 * n) % 5, "k": 5})
def softmax_in_each_segment(x, seg, k):
    out = torch.zeros_like(x)
    for s in range(k):
        m = seg == s
        out[m] = F.softmax(x[m], dim=0)
    return out


@sized(lambda n: {"x": torch.randn(6 * n, 3), "seg": torch.arange(6 * n) % 5, "k": 5})
def greatest_in_each_segment(x, seg, k):
    out = torch.full((k, x.shape[1]), float("-inf"))
    for i in range(len(x)):
        out[seg[i]] = torch.maximum(out[seg[i]], x[i])
    return out


@sized(lambda n: {"x": torch.randn(6 * n), "seg": torch.arange(6 * n) % 5, "k": 5})
def extremes_by_mask(x, seg, k):
    high = torch.zeros(k)
    count = torch.zeros(k)
    for s in range(k):
        high[s] = x[seg == s].max()
        count[s] = len(x[seg == s])
    return high, count


@sized(
    lambda n: {"x": torch.randn(6 * n, 3), "y": torch.arange(6 * n) % 4, "w": torch.randn(4, 3, 2)}
)
def one_weight_a_class(x, y, w):
    out = x.new_zeros(len(x), 2)
    for k in range(4):
        m = y == k
        out[m] = x[m] @ w[k]
    return out


@sized(
    lambda n: {"x": torch.randn(6 * n, 3), "y": torch.arange(6 * n) % 4, "c": torch.randn(4, 3)}
)
def distances_to_own_center(x, y, c):
    total = 0.0
    for k in range(4):
        total += ((x[y == k] - c[k]) ** 2).sum(dim=1).mean()
    return total


@sized(lambda n: {"x": torch.randn(2, 3 * n), "y": torch.randint(0, 3, (2, 3 * n)), "k": 3})
def sums_in_each_batch(x, y, k):
    out = torch.zeros(2, k)
    for b in range(2):
        for c in range(k):
            out[b, c] = x[b][y[b] == c].sum()
    return out


@sized(lambda n: {"x": torch.randn(3 * n, 2), "off": torch.arange(0, 3 * n + 1, 3)})
def sum_of_each_segment(x, off):
    out = torch.zeros(len(off) - 1, 2)
    for i in range(len(off) - 1):
        out[i] = x[off[i] : off[i + 1]].sum(dim=0)
    return out


@sized(
    lambda n: {
        "table": torch.randn(20, 4),
        "ids": torch.randint(0, 20, (12 * n,)),
        "offsets": torch.arange(0, 12 * n + 1, 3),
    }
)
def bags_of_embeddings(table, ids, offsets):
    out = []
    for i in range(len(offsets) - 1):
        out.append(table[ids[offsets[i] : offsets[i + 1]]].sum(0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(3 * n, 2), "seg": torch.arange(3 * n) % n, "n": n})
def packed_to_padded(x, seg, n):
    out = torch.zeros(n, 5, 2)
    for k in range(n):
        rows = x[seg == k]
        out[k, : len(rows)] = rows
    return out


@sized(
    lambda n: {"x": torch.randn(6 * n, 3), "y": torch.arange(6 * n) % 4, "w": torch.randn(3, 2)}
)
def one_weight_for_all_classes(x, y, w):
    out = []
    for c in range(4):
        out.append((x[y == c] @ w).sum(dim=0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(6 * n), "y": torch.arange(6 * n) % 4})
def log_softmax_in_each_class(x, y):
    out = torch.zeros(len(x))
    for c in range(4):
        m = y == c
        out[m] = torch.log_softmax(x[m], dim=0)
    return out


@sized(
    lambda n: {
        "x": torch.randn(6 * n, 3),
        "y": (torch.arange(6 * n) % 4).float(),
        "bias": torch.randn(4),
    }
)
def owners_as_floats(x, y, bias):
    out = torch.zeros(len(x))
    for k in range(4):
        rows = y == k
        out[rows] = x[rows].sum(dim=1) * bias[k]
    return out


@sized(lambda n: {"x": torch.rand(6 * n), "y": torch.arange(6 * n) % 4, "classes": 4})
def least_mean_of_a_class(x, y, classes):
    return min(x[y == k].mean() for k in range(classes))


@sized(lambda n: {"x": torch.rand(6 * n), "y": torch.arange(6 * n) % 4, "classes": 4, "own": 2})
def greatest_mean_of_the_others(x, y, classes, own):
    top = max(x[y == k].mean() for k in range(classes) if k != own)
    return top * 2


@sized(lambda n: {"labels": torch.randint(0, n + 1, (4, 5)), "colors": torch.rand(n + 1, 3)})
def colored(labels, colors):
    out = torch.zeros(4, 5, 3)
    for k in range(len(colors)):
        out[labels == k] = colors[k]
    return out


@sized(lambda n: {"labels": torch.randint(0, n + 1, (4, 5)), "colors": torch.rand(n + 1, 3)})
def colored_by_channel(labels, colors):
    red, green = torch.zeros(4, 5), torch.ones(4, 5)
    for k in range(len(colors)):
        inside = labels == k
        red[inside] = colors[k, 0]
        green[inside] = colors[k, 1]
    return red, green


@sized(lambda n: {"labels": torch.randint(0, n + 1, (4, 5)), "ids": torch.randint(0, 9, (n + 1,))})
def mapped_labels(labels, ids):
    out = torch.zeros_like(labels)
    for k in range(len(ids)):
        out[labels == k] = ids[k]
    return out


@sized(lambda n: {"labels": torch.randint(0, n + 1, (4, 5)), "w": torch.rand(n + 1, 3)})
def broadcast_into_rows(labels, w):
    out = torch.zeros(4, 5, 3)
    for k in range(len(w)):
        out[labels == k] = w[k].mean()
    return out
