"""Tensors of any size in a list, or the parameters of a model."""

import torch
from sized import sized
from torch import nn
from torch.nn.utils.rnn import pad_sequence  # noqa: F401 (the rewrite uses what is imported)


class Uneven(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.scales = nn.ParameterList([nn.Parameter(torch.randn(3 + i % 3)) for i in range(n)])
        self.frozen = nn.Parameter(torch.zeros(3), requires_grad=False)
        for p in self.scales:
            p.grad = torch.randn_like(p)


@sized(lambda n: {"tensors": [torch.randn(3 + i % 4, 4) for i in range(n)]})
def flattened_by_growing(tensors):
    flat = torch.tensor([])
    for p in tensors:
        flat = torch.cat((flat, p.reshape(-1)), dim=0)
    return flat


@sized(lambda n: {"tensors": [torch.randn(3 + i % 4) for i in range(n)], "first": torch.zeros(2)})
def grown_from_a_start(tensors, first):
    out = first
    for t in tensors:
        out = torch.cat([out, t * 2])
    return out


@sized(lambda n: {"gs": [torch.randn(3 + i % 4) for i in range(n)]})
def norm_of_uneven_gradients(gs):
    t = 0.0
    for g in gs:
        t += g.norm().item() ** 2
    return torch.tensor(t**0.5)


@sized(lambda n: {"xs": [torch.randn(3 + i % 4) for i in range(n)]})
def mean_of_each(xs):
    t = 0.0
    for v in xs:
        t += v.mean().item()
    return torch.tensor(t)


@sized(lambda n: {"model": Uneven(n)})
def norm_of_gradients_that_are_there(model):
    total_norm = 0.0
    for p in model.parameters():
        if p.grad is None:
            continue
        param_norm = p.grad.detach().data.norm(2)
        total_norm += param_norm.item() ** 2
    return total_norm**0.5


@sized(lambda n: {"model": Uneven(n)})
def biggest_gradient(model):
    biggest = 0.0
    for p in model.parameters():
        if p.grad is not None:
            biggest = max(biggest, p.grad.abs().max().item())
    return biggest


@sized(lambda n: {"model": Uneven(n)})
def number_of_trainable(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += p.numel()
    return total


@sized(lambda n: {"seqs": [torch.randn(3 + i % 4, 5) for i in range(n)]})
def mean_of_uneven_rows(seqs):
    out = []
    for s in seqs:
        out.append(s.mean(0))
    return torch.stack(out)


@sized(lambda n: {"parts": [torch.randn(k % 3 + 2) for k in range(n)]})
def norm_of_parts_of_any_size(parts):
    total = 0.0
    for g in parts:
        total += g.pow(2).sum()
    return total.sqrt()


@sized(lambda n: {"module": Uneven(n)})
def report_of_named_gradients(module):
    total, biggest, skipped = 0.0, 0.0, 0
    for name, p in module.named_parameters():
        if p.grad is None:
            skipped += 1
            continue
        g = p.grad.detach()
        total += g.norm(2).item() ** 2
        biggest = max(biggest, g.abs().max().item())
    return total**0.5, biggest, skipped


@sized(lambda n: {"weights": [torch.randn(2 + i % 3) for i in range(n)]})
def sum_of_absolute_norms(weights):
    penalty = 0.0
    for w in weights:
        penalty = penalty + torch.relu(w.norm(p=1) - 1)
    return penalty


@sized(lambda n: {"parts": [torch.randn(2 + i % 3, 4) for i in range(n)], "seen": 5})
def parts_that_are_too_small(parts, seen):
    total = torch.zeros(())
    for part in parts:
        if part.shape[0] < 3:
            seen += 2
            continue
        total += part.mean()
    return total, seen


@sized(lambda n: {"module": Uneven(n)})
def largest_values_with_gradients(module):
    total = 0.0
    for p in module.scales:
        total = total + p.abs().max()
    return total


def trained_layers(n):
    model = nn.Sequential(*(nn.Linear(3, 3) for _ in range(n)))
    model(torch.randn(4, 3)).sum().backward()
    return model


@sized(lambda n: {"model": trained_layers(n)})
def norm_of_weights_and_biases(model):
    total = 0.0
    for p in model.parameters():
        total += p.grad.detach().norm().item() ** 2
    return total


@sized(lambda n: {"parts": [torch.randn(2 + k % 3, *[2] * (k % 2)) for k in range(n)]})
def squares_of_tensors_of_any_rank(parts):
    squares = torch.zeros(())
    for part in parts:
        squares = squares + (part**2).sum()
    return squares


@sized(lambda n: {"xs": [torch.randn(3 + i % 4) for i in range(n)]})
def padded_to_the_longest(xs):
    longest = max(len(x) for x in xs)
    out = []
    for x in xs:
        pad = longest - len(x)
        out.append(nn.functional.pad(x, (0, pad), value=-1.0))
    return torch.stack(out)


@sized(lambda n: {"xs": [torch.randn(6 - i % 4, 2) for i in range(n)], "width": 6})
def rows_padded_in_front(xs, width):
    return torch.stack([nn.functional.pad(x, (0, 0, width - x.size(0), 0)) for x in xs])


@sized(lambda n: {"xs": [torch.randn(3 + i % 4) for i in range(n)]})
def joined_with_zeros(xs):
    longest = max(len(x) for x in xs)
    out = []
    for x in xs:
        out.append(torch.cat([x, torch.zeros(longest - len(x))]))
    return torch.stack(out)


@sized(lambda n: {"xs": [torch.randn(3 + i % 4) for i in range(n)]})
def a_number_in_front(xs):
    longest = max(x.size(0) for x in xs)
    out = []
    for x in xs:
        n = longest - x.size(0)
        out.append(torch.cat([torch.full((n,), -1.0), x]))
    return torch.stack(out)
