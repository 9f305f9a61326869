"""Runs of equal items: a variable is set to the item wherever the two differ."""

import torch
from sized import sized


def items(n):
    return {"seq": torch.randint(0, 3, (2 * n + 2,))}


@sized(items)
def run_lengths(seq):
    values, lengths = [], []
    current = seq[0]
    n = 1
    for s in seq[1:]:
        if s == current:
            n += 1
        else:
            values.append(current)
            lengths.append(n)
            current = s
            n = 1
    values.append(current)
    lengths.append(n)
    return torch.stack(values), torch.tensor(lengths)


@sized(items)
def without_neighbours_alike(seq):
    out = [seq[0]]
    last = seq[0]
    for s in seq[1:]:
        if s != last:
            out.append(s)
            last = s
    return torch.stack(out)


@sized(items)
def where_runs_begin(seq):
    starts = []
    current = -1
    for i in range(len(seq)):
        if seq[i] != current:
            starts.append(i)
            current = seq[i]
    return torch.tensor(starts)


@sized(items)
def number_of_changes(seq):
    n = 0
    before = seq[0]
    for s in seq:
        if s != before:
            n += 1
            before = s
    return n


@sized(lambda n: {"x": torch.randn(n + 1, 2)})
def one_more_behind(x):
    rows = []
    for row in x:
        rows.append(row * 2)
    rows.append(x[0])
    return torch.stack(rows), len(rows)
