"""Loops as users ask about them: gaps filled with the latest value, sequences from behind."""

import math

import torch
import torch.nn.functional as F

torch.manual_seed(7)
READINGS = torch.randn(80, 4)
READINGS[torch.rand(80, 4) < 0.3] = float("nan")
READINGS[0] = 0.5
FAILED = torch.rand(80) < 0.2
ENERGY = torch.rand(60, 9)
SIGNAL = torch.randn(300)
QUERIES, KEYS, VALUES = torch.rand(2, 50, 3), torch.rand(2, 50, 3), torch.rand(2, 50, 4)


def filled_sensor(readings=READINGS):
    """a: torch.cummax, torch.where"""
    x = readings[:, 0].clone()
    for t in range(1, len(x)):  # LOOP
        if torch.isnan(x[t]):
            x[t] = x[t - 1]
    return x


def filled_sensors(readings=READINGS):
    """b: torch.cummax, torch.where"""
    filled = readings.clone()
    for t in range(1, len(filled)):  # LOOP
        missing = torch.isnan(filled[t])
        filled[t, missing] = filled[t - 1, missing]
    return filled


def filled_by_numbers(readings=READINGS):
    """c: torch.cummax, torch.where"""
    readings = readings[:, 1]
    filled, last = [], 0.0
    for value in readings:  # LOOP
        if not math.isnan(value.item()):
            last = value.item()
        filled.append(last)
    return torch.tensor(filled)


def filled_by_where(readings=READINGS):
    """d: torch.cummax, torch.where"""
    last = readings[0]
    filled = [last]
    for t in range(1, len(readings)):  # LOOP
        last = torch.where(torch.isnan(readings[t]), last, readings[t])
        filled.append(last)
    return torch.stack(filled)


def steps_to_failure(failed=FAILED):
    """e: torch.cummin, torch.where"""
    steps = torch.full((len(failed),), -1, dtype=torch.long)
    following = None
    for t in range(len(failed) - 1, -1, -1):  # LOOP
        if failed[t]:
            following = t
        if following is not None:
            steps[t] = following - t
    return steps


def last_loud_frame(energy=ENERGY, level=0.8):
    """f: torch.argmax, torch.where, torch.any"""
    last = torch.full((len(energy),), -1)
    for u in range(len(energy)):  # LOOP
        for t in range(energy.shape[1] - 1, -1, -1):
            if energy[u, t] > level:
                last[u] = t
                break
    return last


def crossings_of_each_frame(signal=SIGNAL, size=12, hop=6):
    """g: Tensor.unfold, advanced_indexing, elementwise"""
    frames = 1 + (len(signal) - size) // hop
    rate = torch.zeros(frames)
    for f in range(frames):  # LOOP
        start = f * hop
        count = 0
        for t in range(start + 1, start + size):
            if signal[t - 1] * signal[t] < 0:
                count += 1
        rate[f] = count / size
    return rate


def linear_attention(q=QUERIES, k=KEYS, v=VALUES):
    """h: torch.cumsum, torch.einsum"""
    q, k = F.elu(q) + 1, F.elu(k) + 1
    state = torch.zeros(q.shape[0], q.shape[2], v.shape[2])
    outputs = []
    for t in range(q.shape[1]):  # LOOP
        state = state + k[:, t].unsqueeze(2) * v[:, t].unsqueeze(1)
        outputs.append(torch.einsum("bd,bde->be", q[:, t], state))
    return torch.stack(outputs, dim=1)
