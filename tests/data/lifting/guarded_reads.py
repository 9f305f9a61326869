"""Reads under a test: where it does not hold, the place may lie outside."""

import torch
from sized import sized

EDGES = torch.tensor([0.1, 0.3, 0.35, 0.7, 0.9])
LEVELS = torch.tensor([2.0, -1.0, 0.5, 3.0, 1.0])


def spread(n):
    """Numbers below, among and above the edges."""
    return torch.rand(n) * 1.4 - 0.2


def rate(grid, rates, t):
    k = int((grid <= t).sum())
    if k >= len(grid):
        return rates[-1]
    return rates[k]


@sized(lambda n: {"x": spread(n), "xp": EDGES, "fp": LEVELS})
def curve_between_its_ends(x, xp, fp):
    values = torch.zeros_like(x)
    for k, q in enumerate(x):
        if q <= xp[0]:
            values[k] = fp[0]
        elif q >= xp[-1]:
            values[k] = fp[-1]
        else:
            hi = int((xp < q).sum())
            lo = hi - 1
            t = (q - xp[lo]) / (xp[hi] - xp[lo])
            values[k] = fp[lo] + t * (fp[hi] - fp[lo])
    return values


@sized(lambda n: {"queries": spread(n), "xs": EDGES, "ys": LEVELS})
def curve_searched(queries, xs, ys):
    out = []
    for q in queries:
        j = torch.searchsorted(xs, q)
        if j == 0:
            out.append(ys[0])
        elif j == len(xs):
            out.append(ys[-1])
        else:
            w = (q - xs[j - 1]) / (xs[j] - xs[j - 1])
            out.append((1 - w) * ys[j - 1] + w * ys[j])
    return torch.stack(out)


@sized(lambda n: {"keys": torch.tensor([1.0, 3.0, 4.0, 8.0]), "wanted": torch.arange(n) * 1.0})
def keys_that_are_there(keys, wanted):
    found = torch.zeros(len(wanted), dtype=torch.bool)
    for i in range(len(wanted)):
        p = torch.searchsorted(keys, wanted[i]).item()
        found[i] = p < len(keys) and keys[p] == wanted[i]
    return found


@sized(lambda n: {"grid": EDGES, "rates": LEVELS.double(), "times": spread(n).abs()})
def rates_of_times(grid, rates, times):
    got = torch.zeros(len(times), dtype=torch.float64)
    for i, t in enumerate(times):
        got[i] = rate(grid, rates, t)
    return got


@sized(lambda n: {"weights": torch.rand(n, 6), "u": torch.rand(n)})
def draws_of_rows(weights, u):
    drawn = []
    for w, r in zip(weights, u):
        drawn.append(torch.searchsorted(w.cumsum(0), r * w.sum()))
    return torch.stack(drawn)


@sized(lambda n: {"ages": torch.rand(n, 3) * 90, "limits": torch.tensor([18.0, 40.0, 65.0])})
def age_groups(ages, limits):
    return torch.stack([torch.bucketize(row, limits, right=True) for row in ages])
