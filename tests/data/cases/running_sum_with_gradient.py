"""Keeps a running sum that autograd follows back to every element.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"data": torch.rand(80, requires_grad=True)}


def loop(data):
    total = 0
    sums = []
    for value in data:
        total = total + value * value
        sums.append(total)
    return torch.stack(sums)
