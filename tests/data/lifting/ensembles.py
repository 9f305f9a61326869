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


class Committee:
    def __init__(self, members):
        self.members = members


@sized(lambda n: {"committee": Committee(mlps(n)), "x": torch.randn(5, 3)})
def mean_and_votes_of_a_committee(committee, x):
    mean, spread = 0.0, 0.0
    votes = torch.zeros(len(x), 2, dtype=torch.long)
    with torch.no_grad():
        for net in committee.members:
            prob = net(x).softmax(dim=-1)
            mean = mean + prob
            spread = spread + prob.var(dim=-1)
            votes[torch.arange(len(x)), prob.argmax(dim=-1)] += 1
    return mean / len(committee.members), spread, votes


@sized(lambda n: {"committee": Committee(layers(n)), "x": torch.randn(3)})
def weighted_sum_of_heads(committee, x):
    total = 0.0
    for k, head in enumerate(committee.members):
        total = total + head(x) * k
    return total
