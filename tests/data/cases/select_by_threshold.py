"""Keeps what is above a threshold; the condition synchronizes in every iteration.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"data": torch.cat([torch.rand(60), torch.tensor([0.5, float("nan"), -0.0])])}


def loop(data):
    result = torch.empty_like(data)
    for i in range(len(data)):
        if data[i] > 0.5:
            result[i] = data[i]
        else:
            result[i] = 0
    return result
