"""Coordinates of the places where a mask holds, of which the ends or the mean are used."""

import torch
from sized import sized


def filled(n, *size):
    """Masks that hold somewhere."""
    masks = torch.rand(n, *size) > 0.6
    masks.flatten(1)[:, 2] = True
    return masks


@sized(lambda n: {"masks": torch.rand(n, 4, 3) > 0.8})
def boxes_around_masks(masks):
    boxes = torch.zeros((masks.shape[0], 4))
    for index, mask in enumerate(masks):
        if mask.sum() == 0:
            continue
        y, x = torch.where(mask)
        boxes[index, 0] = torch.min(x)
        boxes[index, 1] = torch.min(y)
        boxes[index, 2] = torch.max(x)
        boxes[index, 3] = torch.max(y)
    return boxes


@sized(lambda n: {"heat": torch.rand(n, 5, 4) + 0.3})
def corners_of_what_is_hot(heat):
    corners = []
    for h in heat:
        spots = (h > 0.5).nonzero()
        corners.append(torch.cat([spots.min(dim=0).values, spots.max(dim=0)[0]]))
    return torch.stack(corners)


@sized(lambda n: {"segments": filled(n, 5, 4)})
def centers_of_masks(segments):
    centers = torch.zeros(len(segments), 2)
    for k in range(len(segments)):
        rows, cols = torch.nonzero(segments[k], as_tuple=True)
        if len(rows) == 0:
            continue
        centers[k, 0] = rows.float().mean()
        centers[k, 1] = cols.float().mean()
    return centers


@sized(lambda n: {"volumes": filled(n, 3, 4, 2)})
def centers_of_volumes(volumes):
    return torch.stack([v.nonzero().float().mean(dim=0) for v in volumes])


@sized(lambda n: {"parts": filled(n, 4, 5)})
def areas_of_boxes(parts):
    areas = []
    for part in parts:
        ys, xs = part.nonzero().T
        areas.append((ys.max() - ys.min() + 1) * (xs.max() - xs.min() + 1))
    return torch.stack(areas)


@sized(lambda n: {"tokens": torch.randint(0, 2, (n, 6)) + torch.eye(n, 6).long()})
def last_tokens(tokens):
    last = torch.zeros(len(tokens), dtype=torch.long)
    for b, row in enumerate(tokens):
        used = row.nonzero().squeeze(1)
        if used.numel() > 0:
            last[b] = used[-1]
    return last


@sized(lambda n: {"signal": torch.rand(n, 7), "level": 0.4})
def spans_above_a_level(signal, level):
    spans = torch.zeros(len(signal))
    for i in range(len(signal)):
        above = torch.where(signal[i] > level)[0]
        if above.shape[0] > 1:
            spans[i] = above.max() - above.min()
    return spans
