"""Items from behind, counters that go forward all the same."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n + 1)})
def counted_from_behind(x):
    return torch.stack([x[i] for i, v in enumerate(reversed(x))])


@sized(lambda n: {"x": torch.randn(n + 1)})
def both_ways(x):
    return torch.stack([x[i] + v for i, v in enumerate(reversed(x))])


@sized(lambda n: {"x": torch.randn(n + 1)})
def stored_the_other_way(x):
    out = torch.zeros(len(x))
    for i, v in enumerate(reversed(x)):
        out[i] = v * 2
    return out


@sized(lambda n: {"x": torch.randn(n + 1)})
def sum_from_behind_by_counter(x):
    out = torch.zeros(len(x))
    s = 0
    for i, v in enumerate(reversed(x)):
        s = s + v * i
        out[i] = s
    return out


@sized(lambda n: {"x": torch.randn(n + 1)})
def sum_beside_what_is_reversed(x):
    out = torch.zeros(len(x))
    s = 0
    for i, v in enumerate(reversed(x)):
        s = s + x[i]
        out[i] = s
    return out


@sized(lambda n: {"x": torch.randn(n + 1), "y": torch.randn(n + 1)})
def zipped_with_what_is_reversed(x, y):
    return torch.stack([a - b for a, b in zip(x, reversed(y))])


@sized(lambda n: {"x": torch.randn(n + 1), "y": torch.randn(n + 1)})
def zipped_and_both_reversed(x, y):
    return torch.stack([a - b for a, b in zip(reversed(x), reversed(y))])


@sized(lambda n: {"x": torch.randn(n + 1), "y": torch.randn(n + 1)})
def reversed_pairs(x, y):
    return torch.stack([a - y[b] for b, a in reversed(list(enumerate(x)))])


@sized(lambda n: {"x": torch.randn(n + 1), "y": torch.randn(n + 1)})
def counted_while_zipped(x, y):
    return torch.stack([a - b + i for i, (a, b) in enumerate(zip(reversed(x), y))])


@sized(lambda n: {"gain": torch.rand(n + 1, 3), "guess": torch.randn(n + 2, 3), "keep": 0.9})
def returns_reversed_in_place(gain, guess, keep):
    last = guess[-1]
    found = []
    for t in reversed(range(len(gain))):
        last = gain[t] + keep * (0.5 * guess[t + 1] + 0.4 * last)
        found.append(last)
    found.reverse()
    return torch.stack(found)


@sized(lambda n: {"x": torch.randn(n + 1, 4)})
def rows_reversed_in_place(x):
    out = []
    for row in x:
        out.append(row * 2)
    out.reverse()
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1, 4)})
def numbers_reversed_in_place(x):
    totals = []
    for row in x:
        totals.append(row.sum().item())
    totals.reverse()
    return totals
