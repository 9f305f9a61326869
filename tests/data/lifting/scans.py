"""Each step goes on from the last one."""

import torch
from sized import sized


@sized(lambda n: {"rewards": torch.randn(n), "values": torch.randn(n + 1), "gamma": 0.99})
def advantages(rewards, values, gamma):
    adv = torch.zeros_like(rewards)
    last = 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * values[t + 1] - values[t]
        last = delta + gamma * 0.95 * last
        adv[t] = last
    return adv


@sized(lambda n: {"rewards": list(torch.randn(n)), "gamma": 0.9})
def returns_inserted_in_front(rewards, gamma):
    returns = []
    G = 0
    for rew in reversed(rewards):
        G = rew + gamma * G
        returns.insert(0, G)
    return torch.stack(returns)


@sized(lambda n: {"rew": torch.randn(n), "done": (torch.rand(n) > 0.8).float(), "gamma": 0.9})
def returns_until_done(rew, done, gamma):
    out = torch.zeros_like(rew)
    run = 0.0
    for t in range(len(rew) - 1, -1, -1):
        run = rew[t] + gamma * run * (1 - done[t])
        out[t] = run
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "beta": 0.9})
def moving_average(x, beta):
    m = torch.zeros(x.shape[1])
    out = []
    for row in x:
        m = beta * m + (1 - beta) * row
        out.append(m.clone())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1), "alpha": 0.3})
def filtered_in_its_array(x, alpha):
    y = torch.zeros_like(x)
    y[0] = x[0]
    for t in range(1, len(x)):
        y[t] = alpha * x[t] + (1 - alpha) * y[t - 1]
    return y


@sized(lambda n: {"x": torch.randn(n), "a": torch.rand(n)})
def gated(x, a):
    h = torch.tensor(0.5)
    out = torch.zeros_like(x)
    for t in range(len(x)):
        h = a[t] * h + x[t]
        out[t] = h
    return out


@sized(lambda n: {"x": torch.randn(n + 1), "a": 0.7})
def smoothed_from_the_first(x, a):
    state = None
    out = []
    for v in x:
        if state is None:
            state = v
        else:
            state = a * state + (1 - a) * v
        out.append(state)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "a": 0.7})
def only_the_last_state(x, a):
    h = torch.zeros(())
    for v in x:
        h = a * h + v
    return h


@sized(lambda n: {"x": torch.randn(n)})
def running_sum(x):
    out = torch.zeros_like(x)
    total = 0
    for i in range(len(x)):
        total = total + x[i]
        out[i] = total
    return out


@sized(lambda n: {"x": torch.randn(n)})
def running_greatest(x):
    best = x[0]
    found = []
    for v in x:
        if v > best:
            best = v
        found.append(best)
    return torch.stack(found)


@sized(lambda n: {"x": torch.randn(n)})
def greatest_in_its_array(x):
    out = x.clone()
    for i in range(1, len(out)):
        if out[i] < out[i - 1]:
            out[i] = out[i - 1]
    return out


@sized(lambda n: {"x": torch.rand(n)})
def greatest_from_behind(x):
    out = x.clone()
    for i in range(len(out) - 2, -1, -1):
        out[i] = max(out[i], out[i + 1])
    return out


@sized(lambda n: {"betas": torch.rand(n) * 0.1})
def running_product(betas):
    kept = []
    prod = 1.0
    for b in betas:
        prod = prod * (1 - b)
        kept.append(prod)
    return torch.stack(kept)


@sized(lambda n: {"counts": torch.randint(0, 5, (n,))})
def where_each_begins(counts):
    starts = torch.zeros_like(counts)
    total = 0
    for i in range(len(counts)):
        starts[i] = total
        total += counts[i]
    return starts


@sized(lambda n: {"x": torch.randn(n, 6)})
def running_sum_of_each_row(x):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        s = 0.0
        for j in range(x.shape[1]):
            s += x[i, j]
            out[i, j] = s
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def sum_written_into_its_array(x):
    out = torch.zeros(len(x) + 1, 3)
    for t in range(len(x)):
        out[t + 1] = out[t] + x[t]
    return out


@sized(lambda n: {"mats": torch.randn(n, 3, 3) / 2})
def products_so_far(mats):
    P = torch.eye(3)
    out = []
    for m in mats:
        P = m @ P
        out.append(P)
    return torch.stack(out)


@sized(lambda n: {"mats": torch.randn(n, 3, 3) / 2, "frame": torch.randn(3, 3)})
def frames_along_a_chain(mats, frame):
    out = []
    for m in mats:
        frame = frame @ m
        out.append(frame)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def running_logsumexp(x):
    total = torch.tensor(float("-inf"))
    out = []
    for v in x:
        total = torch.logaddexp(total, v)
        out.append(total)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def fibonacci_like_shift(x):
    for i in range(len(x) - 1):
        x[i] = x[i + 1]
    return x


@sized(lambda n: {"x": torch.randn(n, 2), "a": torch.rand(n)})
def gated_rows(x, a):
    h = torch.zeros(2)
    out = []
    for t in range(len(x)):
        h = a[t] * h + x[t]
        out.append(h)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "state": None, "a": 0.5})
def state_from_a_caller(x, state, a):
    out = []
    for v in x:
        if state is None:
            state = v
        else:
            state = a * state + v
        out.append(state)
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n) + 0.5})
def sums_from_behind(x):
    out = x.clone()
    for i in range(len(x) - 2, -1, -1):
        out[i] = out[i] + out[i + 1]
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def sums_along_rows(x):
    out = torch.zeros(len(x), 4)
    out[:, 0] = x[:, 0]
    for i in range(len(x)):
        for j in range(1, 4):
            out[i, j] = out[i, j - 1] + x[i, j]
    return out


@sized(lambda n: {"x": torch.randn(n)})
def before_and_after(x):
    total = torch.tensor(0.0)
    out = []
    for v in x:
        out.append(total)
        total = total + v
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "a": 0.5, "b": 0.25})
def scaled_sum_then_scaled(x, a, b):
    h = torch.tensor(1.0)
    for v in x:
        h = (h + v) * a
        h = h - b
    return h


@sized(lambda n: {"x": torch.randn(n)})
def greatest_by_method(x):
    top = torch.tensor(-9.0)
    out = []
    for v in x:
        top = torch.maximum(top, v)
        out.append(top)
    return torch.stack(out)


@sized(lambda n: {"equity": 100 + torch.randn(n).cumsum(0)})
def greatest_drawdown(equity):
    peak = equity[0]
    worst = torch.zeros((), dtype=equity.dtype)
    worst_at = 0
    i = 0
    while i < len(equity):
        if equity[i] > peak:
            peak = equity[i]
        dd = (peak - equity[i]) / peak
        if dd > worst:
            worst = dd
            worst_at = i
        i += 1
    return worst, worst_at


@sized(lambda n: {"prices": 100 + torch.randn(n).cumsum(0)})
def best_trade(prices):
    low = prices[0]
    best = torch.tensor(0.0)
    for p in prices[1:]:
        best = torch.maximum(best, p - low)
        low = torch.minimum(low, p)
    return best


@sized(lambda n: {"alphas": 0.02 * torch.rand(4, n), "rgb": torch.rand(4, n, 3)})
def rendered_rays(alphas, rgb):
    n_rays, n_samples = alphas.shape
    transmittance = torch.ones(n_rays, device=alphas.device)
    weights = torch.empty_like(alphas)
    color = torch.zeros(n_rays, 3)
    for s in range(n_samples):
        weights[:, s] = transmittance * alphas[:, s]
        color.add_(weights[:, s, None] * rgb[:, s])
        transmittance.mul_(1.0 - alphas[:, s])
    return color, weights


@sized(lambda n: {"sigma": torch.rand(n), "rgb": torch.rand(n, 3), "delta": 0.1})
def composited_samples(sigma, rgb, delta):
    T = torch.tensor(1.0)
    color = torch.zeros(3)
    for i in range(len(sigma)):
        alpha = 1 - torch.exp(-sigma[i] * delta)
        color += T * alpha * rgb[i]
        T = T * (1 - alpha)
    return color, T


@sized(lambda n: {"x": torch.randn(n, 3)})
def mean_and_spread_so_far(x):
    mean = torch.zeros(3)
    spread = torch.zeros(3)
    for i in range(len(x)):
        d = x[i] - mean
        mean = mean + d / (i + 1)
        spread = spread + d * (x[i] - mean)
    return mean, spread / len(x)


@sized(lambda n: {"c": torch.randn(n), "x": torch.rand(4)})
def horner(c, x):
    y = torch.zeros_like(x)
    for k in reversed(range(len(c))):
        y = y * x + c[k]
    return y


@sized(lambda n: {"x": torch.randn(n)})
def products_of_what_is_not_skipped(x):
    s = torch.tensor(1.0)
    out = []
    for v in x:
        if v > 3:
            continue
        s = s * v
        out.append(s)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def sums_beside_what_is_skipped(x):
    s = torch.tensor(0.0)
    out = torch.zeros(len(x))
    for i in range(len(x)):
        if x[i] < 0:
            continue
        s = s + x[i]
        out[i] = s
    return out
