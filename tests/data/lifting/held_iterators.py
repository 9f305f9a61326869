"""Iterators that a name holds until the loop walks them, and items that stay together."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def zipped_before_the_loop(x, y):
    pairs = zip(x, y)
    out = []
    for a, b in pairs:
        out.append((a * b).sum())
    return torch.stack(out)


def moved(points, rotation, shift):
    turned = points @ rotation.T
    return turned + shift


@sized(
    lambda n: {
        "clouds": torch.randn(n, 5, 2),
        "rotations": torch.randn(n, 2, 2),
        "shifts": torch.randn(n, 2),
    }
)
def unpacked_into_a_call(clouds, rotations, shifts):
    poses = zip(clouds, rotations, shifts)
    return torch.stack([moved(*pose) for pose in poses])


@sized(lambda n: {"x": torch.randn(n, 3, dtype=torch.float64)})
def enumerated_before_the_loop(x):
    numbered = enumerate(x)
    weighted = torch.zeros_like(x)
    for i, row in numbered:
        weighted[i] = row * i
    return weighted


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def items_by_their_place(x, y):
    gaps = []
    for pair in zip(x, y):
        gaps.append((pair[0] - pair[1]).abs().max())
    return torch.stack(gaps)


@sized(lambda n: {"logits": torch.randn(n, 6), "targets": torch.randint(0, 6, (n,))})
def unpacked_in_the_body(logits, targets):
    samples = zip(logits, targets)
    losses = torch.zeros(len(logits))
    for numbered in enumerate(samples):
        i, (row, target) = numbered
        losses[i] = row.logsumexp(dim=0) - row[target]
    return losses


@sized(lambda n: {"x": torch.randn(n, 3), "limits": [torch.randn(3) for _ in range(n)]})
def a_tensor_zipped_with_a_list(x, limits):
    pairs = zip(x, limits)
    return torch.stack([torch.minimum(*pair) for pair in pairs])
