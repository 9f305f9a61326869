"""In-place ops on each tensor of a list."""

from types import SimpleNamespace

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


@sized(lambda n: {"params": tensors(n), "grads": tensors(n), "momenta": tensors(n), "lr": 0.1})
def stepped_by_signs(params, grads, momenta, lr):
    for p, g, m in zip(params, grads, momenta):
        p.mul_(1 - lr * 0.01)
        direction = m.clone().mul_(0.9).add_(g, alpha=0.1).sign_()
        p.add_(direction, alpha=-lr)
        m.mul_(0.99).add_(g, alpha=0.01)
    return params, momenta


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


def optimizer(n):
    params = [torch.randn(3, 2 + i % 2) for i in range(n)]
    for p in params:
        p.grad = torch.randn_like(p)
    m, v = ([torch.zeros_like(p) for p in params] for _ in range(2))
    options = {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "t": 3}
    return SimpleNamespace(params=params, m=m, v=v, **options)


@sized(lambda n: {"opt": optimizer(n)})
def adam_written_out(opt):
    with torch.no_grad():
        for i, p in enumerate(opt.params):
            g = p.grad
            opt.m[i] = opt.beta1 * opt.m[i] + (1 - opt.beta1) * g
            opt.v[i] = opt.beta2 * opt.v[i] + (1 - opt.beta2) * g**2
            m_hat = opt.m[i] / (1 - opt.beta1**opt.t)
            v_hat = opt.v[i] / (1 - opt.beta2**opt.t)
            p -= opt.lr * m_hat / (v_hat.sqrt() + opt.eps)
    return opt.params, opt.m


@sized(lambda n: {"opt": optimizer(n)})
def rmsprop_in_place(opt):
    with torch.no_grad():
        for k, w in enumerate(opt.params):
            grad = w.grad
            opt.v[k].mul_(opt.beta2).addcmul_(grad, grad, value=1 - opt.beta2)
            w.addcdiv_(grad, torch.sqrt(opt.v[k]) + opt.eps, value=-opt.lr)
    return opt.params


@sized(lambda n: {"opt": optimizer(n)})
def momentum_with_steps(opt):
    with torch.no_grad():
        for p, buf in zip(opt.params, opt.m):
            d = p.grad + 0.01 * p
            buf.mul_(0.9).add_(d)
            step = d + 0.9 * buf
            p -= opt.lr * step
    return opt.params, opt.m


@sized(
    lambda n: {
        "ema": [torch.randn(3 + i % 2) for i in range(n)],
        "now": [torch.randn(3 + i % 2) for i in range(n)],
    }
)
def averages_by_index(ema, now):
    for i, e in enumerate(ema):
        e.copy_(0.9 * e + 0.1 * now[i])
    return ema


@sized(
    lambda n: {
        "params": [torch.randn(k % 3 + 1, 4) for k in range(n)],
        "grads": [torch.randn(k % 3 + 1, 4) for k in range(n)],
        "lr": 0.1,
    }
)
def steps_by_norms(params, grads, lr):
    for p, g in zip(params, grads):
        ratio = torch.norm(p) / (g.norm() + 1e-8)
        p.sub_(lr * ratio * g)
    return params


def two_models():
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), nn.Sequential(
        nn.Linear(3, 4), nn.Linear(4, 2)
    )


@sized(
    lambda n: {
        "model": two_models()[0],
        "shadow": {k: v.detach() * 2 for k, v in two_models()[1].named_parameters()},
    }
)
@torch.no_grad()
def shadow_by_name(model, shadow):
    for name, p in model.named_parameters():
        shadow[name].mul_(0.9).add_(p, alpha=0.1)
    return shadow


@sized(
    lambda n: {
        "model": two_models()[0],
        "shadow": {k: v.detach() * 2 for k, v in two_models()[1].named_parameters()},
    }
)
@torch.no_grad()
def shadow_of_what_is_trained(model, shadow):
    for name, p in model.named_parameters():
        if p.requires_grad:
            shadow[name].lerp_(p.data, 0.1)
    return shadow


@sized(
    lambda n: {
        "params": {k: torch.randn(k + 1) for k in range(n)},
        "grads": {k: torch.randn(k + 1) for k in range(n)},
    }
)
def entries_of_two_dicts(params, grads):
    for key, value in params.items():
        value.sub_(grads[key] * 0.1)
    return params


def with_large_gradients(n):
    params = [torch.randn(2 + i % 3, 4) for i in range(n)]
    for p in params:
        p.grad = torch.rand(()) * torch.randn_like(p)
    return params


@sized(lambda n: {"params": with_large_gradients(n), "factor": 0.3})
def gradients_limited_to_a_part_of_their_parameter(params, factor):
    for p in params:
        if p.grad is None:
            continue
        limit = p.norm().clamp(min=1e-3) * factor
        size = p.grad.norm()
        if size > limit:
            p.grad.mul_(limit / size.clamp(min=1e-6))
    return [p.grad for p in params]


@sized(lambda n: {"model": with_gradients(n), "most": 0.5})
def gradients_limited_each(model, most):
    for name, p in model.named_parameters():
        if p.grad is not None:
            norm = p.grad.detach().norm()
            scale = most / (norm + 1e-6)
            if scale < 1:
                p.grad.mul_(scale)
    return [p.grad for p in model.parameters()]


@sized(lambda n: {"weights": [torch.randn(1 + i % 3, 5) for i in range(n)]})
def weights_of_length_one(weights):
    for w in weights:
        w.div_(w.norm().clamp(min=1.0))
    return weights


@sized(lambda n: {"net": with_gradients(n), "rho": 0.9})
def squares_where_there_is_a_gradient(net, rho):
    weights = [p.detach() for p in net.parameters()]
    grads = [p.grad for p in net.parameters()]
    squares = [torch.zeros_like(w) for w in weights]
    for w, g, sq in zip(weights, grads, squares):
        if g is None:
            continue
        sq.mul_(rho).addcmul_(g, g, value=1 - rho)
        w.addcdiv_(g, sq.sqrt().add_(1e-8), value=-0.01)
    return weights, squares


@sized(lambda n: {"weights": tensors(n), "moves": tensors(n), "lr": 0.1})
def moved_where_there_is_anything(weights, moves, lr):
    for w, d in zip(weights, moves):
        if w.numel() == 0 or d.numel() == 0:
            continue
        step = d.abs().clamp_min(0.1).mul(lr)
        w.sub_(step)
    return weights


def named_tensors(n):
    return {f"layer{k}": torch.randn(2 + k % 3, requires_grad=True) for k in range(n)}


@sized(lambda n: {"params": named_tensors(n), "strength": 0.4})
def distance_to_what_was_learnt(params, strength):
    old = {name: 0.5 * p.detach() for name, p in params.items()}
    weight = {name: p.detach() ** 2 for name, p in params.items() if name != "layer1"}
    penalty = 0.0
    for name, p in params.items():
        if name not in weight:
            continue
        moved = p - old[name]
        penalty = penalty + (weight[name] * moved**2).sum()
    return strength / 2 * penalty


def weights_by_name(n):
    return dict(with_gradients(n).named_parameters())


@sized(lambda n: {"model": with_gradients(n), "start": weights_by_name(n)})
def pull_to_the_start(model, start):
    loss = torch.ones(())
    for name, p in model.named_parameters():
        if p.requires_grad:
            loss += (p - start[name]).abs().sum()
    return loss


@sized(lambda n: {"params": with_large_gradients(n), "limit": 0.2})
def cut_gradients(params, limit):
    for p in params:
        p.grad.clamp_(-limit, limit)
    return [p.grad for p in params]


@sized(lambda n: {"params": with_large_gradients(n), "factor": 0.5})
def scaled_where_there_is_a_gradient(params, factor):
    for p in params:
        if p.grad is not None:
            p.grad.data.mul_(factor)
    return [p.grad for p in params]


@sized(lambda n: {"model": with_gradients(n), "limit": 1.0, "total": 30.0})
def clipped_where_there_is_a_gradient(model, limit, total):
    for p in model.parameters():
        if p.grad is not None:
            p.grad.mul_(min(1.0, limit / (total + 1e-6)))
    return [p.grad for p in model.parameters()]
