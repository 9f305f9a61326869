"""Loops that are left at the first hit, alone or in each row."""

import torch
from sized import sized


@sized(lambda n: {"tokens": torch.randint(0, 6, (n, 9)), "eos": 2})
def lengths_before_the_end(tokens, eos):
    lengths = []
    for row in tokens:
        n = 0
        for tok in row:
            if tok.item() == eos:
                break
            n += 1
        lengths.append(n)
    return torch.tensor(lengths)


@sized(lambda n: {"ids": torch.randint(0, 6, (n, 9)), "pad": 0})
def position_of_the_first_pad(ids, pad):
    first = torch.full((ids.shape[0],), -1, dtype=torch.long)
    for b in range(ids.shape[0]):
        at = -1
        for t in range(ids.shape[1]):
            if ids[b, t] == pad:
                at = t
                break
        first[b] = at
    return first


@sized(lambda n: {"x": torch.randn(n, 7), "limit": 1.0})
def sum_until_the_limit(x, limit):
    out = x.new_zeros(len(x))
    for i, row in enumerate(x):
        total = 0.0
        for v in row:
            if v > limit:
                break
            total += v
        out[i] = total
    return out


@sized(lambda n: {"scores": torch.randn(n, 5), "threshold": 0.5})
def rows_with_a_hit(scores, threshold):
    hit = []
    for row in scores:
        found = False
        for s in row:
            if s > threshold:
                found = True
                break
        hit.append(found)
    return torch.tensor(hit)


@sized(lambda n: {"signal": torch.randn(n), "limit": 0.7})
def prefix_below_the_limit(signal, limit):
    kept = []
    for s in signal:
        if s > limit:
            break
        kept.append(2 * s)
    return torch.stack(kept) if kept else signal.new_zeros(0)


@sized(lambda n: {"x": torch.randn(n), "limit": 0.7})
def count_until_the_limit(x, limit):
    steps = 0
    for v in x:
        if v.abs() > limit:
            break
        steps += 1
    return steps


@sized(lambda n: {"depth": 10 * torch.rand(n), "edges": torch.tensor([0.5, 1.0, 2.0, 6.0])})
def bins_by_walking(depth, edges):
    bins = torch.zeros(len(depth), dtype=torch.long)
    for i in range(len(depth)):
        b = 0
        while b < len(edges):
            if depth[i] <= edges[b]:
                break
            b += 1
        bins[i] = b
    return bins


@sized(lambda n: {"x": torch.randn(n), "edges": torch.tensor([-1.0, 0.0, 1.0])})
def bins_by_a_test(x, edges):
    out = []
    for v in x:
        k = 0
        while k < len(edges) and edges[k] <= v:
            k += 1
        out.append(k)
    return torch.tensor(out)


@sized(lambda n: {"x": torch.randn(n), "limit": 0.7})
def first_above_by_while(x, limit):
    i = 0
    while i < len(x):
        if x[i] > limit:
            break
        i += 1
    return i


@sized(lambda n: {"values": torch.rand(n), "bounds": [0.2, 0.5, 0.9]})
def bin_of_each(values, bounds):
    where = torch.zeros(len(values), dtype=torch.long)
    for i, v in enumerate(values):
        for j in range(len(bounds)):
            if v < bounds[j]:
                where[i] = j
                break
        else:
            where[i] = len(bounds)
    return where


@sized(lambda n: {"x": torch.rand(n), "edges": torch.linspace(0, 1, 6)})
def bin_of_two_edges(x, edges):
    out = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        for b in range(len(edges) - 1):
            if edges[b] <= x[i] and x[i] < edges[b + 1]:
                out[i] = b
                break
    return out


@sized(lambda n: {"x": torch.randn(n, 6)})
def first_positive_item(x):
    out = torch.full((len(x),), -1.0)
    for i in range(len(x)):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                out[i] = x[i, j]
                break
    return out


@sized(lambda n: {"queries": torch.randint(0, 9, (n,)), "names": torch.randint(0, 9, (5,))})
def known_or_not(queries, names):
    known = []
    for q in queries:
        for name in names:
            if q == name:
                ok = 1
                break
        else:
            ok = 0
        known.append(ok)
    return torch.tensor(known)


@sized(lambda n: {"scores": torch.randn(n, 7), "targets": torch.randint(0, 7, (n,))})
def mean_reciprocal_rank(scores, targets):
    mrr, hits = 0.0, 0
    for i in range(len(scores)):
        order = torch.argsort(scores[i], descending=True)
        rank = (order == targets[i]).nonzero()[0].item() + 1
        mrr += 1.0 / rank
        if rank <= 3:
            hits += 1
    return mrr / len(scores), hits / len(scores)


@sized(lambda n: {"preds": torch.randn(n, 7), "labels": torch.randint(0, 7, (n,))})
def ranks_of_the_labels(preds, labels):
    ranks = []
    for row, label in zip(preds, labels):
        _, order = row.sort(descending=True)
        ranks.append(torch.where(order == label)[0][0])
    return torch.stack(ranks)


@sized(lambda n: {"preds": torch.randn(n, 7), "labels": torch.randint(0, 7, (n,))})
def ranks_by_list_index(preds, labels):
    ranks = torch.zeros(len(labels))
    for k in range(len(labels)):
        ranks[k] = preds[k].argsort().tolist().index(labels[k].item())
    return ranks


@sized(lambda n: {"power": torch.rand(n, 6), "level": 0.6})
def last_frame_above(power, level):
    last = torch.full((power.shape[0],), -1)
    for u in range(power.shape[0]):
        for t in range(power.shape[1] - 1, -1, -1):
            if power[u, t] > level:
                last[u] = t
                break
    return last


@sized(lambda n: {"ids": torch.randint(0, 4, (n, 7)), "pad": 0})
def last_token_of_each(ids, pad):
    tokens = []
    for row in ids:
        found = pad
        for k in range(len(row) - 1, -1, -1):
            if row[k] != pad:
                found = row[k].item()
                break
        tokens.append(found)
    return torch.tensor(tokens)


@sized(lambda n: {"x": torch.randn(n), "limit": 0.9})
def items_after_the_last_peak(x, limit):
    count = 0
    for k in range(len(x) - 1, -1, -1):
        if x[k] > limit:
            break
        count += 1
    return count


@sized(lambda n: {"x": torch.rand(n, 6), "level": 0.6})
def counter_read_after_its_loop(x, level):
    first = torch.full((len(x),), -1)
    for i in range(len(x)):
        for k in range(x.shape[1]):
            if x[i, k] > level:
                break
        else:
            continue
        first[i] = k
    return first


@sized(lambda n: {"x": torch.arange(n + 2.0)})
def last_before_it_left(x):
    best = None
    for i in range(len(x)):
        gap = x[i] - x[0]
        if gap > 2:
            best = x[i]
            break
    return best, gap


@sized(lambda n: {"x": torch.rand(n), "level": 0.7})
def place_or_the_length(x, level):
    where = len(x)
    for k in range(len(x)):
        if x[k] > level:
            where = k
            break
    return where


@sized(lambda n: {"x": torch.randn(n)})
def first_far_item_or_minus_one(x):
    out = -1
    for v in x:
        if v > 1.5:
            out = v * 2
            break
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def listed_or_a_marker(x):
    first = []
    for row in x:
        for j in range(x.shape[1]):
            if row[j] > 0:
                first.append(j)
                break
        else:
            first.append(-1)
    return torch.tensor(first)
