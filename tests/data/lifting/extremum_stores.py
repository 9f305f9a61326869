"""What is stored where a running extremum moves: that of the extremum stays."""

import torch
from sized import sized


def located(n):
    low = 6 * torch.rand(4, 2)
    return {
        "locations": 10 * torch.rand(n, 2),
        "boxes": torch.cat([low, low + 1 + 3 * torch.rand(4, 2)], dim=1),
        "labels": torch.randint(1, 9, (4,)),
    }


@sized(located)
def smallest_box_around(locations, boxes, labels):
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    classes = torch.zeros(len(locations), dtype=torch.long)
    ltrb = torch.zeros(len(locations), 4)
    for loc, (x, y) in enumerate(locations):
        smallest = float("inf")
        for box, label, area in zip(boxes, labels, areas):
            sides = torch.stack([x - box[0], y - box[1], box[2] - x, box[3] - y])
            if sides.min() <= 0 or area >= smallest:
                continue
            smallest = area
            classes[loc] = label
            ltrb[loc] = sides
    return classes, ltrb


def matched(n):
    low, high = torch.rand(n, 2), torch.rand(5, 2)
    return {
        "anchors": torch.cat([low, low + torch.rand(n, 2)], dim=1),
        "truth": torch.cat([high, high + torch.rand(5, 2)], dim=1),
        "labels": torch.randint(1, 9, (5,)),
    }


@sized(matched)
def greatest_overlap(anchors, truth, labels):
    owner = torch.full((len(anchors),), -1, dtype=torch.long)
    targets = torch.zeros(len(anchors), dtype=torch.long)
    overlap = torch.zeros(len(anchors))
    for i in range(len(anchors)):
        best = 0.3
        for j in range(len(truth)):
            a, b = anchors[i], truth[j]
            width = (torch.min(a[2], b[2]) - torch.max(a[0], b[0])).clamp(min=0)
            height = (torch.min(a[3], b[3]) - torch.max(a[1], b[1])).clamp(min=0)
            inter = width * height
            union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter
            iou = inter / union
            if iou > best:
                best = iou
                owner[i] = j
                targets[i] = labels[j]
                overlap[i] = iou
    return owner, targets, overlap


@sized(lambda n: {"iou": torch.rand(n, 5), "classes": torch.randint(0, 9, (5,))})
def best_or_none(iou, classes):
    labels = torch.full((iou.shape[0],), -1)
    for a in range(iou.shape[0]):
        best_iou, best_gt = 0.5, -1
        for g in range(iou.shape[1]):
            if iou[a, g] >= best_iou:
                best_iou = iou[a, g]
                best_gt = g
        if best_gt >= 0:
            labels[a] = classes[best_gt]
    return labels


@sized(lambda n: {"x": torch.randn(n, 3), "known": torch.randn(6, 3), "y": torch.randn(6, 2)})
def nearest_rows(x, known, y):
    out = torch.zeros(len(x), 2)
    near = torch.empty(len(x), 3)
    dist = torch.full((len(x),), float("inf"))
    for i, q in enumerate(x):
        for k in range(len(known)):
            d = (q - known[k]).pow(2).sum()
            if d < dist[i]:
                dist[i] = d
                out[i] = y[k]
                near[i] = known[k]
    return out, near, dist


@sized(lambda n: {"x": torch.randn(n, 3), "m": torch.randn(4, 3)})
def assigned_with_distance(x, m):
    labels = torch.zeros(x.size(0), dtype=torch.long)
    dists = torch.zeros(x.size(0))
    for i in range(x.size(0)):
        nearest = float("inf")
        for k in range(m.size(0)):
            d = torch.norm(x[i] - m[k])
            if d <= nearest:
                nearest = d
                labels[i] = k
                dists[i] = d
    return labels, dists


@sized(lambda n: {"x": torch.randint(0, 5, (n,)).float(), "rows": torch.randn(n, 2)})
def first_of_the_greatest(x, rows):
    out = torch.zeros(3, 2)
    best = x[0]
    where = 0
    out[1] = rows[0]
    for i in range(1, len(x)):
        if x[i] > best:
            best = x[i]
            out[1] = rows[i]
            where = i
    return out, best, where


@sized(lambda n: {"scores": torch.randint(0, 5, (n,)).float(), "names": torch.arange(n) + 10})
def last_of_the_least(scores, names):
    out = torch.zeros(2, dtype=torch.long)
    low = 3.0
    for k, s in enumerate(scores):
        if s <= low:
            low = s
            out[0] = names[k]
            out[1] = k
    return out, low


@sized(lambda n: {"logits": torch.randn(n, 6), "allowed": torch.rand(n, 6) > 0.6})
def greedy_choice(logits, allowed):
    chosen = torch.full((len(logits),), 5)
    score = torch.zeros(len(logits))
    for t in range(len(logits)):
        best = -1e9
        for v in range(logits.shape[1]):
            if not allowed[t, v]:
                continue
            if logits[t, v] > best:
                best = logits[t, v]
                chosen[t] = v
                score[t] = best
    return chosen, score


@sized(lambda n: {"cost": torch.rand(4, n), "offsets": torch.randn(4, n, 3)})
def column_wise(cost, offsets):
    moved = torch.ones(cost.shape[1], 3)
    hit = torch.zeros(cost.shape[1], dtype=torch.bool)
    for col in range(cost.shape[1]):
        least = 0.2
        for row in range(cost.shape[0]):
            if cost[row, col] < least:
                least = cost[row, col]
                moved[col] = offsets[row, col]
                hit[col] = True
    return moved, hit


@sized(lambda n: {"q": torch.rand(5, n), "ids": torch.arange(5) * 7})
def of_both(q, ids):
    names, scores = [], []
    firsts = torch.zeros(q.shape[1], dtype=torch.long)
    for p in range(q.shape[1]):
        best, who = -1.0, 0
        for g in range(5):
            if q[g, p] > best:
                best = q[g, p].item()
                who = ids[g].item()
                firsts[p] = g
        names.append(who)
        scores.append(best)
    return names, scores, firsts


@sized(lambda n: {"d": torch.rand(n, 7), "mask": torch.rand(n, 7) > 0.5, "y": torch.randn(7)})
def with_else(d, mask, y):
    picked = torch.zeros(len(d))
    for i in range(len(d)):
        best = float("inf")
        for j in range(7):
            if mask[i, j] and d[i, j] < best:
                best = d[i, j]
                picked[i] = y[j] * d[i, j]
    return picked


@sized(lambda n: {"x": torch.rand(n), "floor": torch.rand(n)})
def raised_in_place(x, floor):
    top = floor.clone()
    for i in range(len(x)):
        if x[i] > top[i]:
            top[i] = x[i]
    return top


@sized(lambda n: {"d": torch.rand(n, 5), "e": torch.rand(n, 5)})
def set_by_another_test(d, e):
    labels = torch.zeros(len(d), dtype=torch.long)
    for i in range(len(d)):
        best = 2.0
        for j in range(5):
            if d[i, j] < best:
                labels[i] = j
            if e[i, j] < best:
                best = e[i, j]
    return labels


@sized(lambda n: {"d": torch.rand(n, 5), "ok": torch.rand(n) > 0.4, "w": torch.rand(5, 3)})
def rows_of_those_that_count(d, ok, w):
    labels = torch.full((len(d),), -1)
    cost = torch.zeros(len(d))
    rows = torch.zeros(len(d), 3)
    for i in range(len(d)):
        if not ok[i]:
            continue
        best = float("inf")
        for j in range(5):
            if d[i, j] < best:
                best = d[i, j]
                labels[i] = j
                for c in range(3):
                    rows[i, c] = w[j, c]
        cost[i] = best
    return labels, cost, rows


@sized(
    lambda n: {"d": torch.rand(n, 5), "ok": torch.rand(n, 5) > 0.4, "also": torch.rand(5) > 0.2}
)
def under_two_tests(d, ok, also):
    labels = torch.full((len(d),), -1)
    cost = torch.zeros(len(d))
    for i in range(len(d)):
        best, k = float("inf"), -1
        for j in range(5):
            if ok[i, j]:
                if also[j] and d[i, j] < best:
                    best = d[i, j]
                    labels[i] = j
                    k = j
        cost[i] = k
    return labels, cost


@sized(lambda n: {"x": torch.randint(0, 9, (n, 6))})
def number_of_the_greatest(x):
    lab = torch.zeros(len(x), dtype=torch.long)
    for i in range(x.shape[0]):
        top = 0
        for j in range(x.shape[1]):
            if x[i, j] > top:
                top = x[i, j].item()
                lab[i] = j + 1
    return lab


@sized(
    lambda n: {
        "preds": torch.rand(n, 4),
        "gts": torch.rand(6, 4),
        "cls": torch.randint(0, 3, (n,)),
        "gcls": torch.randint(0, 3, (6,)),
    }
)
def nearest_of_the_same_class(preds, gts, cls, gcls):
    match = torch.full((len(preds),), -1)
    dist = torch.full((len(preds),), 99.0)
    for p in range(len(preds)):
        best = float("inf")
        for g in range(len(gts)):
            if cls[p] != gcls[g]:
                continue
            dd = (preds[p] - gts[g]).abs().sum()
            if dd < best:
                best = dd
                match[p] = g
                dist[p] = dd
    return match, dist


@sized(lambda n: {"a": torch.rand(n, 2), "b": torch.rand(5, 2), "names": torch.arange(5) + 3})
def last_ratio_that_passes(a, b, names):
    found = torch.full((len(a),), -1)
    quality = torch.zeros(len(a))
    for i in range(len(a)):
        best = 0.2
        for j in range(len(b)):
            ratio = (a[i] * b[j]).sum() / (a[i] + b[j]).sum()
            if ratio >= best:
                best = ratio
                found[i] = names[j]
        quality[i] = best
    return found, quality


@sized(lambda n: {"o": torch.randn(n, 3), "c": torch.randn(5, 3)})
def nearest_in_front(o, c):
    depth = torch.full((len(o),), 9.0)
    face = torch.full((len(o),), -1, dtype=torch.long)
    for r in range(len(o)):
        for k in range(len(c)):
            t = (o[r] - c[k]).norm()
            if c[k, 0] < 0:
                continue
            if 0.5 < t < depth[r]:
                depth[r] = t
                face[r] = k
    return depth, face
