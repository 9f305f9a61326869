"""Sums over spans of one table's rows."""

import torch
from sized import sized


@sized(
    lambda n: {
        "table": torch.randn(9, 3),
        "spans": torch.stack([torch.randint(0, 5, (n,)), torch.randint(4, 9, (n,))], 1),
    }
)
def sums_of_given_rows(table, spans):
    out = torch.zeros(len(spans), table.shape[1])
    for i in range(len(spans)):
        out[i] = table[spans[i, 0] : spans[i, 1]].sum(0)
    return out


@sized(
    lambda n: {
        "hidden": torch.randn(9, 3),
        "start": torch.randint(0, 6, (n,)),
        "end": torch.randint(3, 9, (n,)),
    }
)
def means_or_zeros(hidden, start, end):
    pooled = []
    for a, b in zip(start, end):
        if b <= a:
            pooled.append(torch.zeros(3))
        else:
            pooled.append((hidden[a:b] * 2).mean(dim=0))
    return torch.stack(pooled)


@sized(lambda n: {"x": torch.randn(9), "start": torch.randint(0, 5, (n,))})
def largest_from_each_start(x, start):
    return torch.stack([x[s : s + 3].max() for s in start])
