"""A part of a tensor is given a name, and then changed."""

import torch
from sized import sized


@sized(lambda n: {"target": torch.randint(0, 5, (n,)), "k": 5, "pad": 0, "smoothing": 0.1})
def smoothed_targets(target, k, pad, smoothing):
    dist = torch.empty(len(target), k)
    for i, y in enumerate(target):
        row = dist[i]
        if y == pad:
            row.zero_()
            continue
        row.fill_(smoothing / (k - 2))
        row[y] = 1.0 - smoothing
        row[pad] = 0
    return dist


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.randn(n)})
def scaled_by_view(x, w):
    x = x.clone()
    for i in range(len(x)):
        part = x[i]
        part *= w[i]
    return x


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def first_column_by_view(x):
    out = torch.zeros_like(x)
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            line = out[b, c]
            line.copy_(x[b, c] * 2)
            line[0] = 1.0
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def only_read_by_view(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        row = x[i]
        out[i] = row[0] * row.sum()
    return out


@sized(lambda n: {"xy": torch.randn(4, n + 1, 2, dtype=torch.float64), "unit": 0.3})
def distance_travelled_in_time(xy, unit):
    animals, frames, _ = xy.shape
    travelled = torch.zeros(animals, frames, dtype=xy.dtype)
    for t in range(1, frames):
        hop = xy[:, t] - xy[:, t - 1]
        length = (hop * hop).sum(dim=-1).sqrt() * unit
        travelled[:, t] = travelled[:, t - 1] + length
    return travelled


@sized(lambda n: {"x": torch.randn(5, n), "gain": torch.rand(n), "shift": torch.rand(5)})
def columns_scaled_and_shifted(x, gain, shift):
    out = torch.zeros_like(x)
    for t in range(x.shape[1]):
        column = x[:, t] * gain[t]
        centred = column - column.mean()
        out[:, t] = torch.sigmoid(centred) + shift
    return out


@sized(lambda n: {"x": torch.randn(3, n + 1, 4), "bias": torch.randn(4)})
def steps_of_a_batch_normalised(x, bias):
    steps = []
    for t in range(x.shape[1]):
        h = x[:, t] + bias
        h = h / h.norm(dim=-1, keepdim=True)
        steps.append(torch.tanh(h))
    return torch.stack(steps, dim=1)


@sized(lambda n: {"x": torch.randn(3, n, 4), "w": torch.rand(3)})
def weighted_steps_of_a_batch(x, w):
    total = torch.zeros(x.shape[1])
    for t in range(x.shape[1]):
        item = x[:, t].square().sum(dim=-1)
        total[t] = (w * item).sum()
    return total
