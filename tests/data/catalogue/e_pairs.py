"""Pairs and linear algebra: 45 to 51 of the catalogue."""

import torch

torch.manual_seed(5)
A = torch.randn(24, 3)
B = torch.randn(20, 3)
LEFT = torch.randn(40, 4, 3)
RIGHT = torch.randn(40, 3, 5)
FORM = torch.randn(3, 3)
SQUARES = torch.randn(40, 3, 3) + 4 * torch.eye(3)
SIDES = torch.randn(40, 3)


def loop_45(a=A, b=B):
    """45 pairwise distance: torch.cdist, broadcasting"""
    out = a.new_empty(len(a), len(b))
    for i in range(len(a)):  # LOOP
        for j in range(len(b)):
            out[i, j] = (a[i] - b[j]).norm()
    return out


def loop_46(a=A, b=B):
    """46 kernel sum over pairs: broadcasting, torch.cdist"""
    out = []
    for i in range(len(a)):  # LOOP
        out.append(torch.exp(-((a[i] - b) ** 2).sum(1)).sum())
    return torch.stack(out)


def loop_47(a=A, b=SIDES.T):
    """47 triple-loop product: torch.matmul, torch.einsum"""
    out = a.new_zeros(12, 8)
    for i in range(12):  # LOOP
        for j in range(8):
            for k in range(3):
                out[i, j] += a[i, k] * b[k, j]
    return out


def loop_48(a=LEFT, b=RIGHT):
    """48 batch of products: torch.matmul, torch.bmm"""
    out = []
    for i in range(len(a)):  # LOOP
        out.append(a[i] @ b[i])
    return torch.stack(out)


def loop_49(x=SIDES, M=FORM):
    """49 quadratic form: torch.einsum"""
    out = []
    for v in x:  # LOOP
        out.append(v @ M @ v)
    return torch.stack(out)


def loop_50(x=SIDES):
    """50 outer-product sum: torch.matmul, torch.einsum"""
    out = x.new_zeros(3, 3)
    for i in range(len(x)):  # LOOP
        out = out + torch.outer(x[i], x[i])
    return out


def loop_51(A=SQUARES, y=SIDES):
    """51 solve per item: torch.linalg.solve"""
    out = []
    for i in range(len(A)):  # LOOP
        out.append(torch.inverse(A[i]) @ y[i])
    return torch.stack(out)
