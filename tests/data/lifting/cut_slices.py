"""Slices whose length differs, and what meets them."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(3 * n + 4), "lags": n + 2})
def autocorrelation(x, lags):
    n = len(x)
    out = torch.zeros(lags)
    for k in range(lags):
        out[k] = (x[: n - k] * x[k:]).sum() / n
    return out


@sized(lambda n: {"x": torch.randn(3 * n + 4), "y": torch.randn(3 * n + 4), "lags": n + 2})
def cross_correlation(x, y, lags):
    out = []
    for lag in range(1, lags):
        out.append(torch.dot(x[:-lag], y[lag:]) / (len(x) - lag))
    return torch.stack(out)


@sized(lambda n: {"positions": torch.randn(n + 3, 3)})
def mean_squared_displacement(positions):
    n = positions.shape[0]
    msd = torch.zeros(n)
    for lag in range(n):
        moved = positions[lag:] - positions[: n - lag]
        msd[lag] = (moved**2).sum(dim=1).mean()
    return msd


@sized(lambda n: {"x": torch.randn(3, 2 * n + 4), "lags": n + 2})
def autocorrelation_of_channels(x, lags):
    n = x.shape[1]
    out = torch.zeros(x.shape[0], lags)
    for k in range(lags):
        out[:, k] = (x[:, : n - k] * x[:, k:]).sum(dim=1)
    return out


@sized(lambda n: {"rewards": torch.randn(n + 3), "gamma": 0.9})
def discounted_rest(rewards, gamma):
    T = len(rewards)
    returns = torch.zeros(T)
    for t in range(T):
        weights = gamma ** torch.arange(T - t)
        returns[t] = (weights * rewards[t:]).sum()
    return returns


@sized(lambda n: {"rewards": torch.randn(n + 3), "gamma": 0.9, "horizon": 4})
def discounted_horizon(rewards, gamma, horizon):
    targets = []
    for t in range(len(rewards)):
        chunk = rewards[t : t + horizon]
        discounts = gamma ** torch.arange(len(chunk), dtype=torch.float32)
        targets.append((discounts * chunk).sum())
    return torch.stack(targets)


@sized(lambda n: {"x": torch.randn(n + 3, 6), "k": 5})
def extrema_ahead(x, k):
    out = []
    for i in range(x.shape[0]):
        out.append(x[i : i + k].max(dim=0).values)
    return torch.stack(out)


@sized(lambda n: {name: torch.randn(n + 2, 4) for name in "qkv"})
def causal_attention(q, k, v):
    T, d = q.shape
    out = torch.zeros_like(q)
    for t in range(T):
        scores = q[t] @ k[: t + 1].T / d**0.5
        weights = torch.softmax(scores, dim=-1)
        out[t] = weights @ v[: t + 1]
    return out


@sized(lambda n: {name: torch.randn(2, n + 2, 4) for name in "qkv"})
def causal_attention_of_batch(q, k, v):
    outs = []
    for t in range(q.size(1)):
        scores = q[:, t : t + 1] @ k[:, : t + 1].transpose(1, 2) / q.size(-1) ** 0.5
        outs.append(torch.softmax(scores, dim=-1) @ v[:, : t + 1])
    return torch.cat(outs, dim=1)


@sized(lambda n: {"x": torch.randn(n + 2, 4), "w": torch.randn(n + 2)})
def weighted_beginnings(x, w):
    rows = []
    for i in range(1, len(x) + 1):
        rows.append(w[:i] @ x[:i])
    return torch.stack(rows)


@sized(lambda n: {"logits": torch.randn(n, 7), "lens": torch.arange(n) % 7 + 1})
def best_and_entropy(logits, lens):
    best = torch.zeros(len(logits), dtype=torch.long)
    entropy = torch.zeros(len(logits))
    for i in range(len(logits)):
        row = logits[i, : lens[i]]
        p = torch.softmax(row, dim=0)
        entropy[i] = -(p * p.log()).sum()
        best[i] = row.argmax()
    return best, entropy


@sized(lambda n: {"x": torch.randn(n + 3), "w": 4})
def trailing_means(x, w):
    out = torch.empty_like(x)
    for t in range(len(x)):
        out[t] = x[max(0, t - w + 1) : t + 1].mean()
    return out


@sized(lambda n: {"x": torch.randn(n + 3, 2), "k": 2})
def less_local_mean(x, k):
    out = torch.zeros_like(x)
    n = x.shape[0]
    for i in range(n):
        lo = max(0, i - k)
        hi = min(n, i + k + 1)
        out[i] = x[i] - x[lo:hi].mean(dim=0)
    return out


@sized(lambda n: {"loud": torch.arange(n + 5) % 4 == 0, "hang": 2})
def hangover(loud, hang):
    speech = torch.zeros(len(loud), dtype=torch.bool)
    for f in range(len(loud)):
        start = max(0, f - hang)
        speech[f] = loud[start : f + 1].any()
    return speech


@sized(
    lambda n: {
        "q": torch.randn(2, n + 2, 4),
        "k": torch.randn(2, n + 2, 4),
        "v": torch.randn(2, n + 2, 4),
        "w": 2,
    }
)
def attention_to_neighbours(q, k, v, w):
    batch, n, d = q.shape
    out = torch.zeros_like(q)
    for b in range(batch):
        for i in range(n):
            lo = max(0, i - w)
            hi = min(n, i + w + 1)
            scores = k[b, lo:hi] @ q[b, i] / d**0.5
            attn = torch.softmax(scores, dim=0)
            out[b, i] = (attn.unsqueeze(-1) * v[b, lo:hi]).sum(dim=0)
    return out


@sized(lambda n: {"past": torch.randn(3, n + 1, 4), "queries": torch.randn(3, 5, 4)})
def every_query_of_a_batch(past, queries):
    rows = []
    for b in range(len(past)):
        for j in range(queries.shape[1]):
            rows.append(past[b] @ queries[b, j])
    return torch.stack(rows)


@sized(
    lambda n: {
        "a": torch.randn(5, n + 1, 3),
        "b": torch.randn(5, n + 1, 3),
        "lengths": torch.randint(1, n + 2, (5,)),
    }
)
def losses_up_to_each_length(a, b, lengths):
    loss = 0
    for i in range(len(a)):
        n = lengths[i].item()
        loss += torch.nn.functional.l1_loss(a[i, :n], b[i, :n])
    return loss / len(a)


@sized(lambda n: {"clips": torch.randn(3, 3 * n + 4), "lags": n + 2})
def autocorrelation_of_clips(clips, lags):
    n = clips.shape[1]
    found = [(clips[:, : n - lag] * clips[:, lag:]).sum(dim=1) for lag in range(lags)]
    found = torch.stack(found, dim=1)
    return found / found[:, :1]


@sized(lambda n: {"w": torch.randn(4 * n + 3), "size": 4})
def quantized_in_blocks(w, size):
    codes, scales = [], []
    for start in range(0, len(w), size):
        block = w[start : start + size]
        step = block.abs().max() / 127
        if step == 0:
            step = torch.ones(())
        codes.append(torch.round(block / step).to(torch.int8))
        scales.append(step)
    return torch.cat(codes), torch.stack(scales)


@sized(lambda n: {"x": torch.randn(n, 6, 2), "lengths": torch.randint(0, 7, (n,))})
def rows_without_padding(x, lengths):
    kept = [rows[:k] for rows, k in zip(x, lengths.tolist())]
    return torch.cat(kept)
