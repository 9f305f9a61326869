"""Derivatives of one sample after the other."""

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"w": torch.randn(3), "rows": torch.randn(n, 3), "targets": torch.randn(n)})
def by_the_weights(w, rows, targets):
    theta = w.clone().requires_grad_(True)
    grads = []
    for row, target in zip(rows, targets):
        residual = row @ theta - target
        (g,) = torch.autograd.grad(residual**2 / 2, theta)
        grads.append(g)
    return torch.stack(grads)


@sized(lambda n: {"a": torch.randn(4, 3), "points": torch.randn(n, 3)})
def by_the_input(a, points):
    out = torch.zeros_like(points)
    for i in range(len(points)):
        p = points[i].detach().clone().requires_grad_()
        energy = torch.tanh(a @ p).sum() + (p**2).sum()
        out[i] = torch.autograd.grad(energy, p)[0]
    return out


@sized(lambda n: {"w": torch.randn(3), "b": torch.randn(()), "x": torch.randn(n, 3)})
def norms_by_two_parameters(w, b, x):
    w = w.detach().requires_grad_()
    b = b.detach().requires_grad_()
    norms = []
    for i in range(len(x)):
        loss = F.softplus(x[i] @ w + b)
        gw, gb = torch.autograd.grad(loss, (w, b))
        norms.append((gw.pow(2).sum() + gb**2).sqrt())
    return torch.stack(norms)


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3)})
def saliency_of_a_net(net, x):
    found = []
    for sample in x:
        xi = sample.clone().requires_grad_(True)
        score = net(xi).max()
        found.append(torch.autograd.grad(score, xi)[0].abs())
    return torch.stack(found)


@sized(
    lambda n: {"w": torch.randn(5, 3), "x": torch.randn(n, 3), "labels": torch.randint(0, 5, (n,))}
)
def cross_entropy_by_sample(w, x, labels):
    weight = w.detach().requires_grad_()
    return torch.stack(
        [
            torch.autograd.grad(F.cross_entropy(weight @ x[i], labels[i]), weight)[0]
            for i in range(len(x))
        ]
    )


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n), "w": torch.randn(4)})
def gradient_of_each_sample(x, y, w):
    out = []
    for row, v in zip(x, y):
        weights = w.clone().requires_grad_()
        loss = (row @ weights - v) ** 2
        out.append(torch.autograd.grad(loss, weights)[0])
    return torch.stack(out)


@sized(lambda n: {"a": torch.randn(n, 3), "point": torch.randn(3)})
def rows_of_a_jacobian(a, point):
    p = point.clone().requires_grad_(True)
    values = torch.sin(a @ p)
    jacobian = torch.zeros(len(values), len(p))
    for k, value in enumerate(values):
        jacobian[k] = torch.autograd.grad(value, p, retain_graph=True)[0]
    return jacobian


@sized(lambda n: {"net": torch.nn.Linear(3, 7), "x": torch.randn(3)})
def rows_for_two_inputs(net, x):
    x = x.detach()
    x.requires_grad_()
    shift = torch.zeros(3, requires_grad=True)
    out = net(x + shift).exp()
    first, second = [], []
    for i in range(len(out)):
        gx, gs = torch.autograd.grad(out[i], (x, shift), retain_graph=True)
        first.append(gx)
        second.append(gs)
    return torch.stack(first), torch.stack(second)
