"""Draws from numpy's and Python's generators in a ``while`` loop that breaks.

Source: written for loopscope. Licence: Apache-2.0.
"""

import random

import numpy as np
import torch


def make_inputs():
    return {"table": torch.arange(50, dtype=torch.float64)}


def loop(table):
    picked = []
    while True:
        k = random.randrange(len(table))
        if len(picked) == 60:
            break
        picked.append(float(table[k]) * np.random.rand())
    return torch.tensor(picked)
