"""Segments between neighbouring offsets whose rows are changed and go where they came from."""

import torch
from sized import sized


def offsets(n):
    return torch.cat([torch.zeros(1, dtype=torch.long), torch.randint(1, 5, (n,)).cumsum(0)])


def rows_and_offsets(n, *shape):
    ends = offsets(n)
    return {"x": torch.randn(int(ends[-1]), *shape), "ends": ends}


@sized(lambda n: rows_and_offsets(n))
def softmax_of_segments(x, ends):
    out = torch.zeros_like(x)
    for i in range(len(ends) - 1):
        start, stop = ends[i], ends[i + 1]
        out[start:stop] = torch.softmax(x[start:stop], dim=0)
    return out


@sized(lambda n: rows_and_offsets(n, 3))
def centred_segments(x, ends):
    out = torch.empty(x.shape[0], 3)
    for start, stop in zip(ends[:-1].tolist(), ends[1:].tolist()):
        out[start:stop] = x[start:stop] - x[start:stop].mean(dim=0)
    return out


@sized(lambda n: rows_and_offsets(n))
def less_their_means(x, ends):
    out = x.clone()
    for start, stop in zip(ends, ends[1:]):
        out[start:stop] -= x[start:stop].mean()
    return out


@sized(lambda n: {**rows_and_offsets(n), "weights": torch.rand(n)})
def spread_over_segments(x, ends, weights):
    out = x.clone()
    for i, (start, stop) in enumerate(zip(ends[:-1], ends[1:])):
        out[start:stop] += weights[i]
    return out
