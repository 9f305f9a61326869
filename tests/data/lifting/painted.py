"""Masks that are painted one over the other."""

import torch
from sized import sized


@sized(lambda n: {"masks": torch.rand(n + 1, 4, 5) < 0.3})
def label_map(masks):
    labels = torch.zeros(4, 5, dtype=torch.long)
    for k, mask in enumerate(masks):
        labels[mask] = k + 1
    return labels


@sized(lambda n: {"points": torch.rand(9, 2), "boxes": torch.rand(n + 1, 2) / 2})
def last_box_of_each_point(points, boxes):
    owner = torch.full((len(points),), -1, dtype=torch.long)
    counts = []
    for k in range(boxes.shape[0]):
        x, y = boxes[k]
        inside = (points[:, 0] > x) & (points[:, 1] > y)
        owner[inside] = k
        counts.append(inside.sum())
    return owner, torch.stack(counts)


@sized(
    lambda n: {"masks": torch.rand(n + 1, 4, 5) < 0.3, "classes": torch.randint(0, 9, (n + 1,))}
)
def classes_painted(masks, classes):
    canvas = torch.full((4, 5), 255)
    for mask, c in zip(masks, classes):
        canvas[mask] = c
    return canvas
