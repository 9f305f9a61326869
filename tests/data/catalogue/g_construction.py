"""Loops that build a tensor: 59 to 63 of the catalogue."""

import torch

torch.manual_seed(7)
X = torch.randn(40, 3)
V = torch.randn(30, 3)
RAGGED = [torch.rand(1 + k % 7) for k in range(40)]


def loop_59(x=X):
    """59 growing cat: torch.cat"""
    out = x.new_empty(0, 3)
    for r in x:  # LOOP
        out = torch.cat([out, r[None] * 2])
    return out


def loop_60(x=X):
    """60 nested lists to tensor: elementwise, torch.Tensor.tolist"""
    rows = []
    for i in range(len(x)):  # LOOP
        rows.append([float(x[i, j]) ** 2 for j in range(x.shape[1])])
    return torch.tensor(rows, dtype=x.dtype)


def loop_61(n=16):
    """61 triangular mask: torch.tril"""
    out = torch.zeros(n, n)
    for i in range(n):  # LOOP
        for j in range(i + 1):
            out[i, j] = 1
    return out


def loop_62(v=V):
    """62 diagonal placement: torch.diag_embed"""
    out = v.new_zeros(len(v), 3, 3)
    for b in range(len(v)):  # LOOP
        for i in range(3):
            out[b, i, i] = v[b, i]
    return out


def loop_63(xs=RAGGED):
    """63 pad ragged: torch.nn.utils.rnn.pad_sequence"""
    out = torch.zeros(len(xs), max(map(len, xs)), dtype=xs[0].dtype)
    for i, s in enumerate(xs):  # LOOP
        out[i, : len(s)] = s
    return out
