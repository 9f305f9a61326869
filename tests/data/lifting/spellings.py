"""Loops that are spelled in other ways: the rewrite is that of the plain one."""

import itertools
from itertools import combinations, pairwise

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3)})
def pairs_by_number(x):
    out = []
    for i, j in combinations(range(len(x)), 2):
        out.append((x[i] - x[j]).norm())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def pairs_of_rows(x):
    total = 0.0
    for u, v in itertools.combinations(x, 2):
        total += u @ v
    return total


@sized(lambda n: {"a": torch.randn(n, 3), "b": torch.randn(4, 3)})
def each_with_each(a, b):
    return torch.stack([u * v for u, v in itertools.product(a, b)])


@sized(lambda n: {"x": torch.randn(n, 3)})
def steps(x):
    return torch.stack([b - a for a, b in pairwise(x)])


@sized(lambda n: {"x": torch.randn(n, 3)})
def steps_zipped(x):
    out = []
    for now, then in zip(x[1:], x):
        out.append(now / then)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def annotated(x):
    out: list[torch.Tensor] = []
    total: float = 0.0
    for v in x:
        y: torch.Tensor = v * 2
        out.append(y)
        total += y.sum().item()
    return torch.stack(out), total


@sized(lambda n: {"x": torch.randn(n, 3)})
def named_in_a_test(x):
    out = []
    for v in x:
        if (size := v.norm()) > 1:
            out.append(v / size)
        else:
            out.append(v)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def deleted_names(x):
    out = []
    for v in x:
        t = v * 2
        out.append(t + 1)
        del t
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n, 3)})
def asserted(x):
    out = []
    for v in x:
        assert len(v) == 3
        assert v.min() >= 0, "a negative value"
        out.append(v.sqrt())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def grown_by_one(x):
    out = []
    for v in x:
        out += [v * 2]
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def filled_by_number(x):
    out = [None] * len(x)
    for i, v in enumerate(x):
        out[i] = v.norm().item()
    return out


@sized(lambda n: {"rewards": torch.randn(n), "gamma": 0.9})
def filled_from_behind(rewards, gamma):
    steps = len(rewards)
    returns = [0.0] * steps
    total = 0.0
    for t in reversed(range(steps)):
        total = rewards[t] + gamma * total
        returns[t] = total
    return torch.stack(returns)


@sized(lambda n: {"x": torch.randn(n, 3), "c": torch.randn(n, 3)})
def nearest_of_all(x, c):
    best = None
    for k in range(len(c)):
        d = ((x - c[k]) ** 2).sum(-1)
        best = d if best is None else torch.minimum(best, d)
    return best


@sized(lambda n: {"x": torch.randn(n, 3)})
def from_none_on(x):
    total = None
    for v in x:
        total = v.exp() if total is None else total + v.exp()
    return total


@sized(lambda n: {"x": torch.randn(n, 6)})
def second_least(x):
    return torch.stack([v.kthvalue(2).values for v in x])
