"""A tensor that each iteration adds rows to, by index."""

import torch
from sized import sized
from torch import nn


class Relations(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(count, 3, 2))


def graph(n):
    return {
        "layer": Relations(n),
        "x": torch.randn(7, 3),
        "edges": torch.randint(0, 7, (2, 5 * n)),
        "kind": torch.randint(0, n, (5 * n,)) if n else torch.zeros(0, dtype=torch.long),
    }


@sized(graph)
def messages_of_each_relation(layer, x, edges, kind):
    out = torch.zeros(len(x), 2)
    for r in range(len(layer.weight)):
        chosen = kind == r
        if not chosen.any():
            continue
        src, dst = edges[:, chosen]
        out = out.index_add(0, dst, x[src] @ layer.weight[r])
    return out


@sized(graph)
def messages_by_row_of_edges(layer, x, edges, kind):
    out = x[:, :2] * 2
    for r in range(len(layer.weight)):
        own = kind == r
        if own.sum() > 0:
            out = torch.index_add(out, 0, edges[1, own], x[edges[0, own]] @ layer.weight[r])
    return out


@sized(
    lambda n: {
        "x": torch.randn(4 * n, 3, dtype=torch.float64),
        "labels": torch.arange(4 * n) % max(n, 1),
        "home": torch.randint(0, 5, (4 * n,)),
        "on": torch.arange(n) % 3 > 0,
        "k": n,
    }
)
def off_center_by_home(x, labels, home, on, k):
    total = torch.zeros(5, 3, dtype=torch.float64)
    for c in range(k):
        if on[c]:
            own = labels == c
            total = total.index_add(0, home[own], x[own] - x[own].mean(dim=0))
    return total


@sized(lambda n: {"rows": torch.randn(n, 4), "places": torch.randint(0, 9, (n, 4))})
def rows_at_places(rows, places):
    total = torch.ones(9)
    for row, place in zip(rows, places):
        total = total.index_add(0, place, row * 0.5)
    return total


@sized(
    lambda n: {
        "x": torch.randn(n, 4),
        "edges": torch.arange(6).view(3, 2),
        "kind": torch.tensor([1, 0]),
    }
)
def rows_of_a_table_by_class(x, edges, kind):
    picked = []
    for c in range(2):
        first, second, third = edges[:, kind == c]
        picked.append((first + second * third).sum())
    return torch.stack(picked)


@sized(
    lambda n: {"x": torch.randn(6 * n, 3), "y": torch.arange(6 * n) % 4, "scale": torch.rand(4)}
)
def scaled_by_class(x, y, scale):
    out = torch.empty_like(x)
    for c in range(4):
        out[y == c] = x[y == c] * scale[c]
    return out
