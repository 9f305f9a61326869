"""A layer takes a batch."""

import torch

OPS = ("aten::linear",)  # what the trace shows, for tests without torch


def inputs(n=300):
    torch.manual_seed(0)
    return {"batch": torch.rand(n, 4), "net": torch.nn.Linear(4, 2)}


def slow(batch, net):
    out = []
    for x in batch:  # expect: LS802
        out.append(net(x))
    return torch.stack(out)


def fast(batch, net):
    return net(batch)


def fine(batch, net):
    """Each call needs what the last one returned."""
    state = batch[0]
    for x in batch:
        state = x + net(state).sum()
    return state
