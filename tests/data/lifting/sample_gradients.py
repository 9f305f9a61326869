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


@sized(
    lambda n: {
        "model": torch.nn.Sequential(
            torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3)
        ),
        "x": torch.randn(n, 4),
        "y": torch.randint(0, 3, (n,)),
    }
)
def norms_by_all_parameters(model, x, y):
    weights = list(model.parameters())
    norms = []
    for sample, target in zip(x, y):
        loss = F.cross_entropy(model(sample.unsqueeze(0)), target.unsqueeze(0))
        grads = torch.autograd.grad(loss, weights)
        norms.append(torch.cat([g.flatten() for g in grads]).norm())
    return torch.stack(norms)


@sized(lambda n: {"net": torch.nn.Linear(3, 1), "rows": torch.randn(n, 3), "t": torch.randn(n)})
def norms_by_a_sum_of_squares(net, rows, t):
    out = torch.zeros(len(rows))
    for i in range(len(rows)):
        residual = net(rows[i]).squeeze() - t[i]
        gs = torch.autograd.grad(residual**2, list(net.parameters()))
        total = 0.0
        for g in gs:
            total += g.detach().norm() ** 2
        out[i] = total.sqrt()
    return out


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3), "y": torch.randn(n, 2)})
def gradients_in_a_row(net, x, y):
    trained = [p for p in net.parameters() if p.requires_grad]
    rows = torch.zeros(len(x), sum(p.numel() for p in trained))
    for i in range(len(x)):
        loss = F.mse_loss(net(x[i : i + 1]), y[i : i + 1])
        rows[i] = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, trained)])
    return rows


@sized(
    lambda n: {
        "model": torch.nn.Sequential(
            torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)
        ),
        "x": torch.randn(n, 4),
        "y": torch.randn(n),
        "bound": 0.5,
    }
)
def clipped_sum(model, x, y, bound):
    params = list(model.parameters())
    summed = [torch.zeros_like(p) for p in params]
    for xi, yi in zip(x, y):
        loss = (model(xi[None]).squeeze() - yi) ** 2
        grads = torch.autograd.grad(loss, params)
        norm = torch.sqrt(sum(g.pow(2).sum() for g in grads))
        scale = torch.clamp(bound / (norm + 1e-6), max=1.0)
        for s, g in zip(summed, grads):
            s += g * scale
    return [s / len(x) for s in summed]


@sized(lambda n: {"net": torch.nn.Linear(3, 2), "x": torch.randn(n, 3), "c": 0.3})
def clipped_by_numbers(net, x, c):
    total = [torch.zeros(p.shape) for p in net.parameters()]
    norms = []
    for row in x:
        parts = torch.autograd.grad(net(row).logsumexp(0), tuple(net.parameters()))
        norm = torch.stack([part.norm() for part in parts]).norm()
        norms.append(norm.item())
        clip = min(1.0, c / norm.item())
        for k, part in enumerate(parts):
            total[k].add_(clip * part)
    return total, norms


@sized(lambda n: {"net": torch.nn.Linear(3, 1), "x": torch.randn(n, 3)})
def norms_of_losses_before(net, x):
    weights = list(net.parameters())
    losses = net(x).squeeze(1).square()
    found = []
    for loss in losses:
        grads = torch.autograd.grad(loss, weights, retain_graph=True)
        found.append(torch.cat([g.flatten() for g in grads]).abs().max())
    return torch.stack(found)


class Scores(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(3, 4)
        self.scale = torch.nn.Parameter(torch.randn(4))

    def forward(self, rows, shift):
        return (self.inner(rows) * self.scale + shift).sort().values


class Influence:
    def __init__(self):
        self.net, self.weight = Scores(), 0.3

    def loss(self, out, wanted):
        return (out - wanted).abs().sum() * self.weight


@sized(
    lambda n: {"self": Influence(), "a": torch.randn(n, 3), "b": torch.randn(n, 4), "w": Scores()}
)
def largest_by_a_module_of_two_inputs(self, a, b, w):
    largest = []
    for i, row in enumerate(a):
        out = self.net(row[None], shift=b[i])
        loss = torch.topk(out, 2).values.sum()
        grads = torch.autograd.grad(loss, self.net.parameters())
        largest.append(torch.stack([g.abs().max() for g in grads]).max().item())
    return largest


@sized(lambda n: {"net": torch.nn.Linear(4, 1), "x": torch.randn(n, 4), "y": torch.randn(n, 1)})
def by_one_weight(net, x, y):
    grads = []
    for i in range(len(x)):
        loss = F.mse_loss(net(x[i]), y[i])
        grads.append(torch.autograd.grad(loss, net.weight)[0])
    return torch.stack(grads)


@sized(
    lambda n: {
        "net": torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh()),
        "x": torch.randn(n, 4),
    }
)
def by_weight_and_bias(net, x):
    norms = torch.zeros(len(x))
    for i, sample in enumerate(x):
        loss = net(sample).square().sum()
        weight, bias = torch.autograd.grad(loss, [net[0].weight, net[0].bias])
        norms[i] = weight.norm() + bias.norm()
    return norms
