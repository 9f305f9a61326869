"""Errors that an iteration may raise: they are raised before the work of all."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "reduction": "mean"})
def unknown_options(x, reduction):
    out = []
    for v in x:
        if reduction == "sum":
            out.append(v.sum())
        elif reduction == "mean":
            out.append(v.mean())
        else:
            raise ValueError(reduction)
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n, 3)})
def negative_values(x):
    out = []
    for v in x:
        if v.min() < 0:
            raise ValueError("a negative value")
        out.append(v.sqrt())
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n, 3)})
def negative_totals_of_some(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        if x[i, 0] > 0.5:
            total = x[i].sum()
            if total < 0:
                raise ValueError("a negative total")
            out[i] = total.log()
    return out


@sized(lambda n: {"x": torch.rand(n, 3)})
def finite_or_not(x):
    total = 0
    for v in x:
        assert torch.isfinite(v).all(), "not finite"
        if v[0] > 0.5:
            total += v.sum().item()
    return total
