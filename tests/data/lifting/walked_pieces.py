"""Pieces of a tensor by their sizes, with a place that is moved on by hand."""

import torch
from sized import sized


def flat(n, *dims):
    sizes = [k % 4 + 1 for k in range(n)]
    return {"x": torch.randn(sum(sizes), *dims), "sizes": sizes}


@sized(lambda n: flat(n, 3))
def mean_of_each_piece(x, sizes):
    out = []
    start = 0
    for n in sizes:
        out.append(x[start : start + n].mean(0))
        start += n
    return torch.stack(out)


@sized(lambda n: flat(n) | {"w": torch.randn(sum(k % 4 + 1 for k in range(n)), 5)})
def attention_of_each_bag(x, w, sizes):
    bags, weights = [], []
    start = 0
    for n in sizes:
        a = torch.softmax(x[start : start + n], dim=0)
        bags.append(a @ w[start : start + n])
        weights.append(a)
        start += n
    return torch.stack(bags), torch.cat(weights)


@sized(lambda n: flat(n, 2))
def largest_of_each_piece(x, sizes):
    out = torch.zeros(len(sizes))
    at = 0
    for k, count in enumerate(sizes):
        out[k] = x[at : count + at, 1].max()
        at = at + count
    return out


@sized(lambda n: flat(n) | {"lengths": torch.tensor([k % 4 + 1 for k in range(n)])})
def sums_by_lengths_in_a_tensor(x, sizes, lengths):
    total = []
    offset = 0
    for n in lengths.tolist():
        total.append(x[offset : offset + n].sum() / n)
        offset += n
    return torch.stack(total)


@sized(lambda n: flat(n) | {"lengths": torch.tensor([k % 4 + 1 for k in range(n)])})
def totals_by_lengths(x, sizes, lengths):
    totals = torch.empty(len(lengths))
    offset = 0
    for k, n in enumerate(lengths):
        totals[k] = x[offset : offset + n].square().sum()
        offset += n
    return totals
