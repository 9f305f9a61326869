"""All items make one value."""

import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "w": torch.randn(n)})
def weighted_by_generator(x, w):
    return sum(w[i] * x[i] for i in range(len(x)))


@sized(lambda n: {"x": torch.randn(n), "t": 0.3})
def counted_above(x, t):
    count = 0
    for v in x:
        if v > t:
            count += 1
    return count


@sized(lambda n: {"x": torch.randn(n), "m": torch.randn(n) > 0})
def added_where_told(x, m):
    total = torch.tensor(0.0)
    for i in range(len(x)):
        if m[i]:
            total += x[i]
    return total


@sized(lambda n: {"logp": F.log_softmax(torch.randn(n, 5), 1), "y": torch.randint(0, 5, (n,))})
def negative_log_likelihood(logp, y):
    loss = 0.0
    for i in range(len(y)):
        loss -= logp[i, y[i]]
    return loss / len(y)


@sized(lambda n: {"x": torch.randn(n)})
def smallest_from_infinity(x):
    low = float("inf")
    high = -math.inf
    for v in x:
        low = min(low, v)
        high = max(high, v)
    return low, high


@sized(lambda n: {"x": torch.randn(n + 1, 3)})
def set_in_the_first_iteration(x):
    total = None
    for row in x:
        if total is None:
            total = row
        else:
            total = total + row
    return total


@sized(lambda n: {"x": torch.randn(n, 4), "start": torch.randn(4)})
def added_to_what_was_given(x, start):
    total = start
    for row in x:
        total = total + row.abs()
    return total


@sized(lambda n: {"x": torch.randn(n, 4, 3)})
def summed_over_two_loops(x):
    total = torch.zeros(3)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i, j] ** 2
    return total


@sized(lambda n: {"x": torch.randn(n, 4)})
def sum_of_a_fixed_value(x):
    total = 0.0
    bias = x.mean()
    for _ in range(len(x)):
        total = total + bias
    return total


@sized(lambda n: {"x": torch.randn(n), "t": 1.0})
def first_above(x, t):
    place = -1
    for i in range(len(x)):
        if x[i] > t:
            place = i
            break
    return place


@sized(lambda n: {"x": torch.randn(n, 4)})
def any_not_a_number(x):
    bad = False
    for row in x:
        if torch.isnan(row).any():
            bad = True
            break
    return bad


@sized(lambda n: {"x": torch.arange(n + 3) * 1.0})
def first_by_next(x):
    return next(v for v in x if v > 1)


@sized(lambda n: {"keys": torch.randint(0, 9, (n,)), "wanted": torch.tensor([1, 4, 7])})
def is_member(keys, wanted):
    mask = torch.zeros(len(keys), dtype=torch.bool)
    for w in wanted:
        mask = mask | (keys == w)
    return mask


@sized(lambda n: {"x": torch.randn(n, 2)})
def grown_by_cat(x):
    out = torch.zeros(0)
    for i in range(len(x)):
        out = torch.cat([out, x[i] * 2])
    return out


@sized(lambda n: {"x": torch.randn(n)})
def flags_over_all(x):
    some = False
    every = True
    for v in x:
        some = some or (v > 1).item()
        every = every and (v > -2).item()
    return some, every


@sized(lambda n: {"x": torch.randn(n) + 3})
def product_and_mean_log(x):
    p = 1.0
    s = 0.0
    for v in x:
        p = p * v
        s += v.log().item()
    return p, s


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n), "start": torch.tensor(3.0)})
def two_terms_a_step(x, y, start):
    total = start
    for a, b in zip(x, y):
        total = total + a
        total = total - b * 2
    return total


@sized(lambda n: {"x": torch.rand(n) + 0.5, "start": torch.tensor(3.0)})
def two_factors_a_step(x, start):
    total = start
    for v in x:
        total = total * v
        total = total / 2
    return total


@sized(lambda n: {"x": torch.randn(n)})
def multiplied_in_the_other_branch(x):
    p = torch.tensor(1.0)
    for v in x:
        if v > 2:
            pass
        else:
            p = p * (1 + v.abs())
    return p


@sized(lambda n: {"x": torch.randn(n, 3)})
def flags_by_operators(x):
    some = torch.zeros(3, dtype=torch.bool)
    every = torch.ones(3, dtype=torch.bool)
    for row in x:
        some |= row > 1
        some = some | (row < -1)
        every = every & (row < 2)
        every &= row > -2
    return some, every


@sized(lambda n: {"x": torch.randn(n, 3), "seen": None})
def perhaps_set_before(x, seen):
    total = seen
    for row in x:
        if total is None:
            total = row
        else:
            total = total + row
    return total


@sized(lambda n: {"x": torch.randn(n, 3)})
def length_of_a_nested_list(x):
    out = []
    for row in x:
        for v in row:
            out.append(v.abs())
    return sum(out) / len(out), max(out), list(out)[0]


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def lists_in_lists(x, y):
    out = []
    for row in x:
        each = []
        for v in row:
            each.append(v * 2)
        out.append(torch.stack(each).sum() + each[0])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def a_list_for_the_next_loop(x):
    norms = [row.norm() for row in x]
    return torch.stack([v * 2 for v in norms])


@sized(lambda n: {"x": torch.randn(n)})
def maximum_with_a_number(x):
    best = 0.5
    low = -0.5
    for v in x:
        best = max(best, v.item())
        low = min(low, v.item())
    return best, low


@sized(lambda n: {"x": torch.randn(3 * n, 2), "rounds": 4})
def reduced_in_an_outer_loop(x, rounds):
    totals = []
    for _ in range(rounds):
        total = torch.zeros(2)
        for row in x:
            total = total + row
        totals.append(total)
    return torch.stack(totals)


@sized(lambda n: {"wave": torch.randn(n), "meter": SimpleNamespace(count=3)})
def sign_changes_counted_on(wave, meter):
    for i in range(1, wave.size(0)):
        before, now = wave[i - 1], wave[i]
        if before >= 0 and now < 0:
            meter.count += 1
        elif before < 0 and now >= 0:
            meter.count += 1
    return meter.count


@sized(lambda n: {"x": torch.randn(n), "low": 2, "high": 1.5})
def counted_on_from_numbers(x, low, high):
    for v in x:
        if v < 0:
            low += 1
        else:
            high += v.item()
    return low, high


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.rand(5)})
def row_totals_of_one_item(x, w):
    totals = []
    for row in x:
        total = torch.zeros(1)
        for v in w:
            total += row.mean() * v
        totals.append(total)
    return torch.cat(totals)


@sized(lambda n: {"logits": torch.randn(n, 9), "y": torch.arange(n) % 9})
def hits_among_the_best(logits, y):
    correct = 0
    for i, row in enumerate(logits):
        _, found = row.topk(3)
        if y[i] in found:
            correct += 1
    return correct / len(logits)


@sized(lambda n: {"seen": torch.arange(4 * n).view(n, 4) % 5, "item": 3})
def rows_without_an_item(seen, item):
    return torch.tensor([item not in row for row in seen])


def gains_by_rank(ranked, relevant):
    total = 0.0
    for user in range(ranked.size(0)):
        dcg = 0.0
        for rank, item in enumerate(ranked[user]):
            if relevant[user, item]:
                dcg += 1.0 / math.log2(rank + 2)
        total += dcg
    return total / ranked.size(0)


@sized(lambda n: {"relevant": torch.rand(n, 12) < 0.4, "k": 5})
def ideal_gains(relevant, k):
    total = 0.0
    for user in range(relevant.size(0)):
        positives = int(relevant[user].sum())
        ideal = sum(1.0 / math.log2(r + 2) for r in range(min(positives, k)))
        total += ideal
    return total


@sized(lambda n: {"x": torch.rand(n), "y": torch.arange(n) % 3})
def ratios_where_there_are_some(x, y):
    total = 0.0
    for i in range(len(x)):
        z = float(y[i])
        if z > 0:
            total += x[i].item() / z
    return total


@sized(lambda n: {"x": torch.randn(n, 3)})
def begun_with_a_copy(x):
    total = None
    for row in x:
        if total is None:
            total = row.clone()
        else:
            total += row
    return total / len(x)
