"""Sequential loops whose input projection can be done before them."""

import torch
import torch.nn.functional as F
from sized import sized
from torch import nn


@sized(lambda n: {"x": torch.randn(n, 3), "W": torch.randn(3, 4), "U": torch.randn(4, 4)})
def by_counter(x, W, U):
    h = torch.zeros(4)
    out = []
    for t in range(len(x)):
        h = torch.tanh(x[t] @ W + h @ U)
        out.append(h)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3), "W": torch.randn(3, 4), "U": torch.randn(4, 4)})
def by_item(x, W, U):
    h = torch.zeros(4)
    out = []
    for row in x:
        h = torch.tanh(row @ W + h @ U)
        out.append(h)
    return torch.stack(out)


@sized(
    lambda n: {
        "x": torch.randn(2, n, 3),
        **{name: torch.randn(4, 3) for name in ("wz", "wr", "wh")},
        **{name: torch.randn(4, 4) for name in ("uz", "ur", "uh")},
    }
)
def gru(x, wz, wr, wh, uz, ur, uh):
    h = torch.zeros(2, 4)
    out = []
    for t in range(x.shape[1]):
        xt = x[:, t]
        z = torch.sigmoid(xt @ wz.T + h @ uz.T)
        r = torch.sigmoid(xt @ wr.T + h @ ur.T)
        n = torch.tanh(xt @ wh.T + (r * h) @ uh.T)
        h = (1 - z) * n + z * h
        out.append(h)
    return torch.stack(out, dim=1)


@sized(lambda n: {"x": torch.randn(n, 2, 3), "ih": nn.Linear(3, 4), "hh": nn.Linear(4, 4)})
def linear_modules(x, ih, hh):
    h = torch.zeros(2, 4)
    for t, x_t in enumerate(x):
        h = torch.relu(ih(x_t) + hh(h))
    return h


@sized(
    lambda n: {
        "x": torch.randn(n, 2, 3),
        "w": torch.randn(4, 3),
        "b": torch.randn(4),
        "u": torch.randn(4, 4),
    }
)
def functional(x, w, b, u):
    h = torch.zeros(2, 4)
    for t in range(1, x.size(0)):
        h = torch.tanh(F.linear(x[t], w, b) + F.linear(h, u) + x[t].sum())
    return h


@sized(lambda n: {"x": torch.randn(n, 4), "W": torch.randn(4, 4)})
def nothing_to_hoist(x, W):
    """no product that waits for no other step"""
    h = torch.zeros(4)
    for row in x:
        h = torch.tanh((row + h) @ W)
    return h


@sized(
    lambda n: {
        "x": torch.randn(n, 4),
        "gate": torch.randn(n, 4),
        "W": torch.randn(4, 4),
        "U": torch.randn(4, 4),
    }
)
def walked_with_another(x, gate, W, U):
    h, out = torch.zeros(4), []
    for v, g in zip(x, gate):
        h = torch.tanh(v @ W + h @ U)
        out.append(h * g)
    return torch.stack(out)
