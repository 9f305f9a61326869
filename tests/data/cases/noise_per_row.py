"""Draws from torch's generator once a row, and drops out with a module in training mode.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"rows": torch.randn(40, 5), "dropout": torch.nn.Dropout(0.3)}


def loop(rows, dropout):
    return [dropout(row) + torch.randn(5) * torch.rand(()) for row in rows]
