"""Windows, images and norms: 52 to 58 of the catalogue."""

import torch

torch.manual_seed(6)
X = torch.randn(60)
KERNEL = torch.randn(3)
IMAGE = torch.randn(6, 7)
PY = torch.rand(40) * 5
PX = torch.rand(40) * 6
BATCH = torch.randn(12, 3, 4, 4)
MEAN = torch.randn(3)
SCALE = torch.rand(3) + 0.5
FEATURES = torch.randn(30, 12)
CORNERS = torch.rand(14, 2)
BOXES = torch.cat([CORNERS, CORNERS + torch.rand(14, 2) + 0.1], 1)
AREAS = (BOXES[:, 2:] - BOXES[:, :2]).prod(1)


def loop_52(x=X, w=5):
    """52 moving average: torch.nn.functional.avg_pool1d, Tensor.unfold"""
    out = []
    for i in range(len(x) - w + 1):  # LOOP
        out.append(x[i : i + w].mean())
    return torch.stack(out)


def loop_53(x=X, w=5, s=2):
    """53 sliding window: Tensor.unfold"""
    out = []
    for i in range(0, len(x) - w + 1, s):  # LOOP
        out.append(x[i : i + w].sort().values)
    return torch.stack(out)


def loop_54(x=X, k=KERNEL):
    """54 convolution by hand: torch.nn.functional.conv1d, Tensor.unfold"""
    out = x.new_zeros(len(x) - 2)
    for i in range(len(x) - 2):  # LOOP
        for j in range(3):
            out[i] = out[i] + x[i + j] * k[j]
    return out


def loop_55(img=IMAGE, py=PY, px=PX):
    """55 bilinear sample: torch.nn.functional.grid_sample, advanced_indexing"""
    out = []
    for y, x in zip(py, px, strict=True):  # LOOP
        i = min(int(y), 4)
        j = min(int(x), 5)
        a, b = y - i, x - j
        top = (1 - b) * img[i, j] + b * img[i, j + 1]
        out.append((1 - a) * top + a * ((1 - b) * img[i + 1, j] + b * img[i + 1, j + 1]))
    return torch.stack(out)


def loop_56(x=BATCH, mu=MEAN, sd=SCALE):
    """56 per-channel transform: broadcasting"""
    out = x.clone()
    for b in range(len(x)):  # LOOP
        for c in range(3):
            out[b, c] = (x[b, c] - mu[c]) / sd[c]
    return out


def loop_57(x=FEATURES):
    """57 batch norm: torch.nn.functional.batch_norm, torch.nn.functional.layer_norm, torch.var"""
    out = torch.empty_like(x)
    for c in range(12):  # LOOP
        mean, var = x[:, c].mean(), x[:, c].var(correction=0)
        out[:, c] = (x[:, c] - mean) / (var + 1e-5).sqrt()
    return out


def loop_58(a=BOXES, b=BOXES[3:], area_a=AREAS, area_b=AREAS[3:]):
    """58 box overlaps: torchvision.ops.box_iou, broadcasting"""
    out = a.new_empty(len(a), len(b))
    for i in range(len(a)):  # LOOP
        for j in range(len(b)):
            size = torch.minimum(a[i, 2:], b[j, 2:]) - torch.maximum(a[i, :2], b[j, :2])
            t = size.clamp(0).prod()
            out[i, j] = t / (area_a[i] + area_b[j] - t)
    return out
