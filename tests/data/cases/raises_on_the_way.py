"""Fails in one iteration and goes on, then fails for good.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch


def make_inputs():
    return {"data": torch.arange(40.0), "seen": []}


def loop(data, seen):
    for i in range(len(data) + 1):
        try:
            if i % 7 == 3:
                raise ValueError(i)
        except ValueError:
            continue
        finally:
            seen.append(i)
        seen.append(data[i] * 2)
    return seen
