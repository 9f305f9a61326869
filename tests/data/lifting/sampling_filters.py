"""Scores that are dropped before one draws: what top-k and top-p sampling do to each row."""

import torch
from sized import sized


@sized(lambda n: {"logits": torch.randn(n + 1, 7), "top_p": torch.rand(n + 1)})
def nucleus_of_each_row(logits, top_p):
    kept = []
    for row, p in zip(logits, top_p):
        ordered, order = torch.sort(row, descending=True)
        mass = torch.softmax(ordered, dim=-1).cumsum(dim=-1)
        drop = mass > p
        drop[1:] = drop[:-1].clone()
        drop[0] = False
        row = row.clone()
        row[order[drop]] = float("-inf")
        kept.append(row)
    return torch.stack(kept)


@sized(lambda n: {"scores": torch.randn(n + 1, 6), "p": 0.8})
def nucleus_by_scatter(scores, p):
    kept = []
    for row in scores:
        ordered, order = row.sort(descending=True)
        share = ordered.softmax(-1)
        drop = share.cumsum(-1) - share > p
        mask = torch.zeros_like(drop).scatter(0, order, drop)
        kept.append(row.masked_fill(mask, float("-inf")))
    return torch.stack(kept)


@sized(lambda n: {"x": torch.randn(n + 1, 6)})
def smaller_half_set_to_zero(x):
    out = []
    for row in x:
        order = torch.argsort(row.abs())
        small = torch.arange(6) < 3
        item = row * 1.0
        item[order[small]] = 0
        out.append(item)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1, 5), "to": torch.randint(0, 5, (n + 1, 5))})
def values_added_at_places(x, to):
    return torch.stack([torch.zeros(5).scatter_add(0, t, v) for v, t in zip(x, to)])


@sized(lambda n: {"logits": torch.randn(n + 1, 7), "k": 3})
def greatest_of_each_row(logits, k):
    rows = []
    for row in logits:
        row = row.clone()
        row[row < torch.topk(row, k).values[-1]] = float("-inf")
        rows.append(row)
    return torch.stack(rows)


@sized(lambda n: {"logits": torch.randn(n + 1, 7), "top_p": 0.7})
def nucleus_in_place(logits, top_p):
    for b in range(logits.size(0)):
        ordered, index = torch.sort(logits[b], descending=True)
        drop = torch.cumsum(torch.softmax(ordered, dim=-1), dim=-1) > top_p
        drop[1:] = drop[:-1].clone()
        drop[0] = False
        logits[b, index[drop]] = float("-inf")
    return logits
