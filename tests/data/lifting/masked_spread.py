"""Variance and deviation of slices and selections whose length differs."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 12), "keep": torch.rand(n, 12) > 0.4})
def deviations_where_kept(x, keep):
    out = torch.ones(len(x))
    for b in range(len(x)):
        kept = x[b][keep[b]]
        if kept.numel() > 1:
            out[b] = kept.std().clamp(min=0.1)
    return out


@sized(
    lambda n: {
        "series": torch.randn(n, 9, 4, dtype=torch.float64),
        "lens": torch.randint(2, 10, (n,)),
    }
)
def variances_of_steps(series, lens):
    out = torch.zeros(len(series), 4, dtype=torch.float64)
    for i in range(len(series)):
        out[i] = series[i, : lens[i]].var(dim=0)
    return out


@sized(lambda n: {"price": torch.randn(n + 2)})
def expanding_deviation(price):
    out = []
    for t in range(1, len(price)):
        out.append(price[: t + 1].std(unbiased=False))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 7, requires_grad=True), "lens": torch.randint(0, 8, (n,))})
def deviation_with_gradient(x, lens):
    out = torch.ones(len(x))
    for i, m in enumerate(lens):
        if m > 1:
            out[i] = x[i, :m].std()
    return out
