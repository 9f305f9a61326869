"""Where an extremum is that several loops look for: the place among all items."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.rand(n, n + 1)})
def place_of_the_least(x):
    best, at = float("inf"), (0, 0)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < best:
                best = x[i, j].item()
                at = (i, j)
    return best, at


@sized(lambda n: {"x": torch.randn(n, n + 1)})
def place_in_two_variables(x):
    best, row, column = -float("inf"), -1, -1
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > best:
                best = x[i, j]
                row = i
                column = j + 1
    return best, row, column


@sized(lambda n: {"a": torch.rand(n, 3), "b": torch.rand(n + 2, 3)})
def closest_pair(a, b):
    best, pair = None, None
    for i, u in enumerate(a):
        for j, v in enumerate(b):
            d = (u - v).norm()
            if best is None or d < best:
                best = d
                pair = (i, j)
    return best, pair


@sized(lambda n: {"frame": torch.rand(n + 4, n + 5), "template": torch.rand(3, 4)})
def best_match_of_a_template(frame, template):
    height, width = template.shape
    best, where = float("inf"), (0, 0)
    for y in range(frame.shape[0] - height + 1):
        for x in range(frame.shape[1] - width + 1):
            score = (frame[y : y + height, x : x + width] - template).pow(2).sum()
            if score < best:
                best = score
                where = (y, x)
    return best, where


@sized(lambda n: {"x": torch.rand(n, 3), "w": torch.rand(n, 3)})
def item_beside_the_least(x, w):
    best, item = float("inf"), None
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < best:
                best = x[i, j]
                item = w[i, j] * 2
    return best, item


@sized(lambda n: {"x": torch.rand(2, n, 3)})
def place_in_three_loops(x):
    best, at = float("-inf"), None
    for b in range(len(x)):
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                if x[b, i, j] > best:
                    best = x[b, i, j]
                    at = (b, i, j)
    return best, at
