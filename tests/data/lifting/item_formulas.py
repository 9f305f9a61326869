"""Formulas of the field, written out for one item."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sized import sized
from torch.utils.data import TensorDataset


@sized(lambda n: {"n": n, "d": 8})
def sinusoids(n, d):
    table = torch.zeros(n, d)
    for pos in range(n):
        for i in range(0, d, 2):
            table[pos, i] = math.sin(pos / (10000 ** (i / d)))
            table[pos, i + 1] = math.cos(pos / (10000 ** (i / d)))
    return table


@sized(lambda n: {"x": torch.randn(n, 6), "freqs": torch.rand(3)})
def rotary(x, freqs):
    out = torch.empty_like(x)
    for t in range(x.shape[0]):
        ang = t * freqs
        c, s = torch.cos(ang), torch.sin(ang)
        x1, x2 = x[t, 0::2], x[t, 1::2]
        out[t, 0::2] = x1 * c - x2 * s
        out[t, 1::2] = x1 * s + x2 * c
    return out


@sized(lambda n: {"start": torch.randn(4), "end": torch.randn(4), "n": n + 1})
def between(start, end, n):
    out = []
    for i in range(n):
        t = i / (n - 1)
        out.append((1 - t) * start + t * end)
    return torch.stack(out)


@sized(lambda n: {"mean": torch.randn(n), "std": torch.rand(n) + 0.1, "x": torch.randn(n)})
def normal_log_density(mean, std, x):
    lp = torch.zeros(len(x))
    for i in range(len(x)):
        z = (x[i] - mean[i]) / std[i]
        lp[i] = -0.5 * z**2 - torch.log(std[i]) - 0.5 * math.log(2 * math.pi)
    return lp


@sized(lambda n: {"images": torch.rand(n, 3, 4, 5)})
def luminance(images):
    out = torch.zeros(images.shape[0], images.shape[2], images.shape[3])
    for i in range(images.shape[0]):
        out[i] = 0.299 * images[i, 0] + 0.587 * images[i, 1] + 0.114 * images[i, 2]
    return out


@sized(
    lambda n: {"images": torch.rand(n, 3, 4, 5), "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}
)
def normalised_channels(images, mean, std):
    out = []
    for image in images:
        channels = []
        for c in range(3):
            channels.append((image[c] - mean[c]) / std[c])
        out.append(torch.stack(channels))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3, 4, 4), "lam": torch.rand(n), "order": torch.randperm(n)})
def mixed_up(x, lam, order):
    mixed = x.clone()
    for i in range(x.size(0)):
        mixed[i] = lam[i] * x[i] + (1 - lam[i]) * x[order[i]]
    return mixed


@sized(lambda n: {"rows": n, "columns": n + 1, "stride": 8.0, "sizes": [16.0, 32.0]})
def boxes_on_a_grid(rows, columns, stride, sizes):
    boxes = []
    for y in range(rows):
        for x in range(columns):
            for s in sizes:
                cx = (x + 0.5) * stride
                cy = (y + 0.5) * stride
                boxes.append([cx - s / 2, cy - s / 2, cx + s / 2, cy + s / 2])
    return torch.tensor(boxes)


@sized(lambda n: {"x": torch.randn(n), "degree": 9})
def powers(x, degree):
    columns = []
    for p in range(degree + 1):
        columns.append(x**p)
    return torch.stack(columns, dim=1)


@sized(lambda n: {"x": torch.randn(5), "freqs": torch.rand(n)})
def sines_and_cosines(x, freqs):
    feats = []
    for f in freqs:
        feats.append(torch.sin(f * x))
        feats.append(torch.cos(f * x))
    return torch.stack(feats, dim=-1)


@sized(lambda n: {"q": torch.randn(n, 4)})
def rotations_from_quaternions(q):
    out = []
    for w, x, y, z in q:
        row0 = torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)])
        row1 = torch.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)])
        row2 = torch.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)])
        out.append(torch.stack([row0, row1, row2]))
    return torch.stack(out)


@sized(lambda n: {"points": torch.randn(n, 2), "angles": torch.randn(n)})
def turned(points, angles):
    out = torch.zeros_like(points)
    for i in range(len(points)):
        c, s = torch.cos(angles[i]), torch.sin(angles[i])
        turn = torch.stack([torch.stack([c, -s]), torch.stack([s, c])])
        out[i] = turn @ points[i]
    return out


@sized(
    lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4), "z": torch.randn(n, 4), "gap": 1}
)
def triplet_losses(x, y, z, gap):
    losses = []
    for a, p, q in zip(x, y, z):
        near = (a - p).pow(2).sum().sqrt()
        far = (a - q).pow(2).sum().sqrt()
        losses.append(torch.clamp(near - far + gap, min=0))
    return sum(losses) / len(losses)


@sized(lambda n: {"given": torch.randn(n, 5), "wanted": torch.randn(n, 5)})
def squared_errors(given, wanted):
    losses = []
    for g, w in zip(given, wanted):
        losses.append(F.mse_loss(g, w))
    return torch.stack(losses).mean()


@sized(lambda n: {"logits": torch.randn(n, 5), "y": torch.randint(0, 5, (n,))})
def entropy_of_each(logits, y):
    losses = torch.zeros(len(y))
    for i in range(len(y)):
        losses[i] = F.cross_entropy(logits[i : i + 1], y[i : i + 1])
    return losses


@sized(lambda n: {"n": n, "d": 3})
def numbers_of_two_counters(n, d):
    out = torch.zeros(n, d)
    for i in range(n):
        for j in range(d):
            out[i, j] = i * d + j
    return out


@sized(lambda n: {"n": n, "rate": 0.3})
def decayed_warmup(n, rate):
    factors = torch.empty(n)
    for step in range(n):
        factors[step] = math.exp(-rate * step) * min(1.0, (step + 1) / 4)
    return factors


@sized(lambda n: {"n": n})
def window_of_hann(n):
    w = torch.zeros(n, dtype=torch.float64)
    for k in range(n):
        w[k] = 0.5 - 0.5 * math.cos(2 * math.pi * k / n)
    return w


@sized(
    lambda n: {
        "x": torch.randn(n, 4),
        "order": torch.randperm(n),
        "lam": torch.rand(n).double().numpy(),
    }
)
def mixed_by_numpy(x, order, lam):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        share = float(np.maximum(lam[i], 1 - lam[i]))
        out[i] = share * x[i] + (1 - share) * x[order[i]]
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "weights": torch.rand(n).double().numpy()})
def weighted_by_numpy(x, weights):
    out = []
    for row, w in zip(x, weights):
        out.append(row * w)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6, 2), "groups": 3})
def shuffled_channels(x, groups):
    out = torch.empty_like(x)
    for b in range(len(x)):
        for g in range(groups):
            for c in range(x.shape[1] // groups):
                out[b, c * groups + g] = x[b, g * (x.shape[1] // groups) + c]
    return out


@sized(
    lambda n: {
        "data": TensorDataset(torch.rand(n + 1, 3, 4, 4), torch.arange(n + 1)),
    }
)
def means_over_a_dataset(data):
    total = torch.zeros(3)
    squares = torch.zeros(3)
    for img, _ in data:
        total += img.mean(dim=(1, 2))
        squares += (img**2).mean(dim=(1, 2))
    return total, squares


@sized(lambda n: {"points": torch.randn(n + 1, 2), "angles": torch.rand(n + 1).tolist()})
def rotated_each(points, angles):
    res = []
    for p, a in zip(points, angles):
        c, s = math.cos(a), math.sin(a)
        res.append(torch.tensor([[c, -s], [s, c]]) @ p)
    return torch.stack(res)
