"""In-place ops on each tensor of a list."""

import torch
from sized import sized
from torch import nn


def tensors(n):
    return [torch.randn(3) for _ in range(n)]


@sized(lambda n: {"slow": tensors(n), "fast": tensors(n), "decay": 0.9})
def averaged_parameters(slow, fast, decay):
    for p, q in zip(slow, fast):
        p.mul_(decay).add_(q, alpha=1 - decay)
    return slow


@sized(lambda n: {"params": tensors(n), "grads": tensors(n), "bufs": tensors(n), "lr": 0.1})
def descended_with_momentum(params, grads, bufs, lr):
    for p, g, buf in zip(params, grads, bufs):
        buf.mul_(0.9).add_(g)
        p.add_(buf, alpha=-lr)
    return params, bufs


@sized(lambda n: {"params": tensors(n), "squares": tensors(n), "lr": 0.1})
def scaled_updates(params, squares, lr):
    for p, s in zip(params, squares):
        s.abs_()
        s += 1
        p.addcdiv_(p, s, value=-lr)
        p.neg_()
    return params, squares


def with_gradients(n):
    layer = nn.Sequential(*(nn.Linear(2, 2) for _ in range(n)))
    layer(torch.randn(4, 2)).sum().backward()
    layer[0].bias.grad = None
    return layer


@sized(lambda n: {"model": with_gradients(n), "lr": 0.1})
def descended_where_there_is_a_gradient(model, lr):
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is None:
                continue
            p.add_(p.grad, alpha=-lr)
    return [p.detach() for p in model.parameters()]


class Parameters:
    """Tensors with gradients, and what an optimizer keeps of each."""

    def __init__(self, n):
        self.each = tensors(n)
        self.kept = {}
        for p in self.each:
            p.grad = torch.randn(3)


@sized(lambda n: {"params": Parameters(n), "lr": 0.1})
def state_that_is_made_when_needed(params, lr):
    for p in params.each:
        state = params.kept.setdefault(p, {})
        if "buf" not in state:
            state["buf"] = torch.zeros_like(p)
        state["buf"].mul_(0.9).add_(p.grad)
        p.add_(state["buf"], alpha=-lr)
    return params.each, [state["buf"] for state in params.kept.values()]


@sized(lambda n: {"model": with_gradients(n), "lr": 0.1})
def decayed_gradients(model, lr):
    with torch.no_grad():
        for p in model.parameters():
            if not p.requires_grad:
                continue
            p.mul_(1 - lr)
            p.clamp_max_(1.0)
    return [p.detach() for p in model.parameters()]


@sized(lambda n: {"slow": tensors(n), "fast": tensors(n), "lr": 0.1})
def moved_towards(slow, fast, lr):
    for p, q in zip(slow, fast):
        p.lerp_(q, weight=lr)
        q.copy_(-p)
    return slow, fast


@sized(lambda n: {"params": tensors(n), "grads": tensors(n), "scale": 0.5})
def scaled_gradients(params, grads, scale):
    for p, g in zip(params, grads):
        g.mul_(scale).add_(p * 0.1)
        p -= g
        p.data.clamp_min_(-1.0)
    return params, grads


class Holder:
    def __init__(self, n):
        self.weight = torch.randn(3)
        self.average = torch.zeros(3)
