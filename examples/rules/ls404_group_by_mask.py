"""Groups picked by a mask each are index_add over all labels at once."""

import torch


def inputs(n=1000, groups=40):
    return {"v": torch.rand(n), "label": torch.arange(n) % groups, "groups": groups}


def slow(v, label, groups):
    out = v.new_zeros(groups)
    for k in range(groups):  # expect: LS404
        out[k] = v[label == k].mean()
    return out


def fast(v, label, groups):
    total = v.new_zeros(groups).index_add(0, label, v)
    return total / torch.bincount(label, minlength=groups)


def fine(v, label, groups):
    """Groups lie in rows already: no labels are compared."""
    rows = v.reshape(groups, -1)
    out = v.new_zeros(groups)
    for k in range(groups):
        out[k] = rows[k].mean()
    return out
