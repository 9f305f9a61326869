"""Patches of images, flattened."""

import torch
from sized import sized


@sized(lambda n: {"img": torch.randn(2, 3, n + 2, n + 3), "k": 3})
def patches_in_columns(img, k):
    patches = []
    for top in range(img.shape[2] - k + 1):
        for left in range(img.shape[3] - k + 1):
            patches.append(img[:, :, top : top + k, left : left + k].flatten(1))
    return torch.stack(patches, dim=2)


@sized(lambda n: {"frames": torch.randn(n + 4, 2, 3), "w": 4})
def clips_side_by_side(frames, w):
    clips = []
    for t in range(len(frames) - w + 1):
        clips.append(frames[t : t + w].transpose(0, 1).flatten(1))
    return torch.stack(clips, dim=1)
