"""Two loops walk over one dimension: ``i * n + j``."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 6, 2), "groups": 3})
def channels_shuffled(x, groups):
    each = x.shape[1] // groups
    out = torch.empty_like(x)
    for b in range(len(x)):
        for g in range(groups):
            for c in range(each):
                out[b, c * groups + g] = x[b, g * each + c]
    return out


@sized(lambda n: {"image": torch.randn(n, 5)})
def flattened(image):
    rows, columns = image.shape
    flat = torch.zeros(rows * columns)
    for i in range(rows):
        for j in range(columns):
            flat[i * columns + j] = image[i, j] * 2
    return flat


@sized(lambda n: {"flat": torch.randn(n * 4), "width": 4})
def unflattened(flat, width):
    height = len(flat) // width
    out = torch.empty(height, width)
    for r in range(height):
        for c in range(width):
            out[r, c] = flat[c + r * width]
    return out


@sized(lambda n: {"flat": torch.randn(n * 4 + 3), "height": n, "width": 4})
def the_first_of_it(flat, height, width):
    out = torch.empty(height, width)
    for r in range(height):
        for c in range(width):
            out[r, c] = flat[r * width + c]
    return out


@sized(lambda n: {"a": torch.randn(n, 2), "b": torch.randn(3, 2)})
def summed_into_pairs(a, b):
    out = torch.zeros(len(a) * len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            for k in range(2):
                out[i * len(b) + j] += a[i, k] * b[j, k]
    return out


@sized(lambda n: {"x": torch.randn(3, n + 1), "y": torch.randn(3, 4)})
def columns_counted_along(x, y):
    out = torch.empty(3, x.shape[1] * y.shape[1])
    k = 0
    for i in range(x.shape[1]):
        for j in range(y.shape[1]):
            out[:, k] = x[:, i] * y[:, j]
            k += 1
    return out
