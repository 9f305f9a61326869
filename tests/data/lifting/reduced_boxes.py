"""Boxes whose sides differ between iterations, and what is taken of each."""

import torch
from sized import sized


def boxes(n):
    first = torch.randint(0, 6, (n, 2))
    return torch.cat([first, first + torch.randint(1, 4, (n, 2))], dim=1)


@sized(lambda n: {"image": torch.rand(9, 10), "boxes": boxes(n)})
def means_of_boxes(image, boxes):
    return torch.stack([image[y0:y1, x0:x1].mean() for x0, y0, x1, y1 in boxes.tolist()])


@sized(lambda n: {"heat": torch.rand(9, 10), "boxes": boxes(n)})
def highest_in_boxes(heat, boxes):
    out = torch.zeros(len(boxes))
    for i in range(len(boxes)):
        top, left, bottom, right = map(int, boxes[i])
        crop = heat[top:bottom, left:right]
        out[i] = crop.max()
    return out


@sized(lambda n: {"features": torch.rand(3, 9, 9), "boxes": boxes(n)})
def pooled_channels(features, boxes):
    out = []
    for box in boxes:
        x0, y0, x1, y1 = (int(v) for v in box)
        out.append(features[:, y0:y1, x0:x1].sum(dim=(1, 2)))
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(2, n + 5, 11), "rows": 4, "columns": 3})
def adaptive_average(x, rows, columns):
    channels, height, width = x.shape
    out = torch.zeros(channels, rows, columns)
    for i in range(rows):
        for j in range(columns):
            h0, h1 = i * height // rows, -(-(i + 1) * height // rows)
            w0, w1 = j * width // columns, -(-(j + 1) * width // columns)
            out[:, i, j] = x[:, h0:h1, w0:w1].mean(dim=(1, 2))
    return out
