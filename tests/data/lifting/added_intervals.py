"""Slices of differing length that are added to."""

import torch
from sized import sized


@sized(lambda n: {"segments": torch.randint(0, 9, (n, 2)).sort(dim=1).values, "frames": 12})
def speakers_at_once(segments, frames):
    active = torch.zeros(frames, dtype=torch.long)
    for begin, end in segments:
        active[begin:end] += 1
    return active


@sized(lambda n: {"starts": torch.randint(0, 5, (n,)), "length": torch.randint(0, 6, (n,))})
def coverage(starts, length):
    depth = torch.ones(16)
    for k in range(len(starts)):
        depth[starts[k] : starts[k] + length[k]] += 2.0
    return depth


@sized(
    lambda n: {"onset": torch.randint(0, 7, (n,)), "amount": torch.randn(n, dtype=torch.float64)}
)
def steps_that_stay(onset, amount):
    level = torch.zeros(8, dtype=torch.float64)
    for i, t in enumerate(onset):
        level[t:] += amount[i]
    return level


@sized(
    lambda n: {
        "spans": torch.randint(-1, 9, (n, 2)).clamp(min=0),
        "price": torch.randint(1, 9, (n,)),
    }
)
def cost_of_each_hour(spans, price):
    cost = torch.full((9,), 100)
    for k, (a, b) in enumerate(spans):
        cost[a:b] -= price[k]
    return cost


@sized(lambda n: {"since": torch.randint(0, 8, (n,))})
def members_so_far(since):
    members = torch.zeros(7)
    for day in since:
        members[day:] += 1
    return members


@sized(lambda n: {"spans": torch.randint(0, 9, (n, 2)).sort(dim=1).values})
def uncommon_dtype(spans):
    hits = torch.zeros(9, dtype=torch.uint8)
    for a, b in spans:
        hits[a:b] += 1
    return hits
