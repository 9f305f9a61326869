"""Blocks along a diagonal are torch.block_diag."""

import torch


def inputs(n=200):
    return {"blocks": [torch.rand(1 + k % 3, 1 + k % 4) for k in range(n)]}


def slow(blocks):
    rows = sum([b.shape[0] for b in blocks])
    columns = sum([b.shape[1] for b in blocks])
    out = torch.zeros(rows, columns)
    r = c = 0
    for b in blocks:  # expect: LS401
        out[r : r + b.shape[0], c : c + b.shape[1]] = b
        r += b.shape[0]
        c += b.shape[1]
    return out


def fast(blocks):
    return torch.block_diag(*blocks)


def fine(blocks):
    """The offsets move along rows only: blocks lie below each other."""
    out = torch.zeros(sum([b.shape[0] for b in blocks]), 4)
    r = 0
    for b in blocks:
        out[r : r + b.shape[0]] = b.sum()
        r += b.shape[0]
    return out
