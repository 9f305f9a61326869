"""Loops that walk back from the end to the last hit of each row."""

import torch
from sized import sized


@sized(lambda n: {"value": torch.randn(n, 9), "taken": torch.rand(n, 9) < 0.2, "missing": -9.0})
def last_reading(value, taken, missing):
    latest = torch.full((len(value),), missing, dtype=value.dtype)
    for i in range(len(value)):
        t = value.shape[1] - 1
        while t >= 0 and not taken[i, t]:
            t -= 1
        if t >= 0:
            latest[i] = value[i, t]
    return latest


@sized(lambda n: {"ids": torch.randint(0, 2, (n, 6)), "pad": 0})
def lengths_without_padding(ids, pad):
    lengths = []
    for row in ids:
        end = ids.shape[1]
        while end > 0 and row[end - 1] == pad:
            end -= 1
        lengths.append(end)
    return torch.tensor(lengths)


@sized(lambda n: {"value": torch.randn(n, 5), "valid": torch.randint(0, 2, (n, 5))})
def last_valid_or_first(value, valid):
    picked = value.new_zeros(value.size(0))
    for b in range(value.size(0)):
        at = value.size(1) - 1
        while at > 0 and not valid[b, at]:
            at -= 1
        picked[b] = value[b, at]
    return picked


@sized(lambda n: {"cost": torch.rand(n, 7, dtype=torch.float64), "limit": 0.8})
def last_above(cost, limit):
    where = torch.zeros(cost.shape[0], dtype=torch.long)
    for r in range(cost.shape[0]):
        k = cost.shape[1] - 1
        while k > 0:
            if cost[r, k] > limit:
                break
            k -= 1
        where[r] = k
    return where


@sized(lambda n: {"x": torch.randn(n, 3)})
def last_row_that_passes_or_none(x):
    found = None
    for row in x:
        if row.sum() > 0:
            found = row * 2
    return found
