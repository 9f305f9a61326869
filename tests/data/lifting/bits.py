"""Numbers that are made bit by bit."""

import torch
from sized import sized

RING = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]


@sized(lambda n: {"x": torch.randn(n, 6)})
def signs_of_rows(x):
    codes = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        c = 0
        for b in range(x.shape[1]):
            c |= int(x[i, b] > 0) << b
        codes[i] = c
    return codes


@sized(lambda n: {"x": torch.randn(n + 1, 5) > 0})
def bits_that_are_set(x):
    codes = []
    for row in x:
        c = 0
        for b, v in enumerate(row):
            if v:
                c |= 1 << b
        codes.append(c)
    return torch.tensor(codes)


@sized(lambda n: {"x": torch.randn(n) > 0})
def one_number(x):
    c = 0
    for b in range(len(x)):
        if x[b]:
            c |= 1 << b
    return c


@sized(lambda n: {"gray": torch.randint(0, 9, (n + 2, n + 3))})
def local_patterns(gray):
    h, w = gray.shape
    codes = torch.zeros((h - 2, w - 2), dtype=torch.uint8)
    for y in range(1, h - 1):
        for x in range(1, w - 1):
            code = 0
            for bit, (dy, dx) in enumerate(RING):
                if gray[y + dy, x + dx] >= gray[y, x]:
                    code |= 1 << bit
            codes[y - 1, x - 1] = code
    return codes
