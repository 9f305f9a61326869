"""Loops that carry a value: 22 to 30 of the catalogue."""

import torch

torch.manual_seed(3)
X = torch.randn(60)
FACTORS = torch.rand(60)
MATRICES = torch.randn(30, 3, 3)
SQUARE = torch.randn(4, 4) / 4


def loop_22(x=X):
    """22 prefix sum: torch.cumsum"""
    out = torch.empty_like(x)
    s = 0
    for i in range(len(x)):  # LOOP
        s = s + x[i]
        out[i] = s
    return out


def loop_23(x=X):
    """23 running maximum: torch.cummax"""
    out = torch.empty_like(x)
    m = x[0]
    for i in range(len(x)):  # LOOP
        m = torch.maximum(m, x[i])
        out[i] = m
    return out


def loop_23_product(x=FACTORS):
    """23 running product: torch.cumprod"""
    out = torch.empty_like(x)
    p = 1.0
    for i in range(len(x)):  # LOOP
        p = p * x[i]
        out[i] = p
    return out


def loop_24(x=X, a=0.9):
    """24 linear recurrence: torch.matmul, torch.nn.functional.conv1d, associative_scan"""
    out = torch.empty_like(x)
    h = 0.0
    for i in range(len(x)):  # LOOP
        h = a * h + x[i]
        out[i] = h
    return out


def loop_25(x=X, a=FACTORS):
    """25 linear recurrence, varying: associative_scan, torch.cumprod"""
    out = torch.empty_like(x)
    h = 0.0
    for i in range(len(x)):  # LOOP
        h = a[i] * h + x[i]
        out[i] = h
    return out


def loop_26(x=X, g=0.9):
    """26 discounted return: torch.flip, torch.matmul, torch.nn.functional.conv1d"""
    out = torch.empty_like(x)
    h = 0.0
    for i in reversed(range(len(x))):  # LOOP
        h = x[i] + g * h
        out[i] = h
    return out


def loop_27(A=MATRICES):
    """27 prefix products: associative_scan"""
    P = torch.eye(3, dtype=A.dtype)
    out = []
    for i in range(len(A)):  # LOOP
        P = A[i] @ P
        out.append(P)
    return torch.stack(out)


def loop_28(A=SQUARE, k=20):
    """28 matrix power: torch.linalg.matrix_power"""
    out = torch.eye(4, dtype=A.dtype)
    for _ in range(k):  # LOOP
        out = out @ A
    return out


def loop_29(n=60):
    """29 random walk: torch.randn, torch.cumsum"""
    torch.manual_seed(0)
    p = torch.zeros(())
    out = []
    for _ in range(n):  # LOOP
        p = p + torch.randn(())
        out.append(p)
    return torch.stack(out)


def loop_30(x=X, c=SQUARE[0]):
    """30 polynomial sum: elementwise, broadcasting, torch.vander"""
    out = torch.zeros_like(x)
    for i in range(len(x)):  # LOOP
        for p in range(len(c)):
            out[i] = out[i] + c[p] * x[i] ** p
    return out
