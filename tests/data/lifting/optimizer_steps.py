"""Steps of an optimizer, written out for each parameter."""

import torch
from sized import sized


def tensors(n):
    return [torch.rand(2 + i % 3, 4) for i in range(n)]


def with_gradients(n):
    params = tensors(n)
    for p in params:
        p.grad = torch.randn_like(p)
    return params


@sized(lambda n: {"params": tensors(n), "grads": tensors(n), "lr": 0.1})
def steps_by_number(params, grads, lr):
    for i in range(len(params)):
        params[i] -= lr * grads[i]
    return params


@sized(lambda n: {"params": with_gradients(n), "lr": 0.1, "decay": 0.01})
def steps_of_the_data(params, lr, decay):
    for p in params:
        p.data -= lr * (p.grad + decay * p.data)
    return params


@sized(lambda n: {"params": with_gradients(n), "lr": 0.1, "decay": 0.01})
def steps_with_decay_if_any(params, lr, decay):
    with torch.no_grad():
        for p in params:
            g = p.grad
            if decay != 0:
                g = g + decay * p
            p -= lr * g
    return params


@sized(lambda n: {"params": tensors(n), "grads": tensors(n), "lr": 0.1, "sign": -1})
def steps_up_or_down(params, grads, lr, sign):
    for p, g in zip(params, grads):
        if sign < 0:
            g = -g
        p.add_(g, alpha=lr)
    return params, grads


@sized(
    lambda n: {
        "params": with_gradients(n),
        "means": tensors(n),
        "squares": tensors(n),
        "t": 3,
    }
)
def adam_by_hand(params, means, squares, t):
    with torch.no_grad():
        for p, m, v in zip(params, means, squares):
            g = p.grad
            m.mul_(0.9).add_(g, alpha=1 - 0.9)
            v.mul_(0.99).addcmul_(g, g, value=1 - 0.99)
            m_hat = m / (1 - 0.9**t)
            v_hat = v / (1 - 0.99**t)
            p.addcdiv_(m_hat, v_hat.sqrt() + 1e-8, value=-0.1)
    return params, means, squares


@sized(lambda n: {"sums": tensors(n),
                  "params": with_gradients(n), "n": n})  # fmt: skip
def gradients_added_up(sums, params, n):
    for i, p in enumerate(params):
        sums[i] += p.grad / n
    return sums
