"""Positions in packed sequences: how far back the latest start is."""

import torch


def inputs(n=600):
    return {"starts": torch.rand(n) < 0.1}


def slow(starts):
    positions = torch.zeros(len(starts), dtype=torch.long)
    p = 0
    for i in range(len(starts)):  # expect: LS109
        if starts[i]:
            p = 0
        positions[i] = p
        p += 1
    return positions


def fast(starts):
    places = torch.arange(len(starts))
    return places - torch.where(starts, places, 0).cummax(0).values


def fine(starts):
    """Nothing starts anew: a running count."""
    positions = torch.zeros(len(starts), dtype=torch.long)
    for i in range(len(starts)):
        positions[i] = i
    return positions
