"""Sums what a generator yields, and leaves it before it is done.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"data": torch.randn(90)}


def windows(data, size):
    for start in range(len(data) - size):
        yield data[start : start + size]


def loop(data):
    sums = []
    for window in windows(data, 5):
        sums.append(sum(v * v for v in window))
        if len(sums) == 50:
            break
    return torch.stack(sums)
