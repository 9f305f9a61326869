"""Blocks that a loop's step puts side by side."""

import torch
from sized import sized


@sized(lambda n: {"weight": torch.randn(n + 1, 12), "group": 4, "top": 15})
def codes_of_each_group(weight, group, top):
    codes = torch.zeros_like(weight, dtype=torch.int32)
    scales = torch.zeros(weight.shape[0], weight.shape[1] // group)
    for r in range(weight.shape[0]):
        for g in range(0, weight.shape[1], group):
            part = weight[r, g : g + group]
            step = (part.max() - part.min()) / top
            codes[r, g : g + group] = torch.round((part - part.min()) / step).int()
            scales[r, g // group] = step
    return codes, scales


@sized(lambda n: {"x": torch.randn(5, 3 * n + 3), "width": 3})
def centred_blocks_of_columns(x, width):
    rows, columns = x.shape
    count = columns // width
    out, means = torch.empty(rows, columns), torch.zeros(count, rows)
    for c in range(0, columns, width):
        block = x[:, c : c + width]
        mean = block.mean(dim=1)
        out[:, c : c + width] = block - mean[:, None]
        means[c // width] = mean
    return out, means


@sized(lambda n: {"x": torch.randn(2 * n)})
def pairs_in_a_flat_row(x):
    out = []
    for k in range(0, x.numel(), 2):
        out.append(x[k : k + 2].norm())
    return torch.stack(out)
