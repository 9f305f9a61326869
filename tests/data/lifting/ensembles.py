"""Modules of one kind, called one after the other."""

import torch
from sized import sized
from torch import nn


def mlps(n):
    return [nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)) for _ in range(n)]


def layers(n):
    return nn.ModuleList(nn.Linear(3, 2) for _ in range(n))


@sized(lambda n: {"models": mlps(n), "x": torch.randn(5, 3)})
def mean_of_an_ensemble(models, x):
    total = 0
    with torch.no_grad():
        for model in models:
            total = total + model(x)
    return total / len(models)


@sized(lambda n: {"models": mlps(n), "x": torch.randn(5, 3)})
def trained_ensemble(models, x):
    return torch.stack([m(x) for m in models])


@sized(lambda n: {"heads": layers(n), "x": torch.randn(5, 3)})
def one_head_after_the_other(heads, x):
    out = []
    for i in range(len(heads)):
        out.append(heads[i](x).softmax(dim=-1))
    return torch.stack(out, dim=1)


@sized(lambda n: {"heads": layers(n), "rows": torch.randn(n, 3)})
def each_head_its_own_row(heads, rows):
    out = rows.new_zeros(len(rows), 2)
    for i, (head, row) in enumerate(zip(heads, rows)):
        out[i] = head(row)
    return out


@sized(lambda n: {"critics": mlps(n), "states": torch.randn(n, 5, 3)})
def least_of_all_critics(critics, states):
    values = [critic(state).amax(dim=1) for critic, state in zip(critics, states)]
    return torch.stack(values).amin(dim=0)


@sized(lambda n: {"convs": [nn.Conv1d(2, 3, 3) for _ in range(n)], "x": torch.randn(4, 2, 9)})
def convolutions_side_by_side(convs, x):
    return torch.cat([torch.relu(conv(x)) for conv in convs], dim=1)
