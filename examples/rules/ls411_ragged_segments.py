"""Segments of different length are reduced together by the number of their segment."""

import torch


def inputs(n=200):
    sizes = 1 + torch.arange(n) % 7
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), sizes.cumsum(0)])
    return {"x": torch.rand(int(sizes.sum())), "offsets": offsets}


def slow(x, offsets):
    out = []
    for s in range(len(offsets) - 1):  # expect: LS411
        out.append(x[offsets[s] : offsets[s + 1]].sum())
    return torch.stack(out)


def fast(x, offsets):
    segment = torch.repeat_interleave(torch.arange(len(offsets) - 1), offsets.diff())
    return x.new_zeros(len(offsets) - 1).index_add(0, segment, x)


def fine(x, offsets):
    """All segments have one length: they are rows of a view."""
    out = []
    for s in range(len(x) // 4):
        out.append(x[4 * s : 4 * s + 4].sum())
    return torch.stack(out)
