"""Extrema that are kept in a tensor, item by item."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 5)})
def greatest_or_zero(x):
    out = torch.zeros(x.size(0))
    for b in range(x.size(0)):
        for t in range(x.size(1)):
            out[b] = torch.maximum(out[b], x[b, t])
    return out


@sized(lambda n: {"h": torch.randn(n, 6, 4), "lengths": torch.randint(1, 7, (n,))})
def least_within_lengths(h, lengths):
    lowest = torch.full((h.size(0), h.size(2)), float("inf"))
    for b in range(h.size(0)):
        for t in range(int(lengths[b])):
            lowest[b] = torch.minimum(lowest[b], h[b, t])
    return lowest


@sized(lambda n: {"x": torch.randint(0, 9, (n, 5)), "lengths": torch.randint(0, 6, (n,))})
def greatest_whole_number(x, lengths):
    out = torch.zeros(len(x), dtype=torch.long)
    for b in range(len(x)):
        for t in range(int(lengths[b])):
            out[b] = torch.maximum(out[b], x[b, t])
    return out


@sized(lambda n: {"best": torch.randn(n, 3), "x": torch.randn(n, 3), "keep": torch.rand(n) > 0.5})
def lowered_where_kept(best, x, keep):
    for i in range(len(best)):
        if keep[i]:
            best[i] = torch.minimum(best[i], x[i])
    return best


@sized(lambda n: {"best": torch.randn(n), "x": torch.randn(n)})
def raised_from_the_second(best, x):
    for i in range(1, len(best)):
        best[i] = torch.maximum(best[i], x[i])
    return best
