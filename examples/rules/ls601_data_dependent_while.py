"""A loop that asks after every step can ask after every few."""

import torch


def inputs(n=12):
    A = torch.rand(n, n) / n + torch.eye(n) * 2
    return {"A": A, "b": torch.rand(n)}


def slow(A, b):
    x = torch.zeros_like(b)
    residual = b
    while residual.norm() > 1e-5:  # expect: LS601
        x = x + 0.1 * residual
        residual = b - A @ x
    return x


def fast(A, b):
    """Recommended, not equal to the last digit: the extra steps only come closer."""
    x = torch.zeros_like(b)
    residual = b
    while residual.norm() > 1e-5:
        for _ in range(8):
            x = x + 0.1 * residual
            residual = b - A @ x
    return x


def fine(A, b):
    """The number of steps is fixed."""
    x = torch.zeros_like(b)
    for _ in range(40):
        x = x + 0.3 * (b - A @ x)
    return x
