"""Greatest and least items of those that a test holds for."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n), "valid": torch.rand(n) < 0.7, "bias": 0.2})
def nearest_of_those_that_count(x, valid, bias):
    best = torch.tensor(float("inf"))
    where = -1
    for i in range(len(x)):
        if valid[i]:
            d = (x[i] - bias).abs()
            if d < best:
                best = d
                where = i
    return best, where


@sized(lambda n: {"x": torch.randn(n), "valid": torch.rand(n) < 0.7})
def both_tests_in_one(x, valid):
    top = None
    for v, ok in zip(x, valid):
        if ok and (top is None or v > top):
            top = v
    return top


@sized(lambda n: {"lengths": torch.randint(0, 50, (n,)), "labels": torch.randint(0, 3, (n,))})
def longest_of_one_class(lengths, labels):
    longest = 0
    for n, y in zip(lengths, labels):
        if y == 1:
            longest = max(longest, n.item())
    return longest


@sized(lambda n: {"x": torch.randn(n), "skip": torch.rand(n) > 0.6})
def last_of_equal_ones(x, skip):
    score, at = -1.0, 0
    for i, v in enumerate(x):
        if skip[i]:
            continue
        if v.item() >= score:
            score = v.item()
            at = i
    return score, at


@sized(lambda n: {"d": torch.rand(n, n), "y": torch.randint(0, 3, (n,))})
def farthest_of_the_same_class(d, y):
    n = len(y)
    place = torch.zeros(n, dtype=torch.long)
    far = torch.zeros(n)
    for a in range(n):
        best = -1.0
        for p in range(n):
            if y[p] == y[a] and d[a, p] > best:
                best = d[a, p].item()
                place[a] = p
        far[a] = best
    return far, place


@sized(lambda n: {"x": torch.randn(n)})
def least_and_its_place_from_nothing(x):
    low, at = None, None
    for i in range(len(x)):
        if low is None or x[i].item() < low:
            low, at = x[i].item(), i
    return low, at
