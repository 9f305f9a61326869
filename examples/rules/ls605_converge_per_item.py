"""Items that each converge in their own time are stepped together, the finished ones frozen."""

import torch


def inputs(n=60):
    return {"x": torch.rand(n) + 0.5}


def slow(x):
    out = torch.empty_like(x)
    for i in range(len(x)):  # expect: LS605
        y = x[i]
        while (y * y - x[i]).abs() > 1e-4:
            y = (y + x[i] / y) / 2
        out[i] = y
    return out


def fast(x):
    """Recommended: as many steps as the slowest item needs."""
    y = x.clone()
    while (active := (y * y - x).abs() > 1e-4).any():
        y = torch.where(active, (y + x / y) / 2, y)
    return y


def fine(x):
    """Every item takes the same number of steps."""
    out = torch.empty_like(x)
    for i in range(len(x)):
        y = x[i]
        for _ in range(4):
            y = (y + x[i] / y) / 2
        out[i] = y
    return out
