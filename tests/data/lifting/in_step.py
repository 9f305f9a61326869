"""Slices of one length that begin a few places apart."""

import torch
from sized import sized
from torch.nn import functional as F


def answers(n):
    return {
        "logits": torch.randn(n, 9, 5, dtype=torch.float64),
        "ids": torch.randint(0, 5, (n, 9)),
        "starts": [1 + k % 3 for k in range(n)],
        "ends": [4 + k % 6 for k in range(n)],
    }


@sized(answers)
def log_probability_of_each_answer(logits, ids, starts, ends):
    sums = []
    for i, (start, end) in enumerate(zip(starts, ends)):
        logp = F.log_softmax(logits[i, start - 1 : end - 1], dim=-1)
        picked = logp.gather(1, ids[i, start:end].unsqueeze(1)).squeeze(1)
        sums.append(picked.sum())
    return torch.stack(sums)


@sized(lambda n: {"x": torch.randn(n, 7), "lens": torch.randint(2, 8, (n,))})
def variation_up_to_a_length(x, lens):
    out = torch.zeros(len(x))
    for i, n in enumerate(lens):
        out[i] = (x[i, 1:n] - x[i, : n - 1]).abs().sum()
    return out


@sized(
    lambda n: {
        "track": torch.randn(n, 8, 2),
        "first": torch.arange(n) % 3,
        "last": 5 + torch.arange(n) % 4,
    }
)
def path_lengths_of_spans(track, first, last):
    lengths = []
    for k in range(len(track)):
        a, b = first[k], last[k]
        steps = track[k, a + 1 : b] - track[k, a : b - 1]
        lengths.append(steps.norm(dim=-1).mean())
    return torch.stack(lengths)


@sized(
    lambda n: {
        "x": torch.randn(n, 9),
        "y": torch.randn(n, 9),
        "lens": [k % 6 + 1 for k in range(n)],
    }
)
def hits_two_later(x, y, lens):
    hits = torch.zeros(len(lens))
    for i, n in enumerate(lens):
        hits[i] = (x[i, :n] > y[i, 2 : n + 2]).sum()
    return hits


@sized(lambda n: {"x": torch.randn(n, 6, 4), "lens": torch.randint(1, 7, (n,))})
def likeliest_entries(x, lens):
    out = []
    for row, n in zip(x, lens):
        p = row[:n].softmax(dim=1)
        out.append(p.max(dim=1).values.mean())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6, 4), "where": torch.randint(0, 6, (n, 2, 4))})
def gathered_of_each_item(x, where):
    out = torch.empty(len(x), 2, 4)
    for i in range(len(x)):
        out[i] = x[i].gather(0, where[i])
    return out


@sized(lambda n: {"x": torch.randn(9, 4), "lens": torch.randint(1, 9, (n,))})
def spread_in_columns_of_one_table(x, lens):
    return torch.stack([x[:n].sum(dim=1).max() for n in lens])
