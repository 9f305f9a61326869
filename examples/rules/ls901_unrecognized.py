"""A hot loop that no rule knows is still reported.

There is no ``fast`` here: what to do depends on what the loop is for.
"""

import torch


def inputs(n=300):
    return {"state": {f"weight {k}": torch.rand(3) for k in range(n)}}


def slow(state):
    for name, value in state.items():  # expect: LS901
        if not torch.isfinite(value).all():
            raise ValueError(name)
    return len(state)


def fine(state):
    """Values are collected: other rules know this loop."""
    out = []
    for value in state.values():
        out.append(value.sum())
    return torch.stack(out)
