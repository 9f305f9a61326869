"""Loops over items: 1 to 9 of the catalogue.

Each docstring holds the number, the class and the ops that a finding may name.
"""

import torch

torch.manual_seed(1)
X = torch.randn(60)
Y = torch.randn(40)


def loop_01(x=X):
    """1 map: elementwise"""
    out = torch.empty_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = torch.sin(x[i]) * 2 + 1
    return out


def loop_02(x=X, y=Y):
    """2 broadcast map: broadcasting, torch.meshgrid"""
    out = x.new_empty(len(x), len(y))
    for i in range(len(x)):  # LOOP
        for j in range(len(y)):
            out[i, j] = x[i] - y[j]
    return out


def loop_03(x=X):
    """3 branch: torch.where"""
    out = torch.empty_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = torch.sqrt(x[i]) if x[i] > 0 else -x[i]
    return out


def loop_04(x=X, m=X > 0.5):
    """4 conditional store: Tensor.masked_fill, torch.where"""
    out = x.clone()
    for i in range(len(x)):  # LOOP
        if m[i]:
            out[i] = -1e9
    return out


def loop_05(x=X):
    """5 clamp: torch.clamp"""
    out = torch.empty_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = max(-0.5, min(0.5, x[i]))
    return out


def loop_06(x=X):
    """6 filter: boolean_mask, torch.masked_select"""
    keep = []
    for v in x:  # LOOP
        if v > 0:
            keep.append(v)
    return torch.stack(keep)


def loop_07(x=X):
    """7 shifted neighbour: torch.diff, slicing"""
    out = x.new_empty(len(x) - 1)
    for i in range(len(x) - 1):  # LOOP
        out[i] = x[i + 1] - x[i]
    return out


def loop_08(x=X):
    """8 shift in place: torch.roll, slicing"""
    out = x.clone()
    for i in range(len(x) - 1):  # LOOP
        out[i] = out[i + 1]
    return out


def loop_09(x=X, k=3):
    """9 roll: torch.roll"""
    out = torch.empty_like(x)
    n = len(x)
    for i in range(n):  # LOOP
        out[i] = x[(i - k) % n]
    return out


def loop_09_flip(x=X):
    """9 flip: torch.flip"""
    out = torch.empty_like(x)
    n = len(x)
    for i in range(n):  # LOOP
        out[i] = x[n - 1 - i]
    return out
