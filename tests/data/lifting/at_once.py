"""Elements that change places, or are made of each other."""

import torch
from sized import sized


@sized(lambda n: {"boxes": torch.rand(n, 4), "coins": torch.rand(n), "width": 3.0})
def mirrored_boxes(boxes, coins, width):
    boxes = boxes.clone()
    for i in range(boxes.shape[0]):
        if coins[i] < 0.5:
            x1, x2 = boxes[i, 0].item(), boxes[i, 2].item()
            boxes[i, 0] = width - x2
            boxes[i, 2] = width - x1
    return boxes


@sized(lambda n: {"points": torch.randn(n, 3), "c": 0.8, "s": 0.6})
def turned_in_place(points, c, s):
    for i in range(len(points)):
        x, y = float(points[i, 0]), float(points[i, 1])
        points[i, 0] = c * x - s * y
        points[i, 1] = s * x + c * y
        points[i, 2] = points[i, 2] + 1
    return points


@sized(lambda n: {"x": torch.randn(n, 2)})
def swapped_columns(x):
    for k in range(x.shape[0]):
        first = x[k, 0].clone()
        x[k, 0] = x[k, 1]
        x[k, 1] = first
    return x


@sized(lambda n: {"boxes": torch.rand(n, 4)})
def corners_of_centres(boxes):
    for b in range(len(boxes)):
        cx, cy, w, h = boxes[b].tolist()
        boxes[b, 0] = cx - w / 2
        boxes[b, 1] = cy - h / 2
        boxes[b, 2] = cx + w / 2
        boxes[b, 3] = cy + h / 2
    return boxes
