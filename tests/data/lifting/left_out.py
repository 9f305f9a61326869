"""All items but some: what lies around a place."""

import torch
from sized import sized
from torch.nn import functional as F


@sized(lambda n: {"x": torch.randn(n, dtype=torch.float64)})
def less_the_mean_of_the_others(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i] - torch.cat([x[:i], x[i + 1 :]]).mean()
    return out


@sized(lambda n: {"points": torch.randn(n, 3)})
def summed_distances_to_the_others(points):
    reach = []
    for k in range(points.shape[0]):
        others = torch.cat((points[:k], points[k + 1 :]), dim=0)
        reach.append((others - points[k]).norm(dim=1).sum())
    return torch.stack(reach)


@sized(lambda n: {"points": torch.randn(n + 1, 3)})
def distance_to_the_nearest_other(points):
    near = torch.empty(len(points))
    for k, p in enumerate(points):
        others = torch.cat([points[:k], points[k + 1 :]])
        near[k] = ((others - p) ** 2).sum(dim=1).min()
    return near


@sized(lambda n: {"sim": torch.randn(n, n, dtype=torch.float64), "groups": torch.arange(n) // 3})
def contrast_within_groups(sim, groups):
    loss, used = 0.0, 0
    for i in range(len(sim)):
        rest = torch.cat([sim[i, :i], sim[i, i + 1 :]])
        same = torch.cat([groups[:i], groups[i + 1 :]]) == groups[i]
        if same.sum() == 0:
            continue
        log_prob = rest - torch.logsumexp(rest, dim=0)
        loss = loss - log_prob[same].mean()
        used += 1
    return loss / max(used, 1)


@sized(lambda n: {"scores": torch.randn(n, 6), "target": torch.arange(n) % 6})
def margin_to_the_best_other_class(scores, target):
    margins = []
    for row, t in zip(scores, target):
        others = torch.cat([row[:t], row[t + 1 :]])
        margins.append(row[t] - others.max())
    return torch.stack(margins)


@sized(lambda n: {"frames": torch.randn(n + 3, 4)})
def mean_without_a_frame_and_the_next(frames):
    out = []
    for t in range(len(frames) - 1):
        out.append(torch.cat([frames[:t], frames[t + 2 :]]).mean(0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 2)})
def share_of_the_others(x):
    out = torch.zeros(len(x) - 2)
    for i in range(1, len(x) - 1):
        out[i - 1] = F.softmax(torch.cat([x[:i], x[i + 1 :]]), dim=0).square().sum()
    return out
