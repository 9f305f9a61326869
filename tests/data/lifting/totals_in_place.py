"""Totals that begin as a tensor and are changed in place: whoever holds them sees the change."""

import torch
from sized import sized


class Meter:
    def __init__(self):
        self.total = torch.tensor(0.5)


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def penalty_on_a_loss(x, w):
    loss = x.pow(2).mean()
    for i in range(len(w)):
        loss += 0.01 * w[i].pow(2).sum()
    return loss


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def penalty_on_a_new_loss(x, w):
    loss = x.pow(2).mean()
    for i in range(len(w)):
        loss = loss + 0.01 * w[i].pow(2).sum()
    return loss


@sized(lambda n: {"x": torch.randn(5, 4), "w": torch.randn(n, 4)})
def row_of_another(x, w):
    last = x[-1]
    for row in w:
        last -= row * row
    return x


@sized(lambda n: {"x": torch.randn(9), "w": torch.rand(n, 4)})
def product_of_means(x, w):
    scale = x.mean()
    for row in w:
        scale *= row.mean()
    return scale


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def by_its_method(x, w):
    total = x.sum()
    for row in w:
        total.add_(row.max())
    return total


@sized(lambda n: {"meter": Meter(), "w": torch.randn(n, 4)})
def of_an_object(meter, w):
    for row in w:
        meter.total += row.sum()


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def pairs_apart(x, w):
    energy = x.mean()
    for i in range(len(w)):
        for j in range(len(w)):
            if i != j:
                energy -= (w[i] * w[j]).sum()
    return energy


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def with_all_it_was(x, w):
    total = x.mean()
    seen = []
    for row in w:
        total += row.sum()
        seen.append(total.clone())
    return total, seen


@sized(lambda n: {"x": torch.randn(9), "w": torch.randn(n, 4)})
def a_new_one_with_all_it_was(x, w):
    total = x.mean()
    seen = []
    for row in w:
        total = total + row.sum()
        seen.append(total)
    return total, torch.stack(seen)


@sized(lambda n: {"loss": torch.tensor(0.5), "x": torch.randn(n, 4)})
def of_what_is_stored(loss, x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i].exp() if x[i].sum() > 0 else x[i]
        loss += 0.01 * out[i].abs().sum()
    return out, loss
