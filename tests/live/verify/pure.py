"""Loops that only compute, with helpers, objects and modules of all kinds."""

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import TensorDataset

WEIGHTS = torch.linspace(0, 1, 8)
SCALES = {"a": 2.0, "b": 3.0}


def square(v):
    return v**2


def prints(v):
    print(v)


def twice_squared(v, factor=2):
    total = torch.zeros(())
    for _ in range(factor):
        total += square(v)
    return total


def looks_up(v, table=None):
    table = {} if table is None else table
    return v * WEIGHTS[0] * SCALES["a"] + len(table)


def fills_its_own(v):
    out = torch.zeros(3)
    out[0] = v
    rows = [out]
    rows.append(out + 1)
    return torch.stack(rows).sum()


def fills_what_it_is_given(out, v):
    out[0] = v
    return out


def recursive(v, depth=3):
    return v if depth == 0 else recursive(v + 1, depth - 1)


def made(factor):
    def inner(v):
        return v * factor

    return inner


tripled = made(3.0)


@functools.lru_cache
def cached(n):
    return math.factorial(n)


@torch.no_grad()
def without_graph(v):
    return v * 2


@dataclass
class Point:
    x: float
    y: float = 0.0

    def norm(self):
        return math.hypot(self.x, self.y)


class Pair(NamedTuple):
    left: torch.Tensor
    right: torch.Tensor


class Memory:
    decay = 0.9

    def __init__(self):
        self.states = torch.arange(24.0).reshape(8, 3)
        self._total = torch.zeros(3)
        self.count = 0

    def __len__(self):
        return len(self.states)

    def __getitem__(self, i):
        return self.states[i]

    @property
    def total(self):
        return self._total * self.decay

    def add(self, v):
        self._total += v
        self.count += 1

    @staticmethod
    def half(v):
        return v / 2

    def sample(self, i):
        return self.states[i]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.drop = nn.Dropout(0.5)
        self.eval()

    def forward(self, v):
        return F.dropout(self.drop(F.relu(self.linear(v))), training=self.training)


class Gain(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(3))

    def forward(self, v):
        return self.w * (v - v.mean())


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        return v * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


class Untold(nn.Linear):
    """Only its parameters are read: what a call of it does is not looked at."""

    def forward(self, v):
        print(v)
        return super().forward(v)


def namespace():
    """What the bodies see."""
    x = torch.arange(8.0)
    return {
        **globals(),
        "x": x,
        "rows": torch.arange(24.0).reshape(8, 3),
        "out": torch.zeros(8),
        "memory": Memory(),
        "block": Block(),
        "gain": Gain(),
        "untold": Untold(3, 3),
        "layers": nn.ModuleList([nn.Linear(3, 3), nn.ReLU()]),
        "functions": [square, torch.sin],
        "dataset": TensorDataset(x, x + 1),
        "pairs": [Pair(x, x), Pair(x, x)],
        "points": [Point(1.0), Point(2.0)],
        "partial": functools.partial(twice_squared, factor=3),
        "parameters": [nn.Parameter(torch.ones(2))],
        "array": np.arange(8.0),
    }


BODIES = [
    "for i in range(len(x)): out[i] = square(x[i])",
    "for i, v in enumerate(x): out[i] = twice_squared(v)",
    "for i, v in enumerate(x): out[i] = looks_up(v)",
    "for i, v in enumerate(x): out[i] = fills_its_own(v)",
    "for v in x: fills_what_it_is_given(out, v)",
    "for v in x: out[0] = recursive(v)",
    "for v in x: out[0] = tripled(v)",
    "for v in x: out[0] = cached(3) * v",
    "for v in x: out[0] = without_graph(v)",
    "for v in x: out[0] = Point(float(v), 1.0).norm()",
    "for p in points: out[0] = p.norm()",
    "for p in pairs: out += p.left * p.right",
    "for i in range(len(memory)): out[i] = memory[i].sum()",
    "for r in rows: memory.add(r)",
    "for v in rows: out[:3] = memory.total + memory.half(v)",
    "s = [memory.sample(i) for i in range(3)]",
    "s = torch.stack([block(r) for r in rows])",
    "s = torch.vmap(gain)(rows)",
    "for layer in layers: rows = layer(rows)",
    "for p in untold.parameters(): out[0] = p.sum()",
    "for v in x: out[0] = untold.weight[0, 0] * v",
    "for f in functions: out = f(out)",
    "for a, b in dataset: out[0] = a + b",
    "s = [partial(v) for v in x]",
    "s = sum(square(v) for v in x)",
    "s = next(v for v in x if v > 3)",
    "s = sorted(x.tolist(), key=lambda v: -v)[:3]",
    "s = list(map(square, x))",
    "s = {k: v * 2 for k, v in SCALES.items()}",
    "for i in range(8): out[i] = array[i] * np.sin(array[i])",
    "for v in x:\n    with torch.no_grad(): out[0] = v",
    "for p in parameters:\n    with torch.no_grad(): p.mul_(0.9).add_(p, alpha=0.1)",
    "from torch.func import vmap, grad\ns = vmap(grad(square))(x)",
    "s = [torch.autograd.functional.jacobian(square, v) for v in x]",
    "s = [f'{v:.2f}' for v in x.tolist()]",
    "def local(v): return square(v) + 1\nfor i, v in enumerate(x): out[i] = local(v)",
    "y = torch.zeros(8)\nfor i in range(8): y[i] = WEIGHTS[i]",
    "out_ = []\nfor v in x:\n    out_.append(math.sqrt(v.item()))\nout_.reverse()",
    "try:\n    for v in x: out[0] = v\nexcept ValueError: raise",
    "s = [F.scaled_dot_product_attention(rows, rows, rows) for _ in range(2)]",
    "loss = nn.MSELoss()\ns = [loss(r, r + 1) for r in rows]",
    "s = getattr(memory, 'decay') * x",
    "s = torch.Tensor([v.item() for v in x])",
    "k = 0\nwhile k < len(x):\n    out[k] = x[k]\n    k += 1",
    "a, *b = [v for v in x]",
    "for v in x:\n    if isinstance(v, torch.Tensor) and v.dim() == 0: out[0] = v",
    "for v in x:\n    prints = v * 2\n    out[0] = torch.sin(prints)",
    "for v in x:\n    a, prints = v, v * 2\n    for _ in range(2): out[0] = prints",
]
