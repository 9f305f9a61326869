"""Writes into overlapping views of its input, in place, and swaps rows.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    base = torch.arange(64.0).reshape(8, 8)
    return {"base": base, "view": base.t()[1:, ::2]}


def loop(base, view):
    for i in range(view.shape[0]):
        view[i] += base[i].flip(0)[::2]
    for i in range(len(base) // 2):
        base[i], base[-1 - i] = base[-1 - i].clone(), base[i].clone()
    for i in range(1, base.numel()):
        base.view(-1)[i].add_(base.view(-1)[i - 1])
    return view
