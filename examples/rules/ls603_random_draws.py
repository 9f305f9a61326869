"""Draws of one shape are one draw; here it even fills in the same order."""

import torch


def inputs(n=300):
    return {"n": n, "points": 16}


def slow(n, points):
    torch.manual_seed(0)
    out = []
    for _ in range(n):  # expect: LS603
        p = torch.rand(points, 2)
        out.append((p.norm(dim=1) < 1).float().mean())
    return torch.stack(out)


def fast(n, points):
    torch.manual_seed(0)
    p = torch.rand(n, points, 2)
    return (p.norm(dim=2) < 1).float().mean(1)


def fine(n, points):
    """The draw is made before the loop."""
    torch.manual_seed(0)
    noise = torch.rand(n, points, 2)
    out = []
    for p in noise:
        out.append((p.norm(dim=1) < 1).float().mean())
    return torch.stack(out)
