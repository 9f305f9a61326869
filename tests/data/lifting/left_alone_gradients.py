"""Loops over gradients by all parameters that are not lifted: each says why."""

import torch
from sized import sized


@sized(lambda n: {"net": torch.nn.Linear(3, 1), "x": torch.randn(n, 3)})
def steps_by_one_sample(net, x):
    """theta is added to in every iteration"""
    theta = [p.data for p in net.parameters()]
    for row in x:
        grads = torch.autograd.grad(net(row).square().sum(), list(net.parameters()))
        for t, g in zip(theta, grads):
            t += -0.01 * g
    return theta


@sized(lambda n: {"net": torch.nn.Linear(3, 1), "x": torch.randn(n, 3)})
def the_last_gradients(net, x):
    """grads of one iteration is read by the next"""
    params, norms = list(net.parameters()), []
    for row in x:
        grads = torch.autograd.grad(net(row).square().sum(), params)
        norms.append(torch.cat([g.flatten() for g in grads]).norm())
    return torch.stack(norms), grads


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3)})
def columns_of_each(net, x):
    """g.sum(0).max() depends on a shape"""
    params, found = list(net.parameters()), []
    for row in x:
        grads = torch.autograd.grad(net(row).square().sum(), params)
        found.append(sum(g.sum(0).max() for g in grads))
    return torch.stack(found)


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3)})
def one_of_them(net, x):
    """grads is no tensor"""
    params, found = list(net.parameters()), []
    for row in x:
        grads = torch.autograd.grad(net(row).square().sum(), params)
        found.append(grads[0].norm())
    return torch.stack(found)


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3)})
def with_a_penalty(net, x):
    """net.weight in what is derived"""
    params, found = list(net.parameters()), []
    for row in x:
        loss = net(row).square().sum() + net.weight.square().sum()
        grads = torch.autograd.grad(loss, params)
        found.append(sum(g.sum() for g in grads))
    return torch.stack(found)
