"""Inner loops that begin and end elsewhere in each iteration around them."""

import torch
from sized import sized


def rising(n):
    return torch.randint(1, 5, (n + 2,)).cumsum(0)


@sized(lambda n: {"edges": rising(n), "bins": 5 * n + 20})
def triangular_filters(edges, bins):
    bank = torch.zeros(len(edges) - 2, bins)
    for m in range(1, len(edges) - 1):
        left, center, right = int(edges[m - 1]), int(edges[m]), int(edges[m + 1])
        for k in range(left, center):
            bank[m - 1, k] = (k - left) / (center - left)
        for k in range(center, right):
            bank[m - 1, k] = (right - k) / (right - center)
    return bank


@sized(
    lambda n: {
        "x": torch.randn(n + 9),
        "first": torch.randint(0, 4, (n,)),
        "last": torch.randint(4, 9, (n,)),
    }
)
def sums_from_first_to_last(x, first, last):
    out = torch.zeros(len(first))
    for i in range(len(first)):
        for j in range(int(first[i]), int(last[i])):
            out[i] += x[j] ** 2
    return out


@sized(lambda n: {"start": torch.randint(0, 4, (n,)), "stop": torch.randint(4, 8, (n,))})
def spans_marked_one_by_one(start, stop):
    mask = torch.zeros(len(start), 8, dtype=torch.bool)
    for row, (a, b) in enumerate(zip(start.tolist(), stop.tolist())):
        for column in range(a, b):
            mask[row, column] = True
    return mask
