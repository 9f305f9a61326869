"""Flags that a test raises, with and without a break that spares the rest."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n), "limit": 1.0})
def whether_any_is_large(x, limit):
    found = False
    for v in x:
        if v > limit:
            found = True
            break
    return found


@sized(lambda n: {"x": torch.randn(n), "limit": 3.0})
def whether_all_are_small(x, limit):
    small = True
    for v in x:
        if v.abs() > limit:
            small = False
    return small


@sized(lambda n: {"x": torch.randn(n), "strict": True})
def a_flag_of_either_branch(x, strict):
    if strict:
        ok = None
    else:
        ok = True
    for v in x:
        if v > 5:
            ok = False
    return ok


@sized(lambda n: {"a": torch.ones(n, 4), "b": torch.ones(n, 4)})
def whether_two_are_the_same(a, b):
    same = True
    for i in range(len(a)):
        for j in range(a.shape[1]):
            if a[i, j] != b[i, j]:
                same = False
                break
        if not same:
            break
    return same


@sized(lambda n: {"paths": torch.randn(n, 6, 2), "circles": torch.rand(4, 3)})
def paths_that_are_blocked(paths, circles):
    blocked = torch.zeros(len(paths), dtype=torch.bool)
    for p in range(len(paths)):
        hit = False
        for point in paths[p]:
            for c in circles:
                if torch.dist(point, c[:2]) < c[2]:
                    hit = True
                    break
            if hit:
                break
        blocked[p] = hit
    return blocked


@sized(lambda n: {"x": torch.randn(n, 3)})
def rows_in_order(x):
    count = 0
    for row in x:
        up = True
        for i in range(len(row) - 1):
            if row[i] > row[i + 1]:
                up = False
                break
        if up:
            count += 1
    return count


@sized(lambda n: {"m": torch.randn(n, 5), "valid": torch.rand(n) > 0.5})
def nan_in_what_is_valid(m, valid):
    bad = torch.zeros(len(m), dtype=torch.bool)
    for i in range(len(m)):
        found = False
        if valid[i]:
            for v in m[i]:
                if torch.isnan(v):
                    found = True
        bad[i] = found
    return bad


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n + 2)})
def distances_of_pairs(x, y):
    out = torch.zeros(len(x), len(y))
    for i in range(len(x)):
        for j in range(len(y)):
            out[i, j] = torch.dist(x[i], y[j])
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def city_block_distances(x, y):
    return torch.stack([torch.dist(u, v, p=1) for u, v in zip(x, y, strict=True)])
