"""Boxes that begin where data says and are added up."""

import torch
from sized import sized


def corners(n, dims):
    return torch.randint(0, 7, (n, dims))


@sized(lambda n: {"patches": torch.randn(n, 3, 3), "corners": corners(n, 2), "side": 9})
def patches_added_up(patches, corners, side):
    image = torch.zeros(side, side)
    p = patches.shape[1]
    for patch, (y, x) in zip(patches, corners.tolist()):
        image[y : y + p, x : x + p] += patch
    return image


@sized(
    lambda n: {
        "patches": torch.randn(n, 2, 3, 2),
        "at": corners(n, 3),
        "blend": torch.rand(2, 3, 2),
    }
)
def blended_blocks(patches, at, blend):
    volume = torch.zeros(8, 9, 8)
    weight = torch.zeros(8, 9, 8)
    for i in range(len(patches)):
        z, y, x = at[i]
        volume[z : z + 2, y : y + 3, x : x + 2] += patches[i] * blend
        weight[z : z + 2, y : y + 3, x : x + 2] += blend
    return volume / weight.clamp(min=1e-6)


@sized(lambda n: {"canvas": torch.rand(10, 10), "corners": corners(n, 2)})
def holes_taken_away(canvas, corners):
    for y, x in corners.tolist():
        canvas[y : y + 2, x : x + 2] -= torch.ones(2, 2)
    return canvas
