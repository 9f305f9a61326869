"""Adds a number to each element, one index at a time.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"data": torch.rand(120)}


def loop(data):
    result = torch.zeros_like(data)
    for i in range(len(data)):
        result[i] = data[i] + 2
    return result
