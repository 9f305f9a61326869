"""Linear algebra on one matrix at a time takes a batch."""

import torch


def inputs(n=200):
    return {"A": torch.rand(n, 4, 4) + 4 * torch.eye(4), "y": torch.rand(n, 4)}


def slow(A, y):
    out = []
    for i in range(len(A)):  # expect: LS409
        out.append(torch.inverse(A[i]) @ y[i])
    return torch.stack(out)


def fast(A, y):
    return torch.linalg.solve(A, y)


def fine(A, y):
    """A product alone: no solve, no factorization."""
    out = []
    for i in range(len(A)):
        out.append(A[i] @ y[i])
    return torch.stack(out)
