"""Loops that count with ``while``."""

import torch
from sized import sized


def angle(a, b, c):
    u, v = a - b, c - b
    return torch.atan2(torch.linalg.cross(u, v).norm(), torch.dot(u, v))


@sized(lambda n: {"x": torch.randn(n + 3, 3)})
def windows_until_the_last(x):
    out = []
    i = 0
    while i + 2 < x.shape[0]:
        out.append(angle(x[i], x[i + 1], x[i + 2]))
        i += 1
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def counted_down(x):
    out = torch.zeros(len(x))
    i = len(x) - 1
    while i >= 0:
        out[i] = x[i] * 2
        i -= 1
    return out


@sized(lambda n: {"x": torch.randn(3 * n + 4), "width": 4, "hop": 3})
def frames_by_a_hop(x, width, hop):
    frames = []
    start = 0
    while start + width <= len(x):
        frames.append(x[start : start + width].mean())
        start += hop
    return torch.stack(frames)


@sized(lambda n: {"x": torch.randn(n)})
def bound_first(x):
    total = 0.0
    k = 0
    while len(x) > k:
        total = total + x[k].abs()
        k += 1
    return total


@sized(lambda n: {"x": torch.randn(2, 3 * n + 8), "size": 8})
def half_overlapping_frames(x, size):
    frames = []
    start = 0
    while size + start <= x.shape[1]:
        frames.append(torch.fft.rfft(x[:, start : start + size], dim=-1).abs())
        start += size // 2
    return torch.stack(frames, dim=-1)
