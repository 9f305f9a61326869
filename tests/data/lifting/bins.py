"""Values belong to bins between sorted edges."""

import torch
from sized import sized


@sized(
    lambda n: {
        "conf": torch.rand(9 * n),
        "hit": torch.arange(9 * n) % 3 == 0,
        "low": torch.linspace(0, 1, 6)[:-1],
        "high": torch.linspace(0, 1, 6)[1:],
    }
)
def calibration_error(conf, hit, low, high):
    error = torch.zeros(1)
    for lo, hi in zip(low, high):
        inside = conf.gt(lo.item()) * conf.le(hi.item())
        share = inside.float().mean()
        if share.item() > 0:
            error += (conf[inside].mean() - hit[inside].float().mean()).abs() * share
    return error


@sized(
    lambda n: {"x": torch.randn(9 * n), "w": torch.rand(9 * n), "edges": torch.linspace(-2, 2, 8)}
)
def totals_between_edges(x, w, edges):
    totals = torch.zeros(len(edges) - 1)
    for k in range(len(edges) - 1):
        totals[k] = w[(x >= edges[k]) & (x < edges[k + 1])].sum()
    return totals


@sized(lambda n: {"p": torch.rand(6 * n, 4), "edges": torch.linspace(0, 1, 6)})
def counts_of_each_column(p, edges):
    counts = torch.zeros(p.shape[1], len(edges) - 1)
    for c in range(p.shape[1]):
        for b in range(1, len(edges)):
            inside = torch.logical_and(p[:, c] > edges[b - 1], p[:, c] <= edges[b])
            counts[c, b - 1] = inside.sum()
    return counts


@sized(
    lambda n: {"x": torch.randn(9 * n), "v": torch.rand(9 * n), "edges": torch.linspace(-2, 2, 8)}
)
def edges_that_belong_to_both_bins(x, v, edges):
    means = []
    for k in range(len(edges) - 1):
        inside = (x >= edges[k]) & (x <= edges[k + 1])
        means.append((v * inside).sum())
    return torch.stack(means)


@sized(lambda n: {"x": torch.randn(n + 2), "bins": 4})
def histogram_between_extremes(x, bins):
    low, high = x.min(), x.max()
    counts = torch.zeros(bins)
    for v in x:
        b = int((v - low) / (high - low) * bins)
        if b == bins:
            b = bins - 1
        counts[b] += 1
    return counts
