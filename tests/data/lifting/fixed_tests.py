"""Tests of what is the same in every iteration."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 4), "mask": torch.rand(n)})
def optional_mask(x, mask):
    out = []
    for t in range(len(x)):
        h = torch.tanh(x[t]) * 2 + 1
        if mask is not None:
            h = h * mask[t]
        out.append(h)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "flag": True})
def flag_arms(x, flag):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        if flag:
            y = (x[i] * 2).exp()
            out[i] = (y - y.mean()).abs().sum()
        else:
            out[i] = x[i].sum()
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "bias": torch.rand(4), "mask": torch.rand(n)})
def two_names_in_an_arm(x, bias, mask):
    rows, sums = [], []
    for t in range(len(x)):
        h, s = x[t] * 2, x[t].sum()
        if bias is not None:
            h = (h + bias).exp() / (1 + (h - bias).abs()) + mask[t]
            s = s + h.sum()
        rows.append(h)
        sums.append(s)
    return torch.stack(rows), torch.stack(sums)


@sized(lambda n: {"x": torch.randn(n), "scale": 2.0})
def short_choice(x, scale):
    return torch.stack([v * scale if scale > 1 else v for v in x])


@sized(lambda n: {"x": torch.randn(n), "often": n != 8, "m": 3})
def added_under_a_test_that_is_not_seen_to_hold(x, often, m):
    total = 0
    for v in x:
        scale = torch.ones(m) * 2
        scale += x[-1].abs()
        if often:
            total = total + (scale * scale).sum()
    return total
