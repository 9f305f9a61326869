"""Pure functions without an entry of their own: ``torch.vmap`` maps them."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 3)})
def kronecker_products(x, y):
    out = []
    for a, b in zip(x, y):
        out.append(torch.kron(a, b))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(3)})
def kronecker_products_with_the_same(x, y):
    out = []
    for row in x:
        out.append(torch.kron(row, y * 2))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6, 3)})
def covariances(x):
    out = torch.empty(len(x), 3, 3)
    for i in range(len(x)):
        out[i] = torch.cov(x[i].T, correction=0)
    return out


@sized(lambda n: {"x": torch.randn(n, 6, 3)})
def correlations(x):
    out = []
    for item in x:
        out.append(item.t().corrcoef())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 5), "y": torch.randn(n, 5)})
def distances(x, y):
    out = []
    for i in range(len(x)):
        out.append(torch.dist(x[i], y[i], p=1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 9), "width": 0.1})
def areas_under_curves(x, width):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = torch.trapezoid(x[i], dx=width)
    return out


@sized(lambda n: {"a": torch.randn(n, 3, 4), "b": torch.randn(n, 4, 2), "c": torch.randn(3, 2)})
def sums_and_products(a, b, c):
    out = []
    for i in range(len(a)):
        out.append(torch.addmm(c, a[i], b[i], alpha=0.5))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def turned(x):
    out = []
    for image in x:
        out.append(torch.rot90(image, 1, (0, 1)))
    return torch.stack(out)
