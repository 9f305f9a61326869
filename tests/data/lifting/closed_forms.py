"""What follows from the number of the iteration, and loops that are left at a test."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n), "gamma": 0.9})
def fading_items(x, gamma):
    out = torch.zeros(len(x))
    w = 2.0
    for i in range(len(x)):
        out[i] = x[i] * w
        w = w * gamma
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def faded_before_it_is_read(x):
    out = []
    w = 1
    for row in x:
        w *= 0.99
        out.append(row * w)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "gamma": 0.9})
def average_of_fading_items(x, gamma):
    total, w, weights = 0.0, 1.0, 0.0
    for v in x:
        total = total + w * v
        weights += w
        w *= gamma
    return total / weights, w


@sized(lambda n: {"r": torch.randn(n + 4), "n": 4, "gamma": 0.9})
def discounted_windows(r, n, gamma):
    out = torch.zeros(len(r) - n)
    for t in range(len(r) - n):
        total, discount = 0.0, 1.0
        for k in range(n):
            total = total + discount * r[t + k]
            discount *= gamma
        out[t] = total
    return out


@sized(lambda n: {"x": torch.randn(n), "stop": torch.rand(n) < 0.3})
def sum_with_the_last(x, stop):
    total = 0.0
    for v, last in zip(x, stop):
        total = total + v
        if last:
            break
    return total


@sized(lambda n: {"x": torch.rand(n, 6), "limit": 0.8})
def most_until_it_is_too_much(x, limit):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        best = 0.0
        for j in range(x.shape[1]):
            best = max(best, x[i, j] ** 2)
            if x[i, j] > limit:
                break
        out[i] = best
    return out


@sized(
    lambda n: {
        "rewards": torch.randn(n + 5),
        "dones": torch.rand(n + 5) < 0.2,
        "values": torch.randn(n + 5),
        "n": 5,
        "gamma": 0.9,
    }
)
def n_step_targets(rewards, dones, values, n, gamma):
    targets = torch.zeros(len(rewards) - n)
    for t in range(len(rewards) - n):
        total, discount = 0.0, 1.0
        for k in range(n):
            total = total + discount * rewards[t + k]
            discount *= gamma
            if dones[t + k]:
                break
        else:
            total = total + discount * values[t + n]
        targets[t] = total
    return targets


@sized(lambda n: {"x": torch.randn(n)})
def alternating_sum(x):
    sign = 1
    total = 0.0
    for v in x:
        total = total + sign * v
        sign = -sign
    return total


@sized(lambda n: {"x": torch.randn(n, 4)})
def every_other_row_turned(x):
    out = torch.zeros_like(x)
    forth = True
    for i in range(len(x)):
        if forth:
            out[i] = x[i]
        else:
            out[i] = x[i].flip(0)
        forth = not forth
    return out


@sized(lambda n: {"counts": torch.randint(1, 6, (n,))})
def runs_of_zeros_and_ones(counts):
    flat = torch.zeros(int(counts.sum()), dtype=torch.uint8)
    at, value = 0, 0
    for run in counts.tolist():
        flat[at : at + run] = value
        at += run
        value = 1 - value
    return flat


@sized(lambda n: {"a": torch.randint(0, 4, (n + 1,)), "b": torch.randint(0, 4, (9,))})
def pairs_found_in_the_other(a, b):
    hits = 0
    for i in range(len(a) - 1):
        for j in range(len(b) - 1):
            if a[i] == b[j] and a[i + 1] == b[j + 1]:
                hits += 1
                break
    return hits


@sized(lambda n: {"x": torch.randn(n), "steps": torch.randn(7)})
def first_steps_that_reach(x, steps):
    total = torch.tensor(0.0)
    for v in x:
        for k, step in enumerate(steps):
            if step > v:
                total = total + step * (k + 1)
                break
    return total


@sized(lambda n: {"x": torch.randn(n, 3), "m": n})
def repeated_inside(x, m):
    total = torch.zeros(())
    for i in range(len(x)):
        for j in range(1, m - 1):
            total += x[i].sum() * 2
    return total
