"""Trains a small network with Adam, dropout, clipping and a loop over its parameters.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch
from torch import nn


def make_inputs():
    torch.manual_seed(5)
    network = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Tanh(), nn.Linear(8, 1))
    return {"network": network, "x": torch.randn(16, 4), "average": {}}


def loop(network, x, average):
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        loss = network(x).square().mean()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        for name, parameter in network.named_parameters():
            old = average.get(name, torch.zeros_like(parameter))
            average[name] = old * 0.9 + parameter.detach() * 0.1
    return losses, [parameter.grad for parameter in network.parameters()]
