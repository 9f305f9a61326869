"""Items that are stored into a tensor: a given one, some of its rows, or in place."""

import torch
from sized import sized


@sized(lambda n: {"images": torch.rand(n, 3, 4, 5), "flags": torch.arange(n) % 2 > 0})
def mirrored_where_told(images, flags):
    out = images.clone()
    for i in range(len(images)):
        if flags[i]:
            out[i] = images[i].flip(-1)
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def skipped_rows(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        if x[i].sum() < 0:
            continue
        out[i] = x[i].max()
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def chained_targets(x, y):
    a = torch.zeros(len(x))
    b = torch.zeros(len(x))
    for i in range(len(x)):
        a[i] = b[i] = (x[i] * y[i]).sum()
    return a, b


@sized(lambda n: {"x": torch.randn(n, 4)})
def stored_twice(x):
    out = torch.zeros(len(x), 4)
    for i in range(len(x)):
        out[i] = x[i] * 2
        out[i] += 1
        out[i] = out[i] / 3
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 2)})
def stored_by_two_brackets(x):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        for j in range(3):
            out[i][j] = x[i][j].norm()
    return out


@sized(lambda n: {"x": torch.randn(n)})
def doubled_in_the_caller_s_tensor(x):
    for i in range(len(x)):
        x[i] = x[i] * 2
    return x


@sized(lambda n: {"x": torch.randn(n, 5)})
def standardised_in_place(x):
    for i in range(len(x)):
        x[i] = (x[i] - x[i].mean()) / x[i].std()
    return x


@sized(lambda n: {"x": torch.randn(n, 5)})
def shifted_rows_in_place(x):
    for row in x:
        row -= row.max()
    return x


@sized(lambda n: {"x": torch.randn(n, 5)})
def filled_by_methods(x):
    out = torch.ones(len(x), 5)
    for i in range(len(x)):
        out[i].mul_(x[i])
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def masked_rows_in_place(x):
    for row in x:
        row[1:3] = 0
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "m": torch.randn(n) > 0})
def given_tensor_in_some_rows(x, m):
    for i in range(len(x)):
        if m[i]:
            x[i] = 0
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4), "m": torch.randn(n) > 0})
def given_tensor_takes_rows(x, y, m):
    for i in range(len(x)):
        if m[i]:
            x[i] = y[i] * 2
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "out": torch.randn(n, 4)})
def added_into_what_was_given(x, out):
    for i in range(len(x)):
        out[i] += x[i] * 2
        out[i] *= 3
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "base": torch.randn(n, 4)})
def added_into_a_copy(x, base):
    out = base.clone()
    for i in range(len(x)):
        out[i] += x[i]
    return out


@sized(lambda n: {"x": torch.randint(0, 5, (n, 4))})
def stored_with_another_type(x):
    out = torch.zeros(len(x), 4, dtype=torch.float64)
    for i in range(len(x)):
        out[i] = x[i]
    return out


@sized(lambda n: {"x": torch.randn(n, 3)})
def a_column_a_store(x):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        out[i, 0] = x[i, 2]
        out[i, 1:] = x[i, :2] * 2
        out[i, -1] = 5.0
    return out


@sized(lambda n: {"x": torch.randn(3, n)})
def whole_columns(x):
    out = torch.zeros(3, x.shape[1])
    for j in range(x.shape[1]):
        out[:, j] = 2 * x[..., j]
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.zeros(n, 3)})
def copied_by_method(x, y):
    for i in range(len(x)):
        y[i].copy_(x[i] * 2)
    return y


@sized(lambda n: {"x": torch.randn(n, 3)})
def repeated_without_harm(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        for _ in range(3):
            out[i] = x[i, 0]
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def last_dimension_first(x):
    out = torch.zeros(4, len(x), 3)
    for i in range(len(x)):
        for j in range(3):
            for k in range(4):
                out[k, i, j] = x[i, j, k] + k
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "seen": torch.randint(0, 2, (n,))})
def only_where_seen(x, seen):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        if seen[i] == 0:
            continue
        out[i] = x[i].exp()
    return out


@sized(lambda n: {"tokens": torch.arange(3 * n) % 7, "dice": torch.rand(3 * n)})
def corrupted_tokens(tokens, dice):
    tokens = tokens.clone()
    labels = torch.full_like(tokens, -100)
    for i, token in enumerate(tokens.tolist()):
        p = dice[i].item()
        if p < 0.5:
            labels[i] = token
            p /= 0.5
            if p < 0.8:
                tokens[i] = 4
            elif p < 0.9:
                tokens[i] = i
    return tokens, labels


@sized(lambda n: {"edges": torch.arange(n + 2.0) * 2, "freqs": torch.rand(n + 5) * 2 * n})
def triangles_by_column(edges, freqs):
    count, bins = edges.numel() - 2, freqs.numel()
    bank = torch.zeros(bins, count)
    for m in range(count):
        lo, mid, hi = edges[m], edges[m + 1], edges[m + 2]
        for k in range(bins):
            f = freqs[k]
            if f <= lo or f >= hi:
                continue
            elif f <= mid:
                bank[k, m] = (f - lo) / (mid - lo)
            else:
                bank[k, m] = (hi - f) / (hi - mid)
    return bank


@sized(lambda n: {"slots": torch.randn(3, n + 1, 2), "newest": torch.randn(3, 2), "decay": 0.5})
def slots_moved_up(slots, newest, decay):
    for s in range(slots.shape[1] - 1):
        following = slots[:, s + 1]
        slots[:, s] = following * decay
    slots[:, -1] = newest
    return slots


@sized(lambda n: {"x": torch.randn(4, n, dtype=torch.float64), "gain": torch.tensor(2.0)})
def columns_scaled_into_another_type(x, gain):
    out = torch.zeros(4, x.shape[1])
    for i in range(x.shape[1]):
        out[:, i] = gain * x[:, i]
    return out


@sized(lambda n: {"x": torch.randn(n), "y": torch.zeros(n, n, 1)})
def filled_by_numbers_across(x, y):
    out = torch.zeros_like(y)
    for i in range(len(x)):
        for j in range(len(x)):
            out[j, i] = x[i] * 2
    return out


@sized(lambda n: {"reads": torch.randint(0, 5, (n, 7))})
def bases_and_what_is_unknown(reads):
    onehot = torch.zeros(reads.shape[0], 4, reads.shape[1])
    for i, read in enumerate(reads):
        for j, base in enumerate(read):
            if base < 4:
                onehot[i, base, j] = 1.0
            else:
                onehot[i, :, j] = 0.25
    return onehot


@sized(lambda n: {"x": torch.randn(n), "w": torch.randn(3)})
def added_where_a_test_holds(x, w):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        if x[i] >= -0.2:
            out[i] += w + x[i]
    return out


@sized(lambda n: {"x": torch.randn(n), "w": torch.randn(n)})
def taken_from_ones_where_a_test_holds(x, w):
    out = torch.ones(len(x))
    for i, v in enumerate(x):
        if w[i] > 0:
            out[i] -= v
    return out
