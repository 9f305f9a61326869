"""Index tensors behind whole dimensions: stores, sums and extrema at them."""

import torch
from sized import sized


def _cells(n):
    return torch.stack([torch.randperm(48)[:n] // 8, torch.randperm(48)[:n] % 8], dim=1)


def _distinct(n):
    places = torch.randperm(2 * 6 * 8)[:n]
    return torch.stack([places // 48, places // 8 % 6, places % 8], dim=1)


@sized(lambda n: {"feats": torch.randn(n, 3), "cells": _distinct(n)})
def columns_on_a_canvas(feats, cells):
    canvas = torch.zeros(2, feats.shape[1], 6, 8)
    for p in range(len(cells)):
        b, y, x = cells[p].tolist()
        canvas[b, :, y, x] = feats[p]
    return canvas


@sized(lambda n: {"waves": torch.randn(48, 3, 2), "at": _distinct(n)[:, 1:].unique(dim=0)})
def samples_side_by_side(waves, at):
    grid = torch.ones(3, 6, 8, 2, dtype=torch.float64)
    for i, (y, x) in enumerate(at):
        grid[:, y, x] = waves[i]
    return grid


@sized(
    lambda n: {
        "bias": torch.randn(n),
        "at": torch.randperm(48)[:n],
        "keep": torch.arange(n) % 3 > 0,
    }
)
def one_number_for_all_rows_where_told(bias, at, keep):
    table = torch.zeros(4, 48)
    for i in range(len(bias)):
        if keep[i]:
            table[:, at[i]] = bias[i]
    return table


@sized(lambda n: {"power": torch.randn(n, 4), "cells": _cells(n)})
def powers_added_at_pixels(power, cells):
    image = torch.zeros(4, 48, 8)
    for k in range(len(power)):
        image[:, cells[k, 0], cells[k, 1]] += power[k]
    return image


@sized(lambda n: {"v": torch.randn(n, 3), "group": torch.randint(0, 5, (n,))})
def columns_summed_by_group(v, group):
    total = torch.zeros(3, 5)
    for i in range(len(v)):
        total[:, group[i]] += v[i]
    return total


@sized(lambda n: {"v": torch.randn(n), "group": torch.randint(0, 5, (n,))})
def second_column_summed_by_group(v, group):
    total = torch.ones(5, 2)
    for i in range(len(v)):
        total[group[i], 1] -= v[i]
    return total


@sized(lambda n: {"v": torch.randn(n, 3), "group": torch.randint(0, 5, (n,))})
def greatest_columns_by_group(v, group):
    best = torch.full((3, 5), -9.0)
    for i in range(len(v)):
        best[:, group[i]] = torch.maximum(best[:, group[i]], v[i])
    return best


@sized(lambda n: {"x": torch.randn(2, 3, 7), "idx": torch.randint(0, 7, (n,))})
def read_behind_a_number(x, idx):
    out = []
    for k in idx:
        out.append(x[1, :, k].softmax(0))
    return torch.stack(out)


@sized(lambda n: {"image": torch.randn(3, n + 4, n + 2)})
def every_second_patch(image):
    bands, height, width = image.shape
    out = image.new_zeros(bands, (height - 1) // 2, (width - 1) // 2)
    for top in range(0, height - 2, 2):
        for left in range(0, width - 2, 2):
            out[:, top // 2, left // 2] = image[:, top : top + 3, left : left + 3].amax(dim=(1, 2))
    return out


@sized(lambda n: {"x": torch.randn(4 * n), "size": 4})
def scale_of_each_block(x, size):
    scales = torch.zeros(len(x) // size)
    for g in range(0, len(x), size):
        scales[g // size] = x[g : g + size].abs().max()
    return scales


@sized(lambda n: {"x": torch.randn(3 * n + 3, 2)})
def numbered_from_the_second(x):
    out = torch.zeros(len(x) // 3, 2)
    for i in range(3, len(x), 3):
        out[i // 3] = x[i - 1] + x[i - 3]
    return out


@sized(lambda n: {"order": torch.randperm(n)})
def places_as_floats(order):
    rank = torch.zeros(len(order))
    for i in range(len(order)):
        rank[order[i]] = i
    return rank
