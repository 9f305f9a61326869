"""Models of one kind are one model over stacked parameters."""

import torch

OPS = ("aten::linear",)  # what the trace shows, for tests without torch


def inputs(n=150):
    torch.manual_seed(0)
    return {"models": [torch.nn.Linear(4, 2) for _ in range(n)], "x": torch.rand(6, 4)}


def slow(models, x):
    out = []
    for model in models:  # expect: LS804
        out.append(model(x))
    return torch.stack(out)


def fast(models, x):
    parameters, buffers = torch.func.stack_module_state(models)

    def call(p, b):
        return torch.func.functional_call(models[0], (p, b), (x,))

    return torch.vmap(call)(parameters, buffers)


def fine(models, x):
    """A chain: each model takes what the last one made."""
    for model in models:
        x = torch.cat([model(x), x], 1)[:, :4]
    return x
