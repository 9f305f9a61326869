"""Running statistics, and values that are kept: what a step makes of more than one number."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def above_running_mean(x):
    total = 0.0
    count = 0
    for i in range(len(x)):
        total = total + x[i]
        if x[i] > total / (i + 1):
            count += 1
    return count


@sized(
    lambda n: {
        "tp": torch.randint(0, 3, (n,)).float(),
        "fp": torch.randint(0, 3, (n,)).float(),
        "thresholds": torch.rand(n),
    }
)
def threshold_of_best_precision(tp, fp, thresholds):
    best, best_t = 0.0, 0.5
    for i in range(len(tp)):
        p = tp[i] / (tp[i] + fp[i])
        if p > best:
            best = p
            best_t = thresholds[i]
    return best, best_t


@sized(lambda n: {"x": torch.randn(n) - 3})
def place_of_the_greatest_above_zero(x):
    best, at = 0.0, -1
    for i, v in enumerate(x):
        if v > best:
            best = v
            at = i
    return at


@sized(lambda n: {"x": torch.randn(n), "a": 0.9})
def deviations_from_a_moving_average(x, a):
    m = torch.zeros(())
    out = torch.empty_like(x)
    for i in range(len(x)):
        m = a * m + (1 - a) * x[i]
        out[i] = (x[i] - m) ** 2
    return out


@sized(lambda n: {"x": torch.randn(n + 2), "alpha": 0.1})
def smoothed_towards(x, alpha):
    ema = torch.zeros(())
    out = []
    for v in x:
        ema = ema + alpha * (v - ema)
        out.append(ema)
    return torch.stack(out)


@sized(lambda n: {"stream": torch.randn(n + 2, 3)})
def running_mean_and_spread(stream):
    mean = torch.zeros(stream.shape[1])
    m2 = torch.zeros(stream.shape[1])
    means, variances = [], []
    for count, x in enumerate(stream, start=1):
        delta = x - mean
        mean = mean + delta / count
        m2 = m2 + delta * (x - mean)
        means.append(mean)
        variances.append(m2 / count)
    return torch.stack(means), torch.stack(variances)


@sized(lambda n: {"relevant": torch.arange(2 * n + 3) % 3 == 1})
def average_precision(relevant):
    hits, total = 0, 0.0
    for rank, good in enumerate(relevant):
        if good:
            hits += 1
            total += hits / (rank + 1)
    return total / hits


@sized(
    lambda n: {"scores": torch.randn(n, 6), "relevant": torch.arange(6 * n).view(n, 6) % 3 == 1}
)
def average_precisions(scores, relevant):
    out = []
    for s, r in zip(scores, relevant):
        order = torch.argsort(s, descending=True)
        hits, total = 0, 0.0
        for rank, good in enumerate(r[order]):
            if good:
                hits += 1
                total += hits / (rank + 1)
        out.append(total / hits)
    return torch.tensor(out)


@sized(lambda n: {"x": torch.where(torch.arange(2 * n + 2) % 3 == 1, float("nan"), 1.5)})
def filled_forward_in_place(x):
    filled = x.clone()
    last = torch.tensor(0.0)
    for t in range(len(filled)):
        if torch.isnan(filled[t]):
            filled[t] = last
        else:
            last = filled[t]
    return filled


@sized(lambda n: {"x": torch.where(torch.arange(2 * n + 2) % 3 == 1, float("nan"), 1.5)})
def filled_forward(x):
    out = []
    last = torch.tensor(0.0)
    for v in x:
        if not torch.isnan(v):
            last = v
        out.append(last)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 2, 3), "ok": torch.arange(n + 2) % 3 != 0})
def latest_rows(x, ok):
    out = torch.empty_like(x)
    row = torch.zeros(3)
    for i in range(len(x)):
        if ok[i]:
            row = x[i]
        out[i] = row
    return out


@sized(lambda n: {"x": torch.randn(n + 2)})
def since_the_last_peak(x):
    last = -1
    gaps = []
    for i in range(len(x)):
        if x[i] > 0.3:
            last = i
        gaps.append(i - last)
    return torch.tensor(gaps), last


@sized(lambda n: {"readings": torch.where(torch.rand(n + 4, 3) < 0.4, float("nan"), 2.5)})
def filled_forward_by_column(readings):
    filled = readings.clone()
    steps, channels = filled.shape
    for c in range(channels):
        last = torch.tensor(0.0)
        for t in range(steps):
            if torch.isnan(filled[t, c]):
                filled[t, c] = last
            else:
                last = filled[t, c]
    return filled
