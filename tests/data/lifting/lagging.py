"""Variables that hold what the iteration before had."""

import torch
from sized import sized


@sized(lambda n: {"path": torch.randint(0, 3, (n,)), "blank": 0})
def collapsed_path(path, blank):
    tokens = []
    prev = blank
    for idx in path:
        idx = idx.item()
        if idx != prev and idx != blank:
            tokens.append(idx)
        prev = idx
    return torch.tensor(tokens)


@sized(lambda n: {"x": torch.randn(n, 3)})
def differences_of_rows(x):
    out = torch.zeros(len(x) - 1)
    last = x[0]
    for k, row in enumerate(x[1:]):
        out[k] = (row - last).norm()
        last = row
    return out


@sized(lambda n: {"labels": torch.randint(0, 2, (n,))})
def number_of_changes(labels):
    changes = 0
    previous = -1
    for value in labels.tolist():
        if value != previous:
            changes += 1
        previous = value
    return changes


@sized(lambda n: {"x": torch.randn(n)})
def smoothed_by_two(x):
    y = torch.zeros_like(x)
    before = 0.0
    for i in range(len(x)):
        y[i] = 0.5 * (x[i] + before)
        before = x[i]
    return y


@sized(lambda n: {"points": torch.randn(n, 2), "start": torch.zeros(2)})
def length_of_a_path(points, start):
    total = 0.0
    here = start
    for p in points:
        step = p - here
        total += step.norm()
        here = p
    return total


@sized(lambda n: {"tokens": torch.randint(0, 3, (n, 6))})
def repeats_of_each_row(tokens):
    out = []
    for row in tokens:
        last, count = -1, 0
        for t in row:
            if t == last:
                count += 1
            last = t
        out.append(count)
    return torch.tensor(out)


@sized(lambda n: {"x": torch.rand(n), "skip": torch.rand(n) > 0.5})
def lag_behind_those_kept(x, skip):
    out = torch.zeros(len(x))
    prev = 0.0
    for i in range(len(x)):
        if skip[i]:
            continue
        out[i] = x[i] - prev
        prev = x[i]
    return out
