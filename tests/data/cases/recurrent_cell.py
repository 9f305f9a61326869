"""Steps a recurrent cell through time: every step needs the one before it.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch
from torch import nn


def make_inputs():
    torch.manual_seed(3)
    return {"cell": nn.GRUCell(4, 6), "sequence": torch.randn(30, 2, 4)}


def loop(cell, sequence):
    hidden = torch.zeros(2, 6)
    states = []
    for step in sequence.unbind(0):
        hidden = cell(step, hidden)
        states.append(hidden)
    return torch.stack(states), hidden
