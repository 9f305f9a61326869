"""Items looked up in a set are torch.isin."""

import torch


def inputs(n=1000):
    return {"x": torch.randint(0, 50, (n,)), "allowed": torch.tensor([3, 7, 19, 41])}


def slow(x, allowed):
    wanted = set(allowed.tolist())
    out = []
    for v in x:  # expect: LS301
        out.append(v.item() in wanted)
    return torch.tensor(out)


def fast(x, allowed):
    return torch.isin(x, allowed)


def fine(x, allowed):
    """Each item is compared with one value, not looked up in several."""
    out = []
    for v in x:
        out.append(v == allowed[0])
    return torch.stack(out)
