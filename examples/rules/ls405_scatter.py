"""Sums at places that an index names are index_add."""

import torch


def inputs(n=600, places=30):
    return {"v": torch.rand(n), "index": torch.randint(0, places, (n,)), "places": places}


def slow(v, index, places):
    out = v.new_zeros(places)
    for n in range(len(v)):  # expect: LS405
        out[index[n]] += v[n]
    return out


def fast(v, index, places):
    return v.new_zeros(places).index_add(0, index, v)


def fine(v, index, places):
    """The index is read from, not stored to: a gather."""
    out = torch.empty_like(v)
    table = torch.arange(places) * 2.0
    for n in range(len(v)):
        out[n] = table[index[n]]
    return out
