"""Each item is computed on its own."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 5)})
def positive_part(x):
    y = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                y[i, j] = x[i, j]
    return y


@sized(lambda n: {"x": torch.randn(n), "slope": 0.1})
def leaky_branches(x, slope):
    out = []
    for v in x:
        if v > 0:
            out.append(v)
        else:
            out.append(slope * v)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "low": -0.5, "high": 0.5})
def clamped(x, low, high):
    found = []
    for v in x:
        found.append(torch.clamp(v, low, high))
    return torch.stack(found)


@sized(lambda n: {"w": torch.randn(n), "lam": 0.5})
def shrunk(w, lam):
    out = w.clone()
    for i in range(w.numel()):
        if w[i] > lam:
            out[i] = w[i] - lam
        elif w[i] < -lam:
            out[i] = w[i] + lam
        else:
            out[i] = 0.0
    return out


@sized(lambda n: {"n": n})
def lower_is_visible(n):
    m = torch.zeros(n, n)
    for i in range(n):
        for j in range(n):
            if j > i:
                m[i, j] = float("-inf")
    return m


@sized(lambda n: {"ids": torch.randint(0, 3, (n, 6)), "pad": 0})
def real_tokens(ids, pad):
    mask = torch.zeros_like(ids, dtype=torch.float)
    for i in range(ids.shape[0]):
        for j in range(ids.shape[1]):
            if ids[i, j] != pad:
                mask[i, j] = 1.0
    return mask


@sized(lambda n: {"x": torch.randn(n)})
def counted_by_while(x):
    out = torch.zeros(len(x))
    i = 0
    while i < len(x):
        out[i] = x[i] ** 2
        i += 1
    return out


@sized(lambda n: {"x": torch.randn(n)})
def every_second_by_while(x):
    out = torch.zeros(len(x))
    i = 1
    while i <= len(x) - 1:
        out[i] = x[i] * 3
        i += 2
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def transposed(x):
    out = torch.zeros(x.shape[1], x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[j, i] = x[i, j]
    return out


@sized(lambda n: {"x": torch.randn(n)})
def a_helper_with_branches(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = huber_like(x[i], limit=0.7)
    return out


def huber_like(v, limit=1.0):
    size = v.abs()
    if size < limit:
        return 0.5 * v**2
    return limit * (size - 0.5 * limit)


@sized(lambda n: {"x": torch.randn(n, 3)})
def stays_in_its_types(x):
    total = 0
    names = []
    for i, row in enumerate(x, start=2):
        if i % 2 == 0 and row[0] > 0 or not row[1] > 0.5:
            names.append(i)
        total += i
    return total, torch.tensor(names)


@sized(lambda n: {"x": torch.rand(n) * 3, "low": 0.5, "high": 1.5})
def chained_comparison(x, low, high):
    inside = torch.zeros(len(x), dtype=torch.bool)
    for i in range(len(x)):
        inside[i] = low < x[i] <= high
    return inside


@sized(lambda n: {"x": torch.randn(n), "flip": True})
def a_test_that_is_fixed(x, flip):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = -x[i] if flip else x[i] + 1e-6
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def nothing_with_a_graph(x):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        with torch.no_grad():
            out[i] = x[i].exp()
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def annotated_and_documented(x):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        """Every row."""
        scale: float = 2.0
        row: torch.Tensor = x[i] * scale
        out[i] = row
        pass
    return out


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def chosen_together(x, y):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        a, b = (x[i], y[i]) if x[i] > y[i] else (y[i], x[i] * 2)
        out[i] = a - b
    return out


@sized(lambda n: {"x": torch.randn(n, 2), "y": torch.randn(n, 2)})
def helpers_in_helpers(x, y):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = weighed(x[i], other=y[i])
    return out


def weighed(a, *, other, weight=0.5):
    """Two of three arguments by name."""
    if a[0] > 0:
        return lengths(a) * weight
    else:
        return lengths(other) - weight


def lengths(v):
    squared = v * v
    return squared.sum() ** 0.5


def one_residual(e, delta):
    mag = torch.abs(e)
    if mag <= delta:
        return 0.5 * e * e
    return delta * (mag - 0.5 * delta)


@sized(lambda n: {"errors": torch.randn(n + 1) * 2, "delta": 0.8})
def residuals_of_a_helper(errors, delta):
    return torch.stack([one_residual(e, delta) for e in errors])
