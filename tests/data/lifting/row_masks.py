"""Rows of which each iteration changes those items that a mask of its own holds."""

import torch
from sized import sized


@sized(lambda n: {"logits": torch.randn(n, 12), "top_k": 3})
def top_k_filter(logits, top_k):
    logits = logits.clone()
    i = 0
    while i < logits.shape[0]:
        kth = torch.topk(logits[i], top_k)[0][-1]
        remove = logits[i] < kth
        logits[i][remove] = -float("inf")
        i += 1
    return logits


@sized(lambda n: {"x": torch.randn(n, 5)})
def clipped_rows(x):
    out = x.clone()
    for b in range(len(out)):
        low = out[b] < out[b].mean()
        out[b, low] = 0
    return out


@sized(lambda n: {"scores": torch.rand(n, 6), "labels": torch.randint(0, 3, (n, 6))})
def damped_background(scores, labels):
    for row, kind in zip(scores, labels):
        row[kind == 0] *= 0.5
    return scores


@sized(lambda n: {"x": torch.randn(n, 6), "keep": torch.rand(n) > 0.5})
def masked_rows_under_a_test(x, keep):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        if keep[i]:
            out[i][x[i] > 0] = 1
    return out


def erasures(n):
    """Images, and of each a rectangle."""
    corners, sizes = torch.randint(0, 5, (n, 2)), torch.randint(1, 4, (n, 2))
    return {"images": torch.rand(n, 3, 7, 8), "rects": torch.cat([corners, sizes], 1)}


@sized(lambda n: {**erasures(n), "fill": torch.rand(n, 3), "apply": torch.rand(n) < 0.7})
def erased_in_colors(images, rects, fill, apply):
    out = images.clone()
    for i, (img, rect) in enumerate(zip(out, rects)):
        if not apply[i]:
            continue
        y, x, h, w = rect.tolist()
        img[:, y : y + h, x : x + w] = fill[i][:, None, None]
    return out


@sized(lambda n: {**erasures(n), "mean": torch.tensor([0.4, 0.5, 0.6])})
def erased_to_the_mean(images, rects, mean):
    images = images.clone()
    for img, (top, left, h, w) in zip(images, rects.tolist()):
        if h > w:
            img[:, top : top + h, left : left + w] = mean.view(3, 1, 1)
    return images


@sized(lambda n: {"boxes": torch.randint(0, 6, (n, 4)), "side": 6})
def masks_of_boxes(boxes, side):
    masks = torch.zeros(len(boxes), side, side)
    for m, (x0, y0, x1, y1) in zip(masks, boxes):
        m[y0 : y1 + 1, x0 : x1 + 1] = 1
    return masks


@sized(lambda n: {"rows": torch.randint(0, 4, (n, 3)), "table": torch.rand(4, 4, 4)})
def unpacked_rows(rows, table):
    got = []
    for row in rows:
        a, b, c = row.tolist()
        got.append(table[a, b, c] * c)
    return torch.stack(got)


@sized(lambda n: {"x": torch.randn(n, 4)})
def signs_where_positive(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        m = x[i] > 0
        out[i][m] = x[i][m].sign()
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def taken_over_where_positive(x, y):
    for i in range(len(x)):
        m = y[i] > 0
        x[i, m] = y[i, m]
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def doubled_where_positive(x, y):
    for i in range(len(x)):
        m = y[i] > 0
        x[i][m] *= 2
    return x


@sized(lambda n: {"w": torch.randn(n, 2, 3)})
def ternary_codes(w):
    codes = torch.zeros_like(w, dtype=torch.int8)
    for c in range(len(w)):
        m = w[c].abs() > w[c].abs().mean()
        codes[c][m] = w[c][m].sign().to(torch.int8)
    return codes


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randint(0, 3, (n, 4))})
def quotients_where_defined(x, y):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        ok = y[i] != 0
        out[i, ok] = x[i, ok] / y[i, ok]
    return out
