"""Regions of an image, by a label for each pixel."""

import torch
from sized import sized


@sized(lambda n: {"labels": torch.randint(0, 5, (n, 6)), "image": torch.randn(n, 6), "k": 5})
def totals(labels, image, k):
    out = torch.zeros(k)
    for c in range(k):
        out[c] = image[labels == c].sum()
    return out


@sized(
    lambda n: {"labels": torch.arange(4 * n).view(n, 4) % 3, "image": torch.randn(n, 4, 2), "k": 3}
)
def painted_with_their_means(labels, image, k):
    out = torch.zeros_like(image)
    for c in range(k):
        m = labels == c
        out[m] = image[m].mean(dim=0)
    return out


@sized(lambda n: {"labels": torch.arange(4 * n).view(n, 4) % 3, "image": torch.randn(n, 4)})
def brightest_of_each(labels, image):
    return torch.stack([image[labels == c].max() for c in range(3)])
