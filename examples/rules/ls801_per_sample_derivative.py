"""Gradients by sample are vmap of grad."""

import torch


def inputs(n=100):
    return {"x": torch.rand(n, 4), "y": torch.rand(n), "weight": torch.rand(4)}


def slow(x, y, weight):
    out = []
    for i in range(len(x)):  # expect: LS801
        w = weight.detach().requires_grad_()
        out.append(torch.autograd.grad((w @ x[i] - y[i]) ** 2, w)[0])
    return torch.stack(out)


def fast(x, y, weight):
    loss_of_one = torch.func.grad(lambda w, a, b: (w @ a - b) ** 2)
    return torch.vmap(loss_of_one, (None, 0, 0))(weight, x, y)


def fine(x, y, weight):
    """The losses alone, without a derivative."""
    out = []
    for i in range(len(x)):
        out.append((weight @ x[i] - y[i]) ** 2)
    return torch.stack(out)
