"""Loops that are left at a test on what they have summed up so far."""

import torch
from sized import sized


@sized(lambda n: {"masses": torch.rand(n) + 0.01, "draws": torch.rand(n + 2)})
def wheel_of_fortune(masses, draws):
    total = masses.sum()
    picked = []
    for u in draws:
        target = u * total
        running = 0.0
        for index, mass in enumerate(masses):
            running = running + mass
            if running >= target:
                break
        picked.append(index)
    return torch.tensor(picked)


class Sampler:
    def __init__(self, weights):
        self.weights = weights

    def draw(self, uniform):
        return drawn(self, uniform)


@sized(lambda n: {"self": Sampler(torch.rand(n)), "uniform": torch.rand(7)})
def drawn(self, uniform):
    found, values = [], []
    for r in uniform:
        acc = 0.0
        for k in range(len(self.weights)):
            acc += self.weights[k]
            if acc > r:
                break
        found.append(k)
        values.append(self.weights[k] * acc)
    return torch.tensor(found), torch.stack(values)


@sized(lambda n: {"probs": torch.randn(n, 6).softmax(1), "noise": torch.rand(n)})
def token_of_each_row(probs, noise):
    ids = []
    for row, r in zip(probs, noise):
        acc = 0.0
        chosen = len(row) - 1
        for k, q in enumerate(row):
            acc = acc + q
            if r < acc:
                chosen = k
                break
        ids.append(chosen)
    return torch.tensor(ids)


@sized(lambda n: {"steps": torch.randn(n, 9), "limit": 1.5})
def where_each_walk_leaves(steps, limit):
    out = []
    for walk in steps:
        place = 0.0
        for step in walk:
            place = place + step
            if abs(place) > limit:
                break
        out.append(place * step)
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n), "budget": 0.3 * n})
def place_and_sum_at_the_budget(x, budget):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
        if total > budget:
            break
    return i, total


@sized(lambda n: {"share": torch.rand(n).sort(descending=True).values, "enough": 0.9})
def components_that_explain_enough(share, enough):
    whole = share.sum()
    explained = 0.0
    count = 0
    for part in share:
        explained = explained + part
        count += 1
        if explained / whole >= enough:
            break
    return count


@sized(lambda n: {"factors": 0.5 + torch.rand(n), "low": 0.4})
def shrunk_until_low(factors, low):
    scale = 1.0
    steps = 0
    for f in factors:
        scale = scale * f
        steps += 1
        if scale < low:
            break
    return steps, scale


@sized(lambda n: {"x": torch.randn(n), "target": 0.8})
def first_best_above_the_target(x, target):
    best = x[0]
    for epoch in range(len(x)):
        best = torch.maximum(best, x[epoch])
        if best > target:
            break
    return epoch, best


@sized(lambda n: {"x": torch.randn(n), "wanted": 3})
def place_of_the_third_positive(x, wanted):
    seen = 0
    where = -1
    for i in range(len(x)):
        if x[i] > 0:
            seen += 1
            if seen == wanted:
                where = i
                break
    return where


@sized(lambda n: {"probs": torch.rand(n).softmax(0), "top": 0.7})
def nucleus(probs, top):
    order = torch.argsort(probs, descending=True)
    kept = []
    mass = 0.0
    for token in order:
        kept.append(token)
        mass = mass + probs[token]
        if mass >= top:
            break
    return torch.stack(kept)


@sized(lambda n: {"loads": torch.rand(n), "capacity": 0.3 * n})
def totals_until_full(loads, capacity):
    totals = []
    load = 0.0
    for item in loads:
        load = load + item
        totals.append(load)
        if load > capacity:
            break
    return torch.stack(totals)


@sized(lambda n: {"x": torch.rand(n), "cap": 0.3 * n})
def stored_until_full(x, cap):
    out = torch.zeros(len(x))
    total = 0.0
    for i in range(len(x)):
        total = total + x[i]
        out[i] = total
        if total > cap:
            break
    return out


@sized(lambda n: {"cost": torch.rand(n), "budget": 0.3 * n})
def items_within_the_budget(cost, budget):
    spent = 0.0
    n = 0
    for c in cost:
        if spent + c > budget:
            break
        spent += c
        n += 1
    return n, spent


@sized(lambda n: {"costs": torch.rand(n, 8), "budget": 2.0})
def items_of_each_within_the_budget(costs, budget):
    fits = torch.zeros(len(costs), dtype=torch.long)
    for b, row in enumerate(costs):
        spent = 0.0
        k = 0
        while k < len(row) and spent + row[k] <= budget:
            spent += row[k]
            k += 1
        fits[b] = k
    return fits


@sized(lambda n: {"cost": torch.rand(n) + 0.5, "budget": 0.5 * n})
def bought_until_spent(cost, budget):
    spent = 0.0
    k = 0
    while spent < budget:
        spent += cost[k]
        k += 1
    return k


@sized(lambda n: {"cost": torch.rand(n), "budget": 0.7 * n})
def bought_while_there_are_any(cost, budget):
    spent = 0.0
    k = 0
    while spent < budget and k < len(cost):
        spent += cost[k]
        k += 1
    return k, spent


@sized(lambda n: {"drift": torch.randn(n), "limit": 2.0})
def alarm_or_none(drift, limit):
    level = 0.0
    for i, v in enumerate(drift):
        level = level + v
        if abs(level) > limit:
            at = i
            break
    else:
        at = -1
    return at


@sized(lambda n: {"x": torch.rand(n)})
def adds_until_it_breaks(x):
    total = torch.tensor(0.0)
    for v in x:
        total = total + v
        if total > 1:
            break
    return total


@sized(lambda n: {"x": torch.rand(n), "limit": 0.3 * n})
def last_item_that_was_added(x, limit):
    level = 0.0
    for v in x:
        twice = v * 2
        level += twice
        if level > limit:
            break
    return twice, level


@sized(lambda n: {"x": torch.rand(n), "limit": 0.2 * n})
def summed_from_behind(x, limit):
    tail = 0.0
    for k in range(len(x) - 1, -1, -1):
        tail += x[k]
        if tail > limit:
            break
    return k


@sized(lambda n: {"x": torch.rand(n), "limit": 0.4 * n, "most": 9})
def left_by_either_test(x, limit, most):
    total = 0.0
    for k, v in enumerate(x):
        total = total + v
        if total > limit:
            break
        if k >= most:
            break
    return k, total


@sized(lambda n: {"x": torch.rand(n), "limit": 1.2})
def smoothed_until_the_limit(x, limit):
    level = 0.0
    for i, v in enumerate(x):
        level = 0.5 * level + v
        if level > limit:
            break
    return i


@sized(lambda n: {"x": torch.rand(n, 7), "wanted": torch.rand(n)})
def steps_of_each_to_its_own(x, wanted):
    taken = torch.zeros(len(x))
    for b in range(len(x)):
        way = 0.0
        steps = 0
        for j in range(x.shape[1]):
            way = way + x[b, j]
            steps += 1
            if way >= wanted[b]:
                break
        taken[b] = steps
    return taken
