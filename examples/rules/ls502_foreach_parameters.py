"""Tensors of a list are updated together by torch._foreach_*."""

import torch


def inputs(n=1000):
    return {
        "parameters": [torch.rand(3) for _ in range(n)],
        "gradients": [torch.rand(3) for _ in range(n)],
    }


def slow(parameters, gradients):
    out = [p.clone() for p in parameters]
    for p, g in zip(out, gradients, strict=True):  # expect: LS502
        p.add_(g, alpha=-0.1)
    return out


def fast(parameters, gradients):
    out = [p.clone() for p in parameters]
    torch._foreach_add_(out, gradients, alpha=-0.1)
    return out


def fine(parameters, gradients):
    """Nothing is updated in place: items are combined and collected."""
    out = []
    for p, g in zip(parameters, gradients, strict=True):
        out.append(p - 0.1 * g)
    return out
