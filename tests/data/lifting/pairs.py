"""Every item meets every other one."""

import math

import torch
from sized import sized


@sized(lambda n: {"a": torch.randn(n, 4), "b": torch.randn(n + 1, 4)})
def cosines(a, b):
    out = torch.zeros(len(a), len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            out[i, j] = torch.dot(a[i], b[j]) / (a[i].norm() * b[j].norm())
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "centers": torch.randn(5, 3)})
def nearest_center(x, centers):
    labels = []
    for p in x:
        d = ((centers - p) ** 2).sum(dim=1)
        labels.append(d.argmin())
    return torch.stack(labels)


@sized(lambda n: {"x": torch.randn(n + 2, 3), "k": 3})
def nearest_neighbours(x, k):
    idx = []
    for i in range(x.shape[0]):
        d = (x - x[i]).norm(dim=1)
        idx.append(d.topk(k, largest=False).indices)
    return torch.stack(idx)


@sized(lambda n: {"x": torch.randn(n, 3)})
def squared_over_pairs(x):
    total = 0.0
    n = len(x)
    for i in range(n):
        for j in range(i + 1, n):
            total += (x[i] - x[j]).pow(2).sum()
    return total


@sized(lambda n: {"z": torch.randn(n, 3), "y": torch.randint(0, 3, (n,))})
def attracted_and_repelled(z, y):
    loss = torch.tensor(0.0)
    for i in range(len(z)):
        for j in range(i + 1, len(z)):
            d = (z[i] - z[j]).norm()
            if y[i] == y[j]:
                loss = loss + d**2
            else:
                loss = loss + torch.relu(1 - d) ** 2
    return loss


@sized(lambda n: {"n": n})
def lower_triangle(n):
    out = torch.zeros(n, n)
    for i in range(n):
        for j in range(i + 1):
            out[i, j] = 1
    return out


def boxes(n):
    corner = torch.rand(n, 2)
    return torch.cat([corner, corner + torch.rand(n, 2) + 0.1], 1)


@sized(lambda n: {"a": boxes(n), "b": boxes(n + 1)})
def overlaps(a, b):
    out = torch.zeros(len(a), len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            left, top = max(a[i, 0], b[j, 0]), max(a[i, 1], b[j, 1])
            right, low = min(a[i, 2], b[j, 2]), min(a[i, 3], b[j, 3])
            inter = max(right - left, 0) * max(low - top, 0)
            first = (a[i, 2] - a[i, 0]) * (a[i, 3] - a[i, 1])
            second = (b[j, 2] - b[j, 0]) * (b[j, 3] - b[j, 1])
            out[i, j] = inter / (first + second - inter)
    return out


@sized(lambda n: {"a": torch.rand(n, 2).sort()[0], "b": torch.rand(n + 1, 2).sort()[0]})
def overlaps_of_intervals(a, b):
    out = torch.zeros(len(a), len(b))
    for i, (s1, e1) in enumerate(a):
        for j, (s2, e2) in enumerate(b):
            inter = torch.clamp(torch.min(e1, e2) - torch.max(s1, s2), min=0)
            out[i, j] = inter / (e1 - s1 + e2 - s2 - inter)
    return out


@sized(lambda n: {"q": torch.randn(n, 3, 4), "k": torch.randn(n, 5, 4)})
def attention_scores(q, k):
    scores = torch.zeros(q.shape[0], q.shape[1], k.shape[1])
    for b in range(q.shape[0]):
        for i in range(q.shape[1]):
            for j in range(k.shape[1]):
                scores[b, i, j] = (q[b, i] * k[b, j]).sum() / math.sqrt(q.shape[-1])
    return scores


@sized(lambda n: {"x": torch.randn(n + 1, 3), "charge": torch.randn(n + 1)})
def potential_energy(x, charge):
    e = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            if i != j:
                e += charge[i] * charge[j] / (x[i] - x[j]).norm()
    return e


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def forces_between(x):
    f = torch.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            if i == j:
                continue
            d = x[i] - x[j]
            f[i] += d / (d.norm() ** 3)
    return f


@sized(lambda n: {"x": torch.randn(n, 2), "radius": 1.0})
def neighbours_counted(x, radius):
    counts = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        for j in range(len(x)):
            if torch.norm(x[i] - x[j]) < radius:
                counts[i] += 1
    return counts


@sized(lambda n: {"a": torch.randn(n, 3), "b": torch.randn(3, n + 1)})
def product_by_three_loops(a, b):
    out = torch.zeros(a.shape[0], b.shape[1])
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                out[i, j] += a[i, k] * b[k, j]
    return out


@sized(lambda n: {"a": torch.randn(n, 2, 3), "b": torch.randn(n, 4, 3)})
def distances_in_each_batch(a, b):
    out = []
    for x, y in zip(a, b):
        out.append(torch.cdist(x, y).min(dim=1).values.mean())
    return torch.stack(out)


@sized(
    lambda n: {
        "scores": torch.rand(n).round(decimals=1),
        "others": torch.rand(n + 1).round(decimals=1),
    }
)
def wins_and_ties(scores, others):
    wins = 0.0
    for p in scores:
        for q in others:
            if p > q:
                wins += 1
            elif p == q:
                wins += 0.5
    return wins


@sized(lambda n: {"x": torch.randn(7, n + 1)})
def correlation_of_columns(x):
    k = x.shape[1]
    corr = torch.eye(k)
    for i in range(k):
        for j in range(i + 1, k):
            a, b = x[:, i] - x[:, i].mean(), x[:, j] - x[:, j].mean()
            r = (a * b).sum() / (a.norm() * b.norm())
            corr[i, j] = r
            corr[j, i] = r
    return corr


@sized(lambda n: {"x": torch.randn(n + 1, 4), "w": torch.rand(n)})
def gaps_of_pairs_that_agree(x, w):
    gaps = []
    for i in range(len(w)):
        for j in range(i + 1, len(x)):
            a, b = x[i].clamp(min=0), x[j]
            if torch.dot(a, b) > 0:
                gaps.append((a - b).abs().max() * w[i] + i * j)
    return torch.stack(gaps)


@sized(lambda n: {"p": torch.randn(n + 1, 4).softmax(1)})
def divergence_below_the_diagonal(p):
    total = 0.0
    for i in range(len(p)):
        for j in range(i):
            total = total + (p[i] * (p[i].log() - p[j].log())).sum()
    return total


@sized(lambda n: {"a": torch.rand(3, n + 1, 4) < 0.5, "b": torch.rand(2, n + 1, 4) < 0.5})
def shared_pixels(a, b):
    shared = torch.zeros(3, 2)
    for i in range(3):
        for j in range(2):
            shared[i, j] = (a[i] & b[j]).sum()
    return shared


@sized(lambda n: {"labels": torch.randint(0, 3, (n + 1,)), "found": torch.randint(0, 3, (n + 1,))})
def overlaps_of_labels(labels, found):
    rows = []
    for i in range(3):
        row = []
        for j in range(3):
            both = ((labels == i) & (found == j)).sum()
            either = ((labels == i) | (found == j)).sum()
            row.append(both / either.clamp(min=1))
        rows.append(torch.stack(row))
    return torch.stack(rows)


@sized(lambda n: {"a": torch.rand(n, 3, 4), "b": torch.rand(n, 4, 2)})
def batched_product_by_element(a, b):
    out = torch.zeros(len(a), 3, 2)
    for n in range(len(a)):
        for i in range(3):
            for j in range(2):
                out[n, i, j] = (a[n, i] * b[n, :, j]).sum()
    return out
