"""Items that meet those before and behind them."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n + 6), "k": torch.randn(3)})
def correlated(x, k):
    out = torch.zeros(len(x) - 2)
    for i in range(len(out)):
        for j in range(3):
            out[i] += x[i + j] * k[j]
    return out


@sized(lambda n: {"x": torch.randn(n + 2)})
def differences(x):
    d = []
    for i in range(1, len(x)):
        d.append(x[i] - x[i - 1])
    return torch.stack(d)


@sized(lambda n: {"x": torch.randn(n), "start": 0.0})
def moved_by_one(x, start):
    out = torch.empty_like(x)
    for i in range(len(x)):
        if i == 0:
            out[i] = start
        else:
            out[i] = x[i - 1]
    return out


@sized(lambda n: {"x": torch.randn(n + 2, n + 2)})
def means_of_neighbours(x):
    out = x.clone()
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j] + x[i + 1, j] + x[i, j - 1] + x[i, j + 1]) / 4
    return out


@sized(lambda n: {"x": torch.randn(2 * n, 3), "w": torch.randn(2 * n, 3)})
def two_items_at_once(x, w):
    out = []
    for a, b in zip(x[::2], w[1::2]):
        out.append(a * b)
    return torch.stack(out)


@sized(lambda n: {"u": torch.rand(n + 2), "old": torch.rand(n + 2), "alpha": 0.2})
def stencil_into_another(u, old, alpha):
    for i in range(1, len(old) - 1):
        u[i] = old[i] + alpha * (old[i + 1] - 2 * old[i] + old[i - 1])
    return u


@sized(
    lambda n: {
        "values": torch.randn(n, 2),
        "rewards": torch.randn(n, 2),
        "dones": (torch.rand(n, 2) < 0.2).float(),
        "last_value": torch.randn(2),
    }
)
def advantages_with_a_last_value(values, rewards, dones, last_value):
    T = rewards.shape[0]
    adv = torch.zeros_like(rewards)
    last = 0
    for t in reversed(range(T)):
        if t == T - 1:
            nextvalues = last_value
        else:
            nextvalues = values[t + 1]
        nonterminal = 1.0 - dones[t]
        delta = rewards[t] + 0.99 * nextvalues * nonterminal - values[t]
        adv[t] = last = delta + 0.99 * 0.95 * nonterminal * last
    return adv


@sized(lambda n: {"values": torch.randn(n), "rewards": torch.randn(n)})
def next_value_or_zero(values, rewards):
    out = torch.empty_like(rewards)
    for t in range(len(rewards)):
        nxt = values[t + 1] if t + 1 < len(values) else 0.0
        out[t] = rewards[t] + 0.9 * nxt - values[t]
    return out


@sized(lambda n: {"rewards": torch.randn(n), "values": torch.randn(n)})
def two_steps_ahead(rewards, values):
    T = len(rewards)
    out = torch.zeros(T)
    for t in range(T):
        g = rewards[t]
        if t + 2 < T:
            g = g + 0.9 * values[t + 2]
        out[t] = g
    return out


@sized(lambda n: {"x": torch.randn(n)})
def smoothed_with_repeated_edges(x):
    n = len(x)
    out = torch.zeros(n)
    for i in range(n):
        left = x[i - 1] if i > 0 else x[0]
        right = x[i + 1] if i < n - 1 else x[n - 1]
        out[i] = (left + x[i] + right) / 3
    return out


@sized(lambda n: {"x": torch.randn(n)})
def differences_from_zero(x):
    res = []
    for i, v in enumerate(x):
        if i == 0:
            prev = torch.tensor(0.0)
        else:
            prev = x[i - 1]
        res.append(v - prev)
    return torch.stack(res)


@sized(lambda n: {"series": torch.randn(2 * n + 9, 3), "history": 4, "horizon": 3, "col": 1})
def histories_and_what_follows(series, history, horizon, col):
    xs, ys = [], []
    for start in range(0, len(series) - history - horizon + 1, 2):
        stop = start + history
        xs.append(series[start:stop])
        ys.append(series[stop : stop + horizon, col])
    return torch.stack(xs), torch.stack(ys)
