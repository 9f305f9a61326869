"""Functions of ``torch.nn.functional`` that are called with one item at a time."""

import torch
import torch.nn.functional as F
from sized import sized
from torch import nn


def images(n, channels=3):
    return torch.randn(n, channels, 6, 8)


@sized(lambda n: {"x": images(n), "kernel": torch.randn(4, 3, 3, 3), "bias": torch.randn(4)})
def filtered(x, kernel, bias):
    out = []
    for i in range(len(x)):
        out.append(F.conv2d(x[i], kernel, bias, padding=1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6, 8), "kernel": torch.randn(3, 3)})
def blurred(x, kernel):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        out[i] = F.conv2d(x[i][None, None], kernel[None, None], padding=1)[0, 0]
    return out


@sized(lambda n: {"x": images(n), "kernel": torch.randn(3, 3)})
def every_channel_blurred(x, kernel):
    out = torch.zeros_like(x)
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            channel = x[b, c].unsqueeze(0).unsqueeze(0)
            out[b, c] = F.conv2d(channel, kernel[None, None], padding=1).squeeze(0).squeeze(0)
    return out


@sized(lambda n: {"signals": torch.randn(n, 12), "taps": torch.randn(3)})
def filtered_signals(signals, taps):
    out = []
    for signal in signals:
        out.append(F.conv1d(signal.view(1, 1, -1), taps.view(1, 1, -1)).view(-1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 2, 3, 6, 6), "kernel": torch.randn(4, 3, 3, 3)})
def clips_filtered(x, kernel):
    out = []
    for clip in x:
        out.append(F.conv2d(clip, kernel))
    return torch.stack(out)


@sized(lambda n: {"x": images(n), "kernels": torch.randn(n, 4, 3, 3, 3)})
def each_by_its_own_kernel(x, kernels):
    out = []
    for image, kernel in zip(x, kernels):
        out.append(F.conv2d(image, kernel))
    return torch.stack(out)


@sized(lambda n: {"x": images(n)})
def pooled(x):
    rows = []
    for image in x:
        small = F.max_pool2d(F.relu(image), 2)
        rows.append(F.adaptive_avg_pool2d(small, 1).flatten())
    return torch.stack(rows)


@sized(lambda n: {"x": images(n), "size": (4, 4)})
def resized(x, size):
    out = []
    for i in range(len(x)):
        image = x[i].unsqueeze(0)
        small = F.interpolate(image, size=size, mode="bilinear", align_corners=False)
        out.append(small.squeeze(0))
    return torch.stack(out)


@sized(lambda n: {"x": images(n)})
def doubled_in_a_batch(x):
    out = []
    for i in range(len(x)):
        out.append(F.interpolate(x[i : i + 1], scale_factor=2))
    return torch.cat(out)


@sized(lambda n: {"x": images(n), "grids": torch.rand(n, 5, 5, 2) * 2 - 1})
def sampled(x, grids):
    out = []
    for image, grid in zip(x, grids):
        out.append(F.grid_sample(image[None], grid[None], align_corners=True)[0])
    return torch.stack(out)


@sized(lambda n: {"x": images(n), "grid": torch.rand(5, 5, 2) * 2 - 1})
def sampled_at_the_same_points(x, grid):
    out = []
    for image in x:
        out.append(F.grid_sample(image[None], grid[None], align_corners=True)[0])
    return torch.stack(out)


@sized(lambda n: {k: torch.randn(n, 5, 4) for k in "qkv"})
def attended(q, k, v):
    out = []
    for i in range(q.size(0)):
        out.append(F.scaled_dot_product_attention(q[i], k[i], v[i], is_causal=True))
    return torch.stack(out)


@sized(lambda n: {"q": torch.randn(2, n, 5, 4), "kv": torch.randn(5, 4)})
def every_head_attended(q, kv):
    out = torch.zeros_like(q)
    for b in range(q.shape[0]):
        for h in range(q.shape[1]):
            out[b, h] = F.scaled_dot_product_attention(q[b, h], kv, kv)
    return out


@sized(lambda n: {"x": torch.randn(n, 4, 5), "weight": torch.ones(5)})
def normed(x, weight):
    out = []
    for item in x:
        out.append(F.rms_norm(item, (5,), weight))
    return torch.stack(out)


@sized(lambda n: {"x": images(n, channels=4)})
def normed_in_groups(x):
    out = []
    for item in x:
        out.append(F.group_norm(item.unsqueeze(0), 2).squeeze(0))
    return torch.stack(out)


@sized(lambda n: {"x": images(n, channels=4)})
def shuffled_pixels(x):
    out = []
    for item in x:
        out.append(F.pixel_shuffle(item, 2))
    return torch.stack(out)


@sized(lambda n: {"ids": torch.randint(7, (n, 5)), "table": torch.randn(7, 3)})
def looked_up(ids, table):
    out = []
    for row in ids:
        out.append(F.embedding(row, table).mean(dim=0))
    return torch.stack(out)


@sized(lambda n: {"x": images(n)})
def cut_into_patches(x):
    out = []
    for image in x:
        out.append(F.unfold(image[None], kernel_size=2, stride=2)[0])
    return torch.stack(out)


@sized(lambda n: {"p": torch.randn(n, 5).log_softmax(1), "q": torch.rand(n, 5)})
def divergences(p, q):
    out = torch.zeros(len(p))
    for i in range(len(p)):
        out[i] = F.kl_div(p[i], q[i], reduction="sum")
    return out


@sized(lambda n: {"x": torch.randn(n, 16)})
def spectrograms(x):
    window = torch.hann_window(8)
    out = []
    for signal in x:
        spectrum = torch.stft(signal, 8, hop_length=4, window=window, return_complex=True)
        out.append(spectrum.abs())
    return torch.stack(out)


@sized(lambda n: {"conv": nn.Conv2d(3, 2, 3), "x": images(n)})
def by_a_module_of_batches(conv, x):
    out = []
    for i in range(len(x)):
        out.append(conv(x[i].unsqueeze(0)).squeeze(0))
    return torch.stack(out)


@sized(lambda n: {"conv": nn.Conv2d(3, 2, 3), "x": images(n)})
def by_a_module_of_batches_whose_first_is_taken(conv, x):
    scores = torch.zeros(len(x))
    for i, image in enumerate(x):
        scores[i] = conv(image[None])[0].mean()
    return scores


@sized(lambda n: {"x": images(n), "kernel": torch.randn(4, 3, 3, 3)})
def pooled_in_batches_of_one(x, kernel):
    features = []
    for i in range(len(x)):
        h = F.relu(F.conv2d(x[i : i + 1], kernel))
        h = F.max_pool2d(h, 2)
        features.append(h.flatten())
    return torch.stack(features)


@sized(lambda n: {"x": images(n, channels=1)})
def resized_and_scaled(x):
    out = torch.zeros(len(x), 1, 4, 4)
    for k, image in enumerate(x):
        small = F.interpolate(image.unsqueeze(0), size=(4, 4), mode="bilinear")
        out[k] = (small - small.mean()) / (small.std() + 1e-5)
    return out


@sized(lambda n: {"x": images(n), "theta": torch.randn(n, 2, 3)})
def moved_images(x, theta):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        grid = F.affine_grid(theta[i].unsqueeze(0), [1, 3, 6, 8], align_corners=False)
        out[i] = F.grid_sample(x[i].unsqueeze(0), grid, align_corners=False).squeeze(0)
    return out


@sized(
    lambda n: {"anchors": torch.randn(n, 4), "near": torch.randn(n, 4), "far": torch.randn(n, 4)}
)
def triplets(anchors, near, far):
    losses = []
    for i in range(len(anchors)):
        losses.append(F.triplet_margin_loss(anchors[i], near[i], far[i], margin=0.5))
    return torch.stack(losses)


@sized(
    lambda n: {"layer": nn.MultiheadAttention(4, 2, batch_first=True), "x": torch.randn(n, 5, 4)}
)
def attended_by_a_module(layer, x):
    out = []
    for i in range(len(x)):
        sample = x[i : i + 1]
        attended, _ = layer(sample, sample, sample)
        out.append(attended)
    return torch.cat(out)


@sized(
    lambda n: {
        "x": torch.randn(n, 4),
        "y": torch.randn(n, 4),
        "same": torch.randint(2, (n,)) * 2 - 1,
    }
)
def similarities_learned(x, y, same):
    total = torch.zeros(())
    for i in range(len(x)):
        total = total + F.cosine_embedding_loss(x[i : i + 1], y[i : i + 1], same[i : i + 1])
    return total / len(x)


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4), "order": torch.ones(4)})
def ranked(x, y, order):
    losses = []
    for a, b in zip(x, y):
        losses.append(F.margin_ranking_loss(a, b, order, margin=0.1))
    return torch.stack(losses)
