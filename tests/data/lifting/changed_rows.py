"""Tensors that each iteration makes anew and then changes in part."""

import torch
from sized import sized


@sized(lambda n: {"labels": torch.arange(n) % 5, "k": 5})
def smoothed_labels(labels, k):
    targets = []
    for label in labels:
        row = torch.full((k,), 0.1 / (k - 1))
        row[label] = 0.9
        targets.append(row)
    return torch.stack(targets)


@sized(lambda n: {"labels": torch.arange(n) % 5, "k": 5})
def one_hot_rows(labels, k):
    out = []
    for i in range(len(labels)):
        row = torch.zeros(k)
        row[labels[i]] = 1
        out.append(row)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6), "k": 3})
def edges_of_a_copy(x, k):
    out = []
    for v in x:
        row = v.clone()
        row[0] = 0
        row[k:] *= 2
        out.append(row)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6), "hi": torch.tensor(1.0)})
def clipped_in_place(x, hi):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        row = x[i] * 2
        row[row > hi] = 0
        row[-1] += row[0]
        out[i] = row
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 4), "k": torch.arange(n) % 3})
def two_stores(x, k):
    out = []
    for i in range(len(x)):
        m = x[i].clone()
        m[k[i]] = 0
        m[:, 0] = x[i, :, 1]
        out.append(m.sum(dim=1))
    return torch.stack(out)


@sized(lambda n: {"labels": torch.arange(n) % 5, "w": torch.rand(5)})
def loss_of_local(labels, w):
    total = 0.0
    for i in range(len(labels)):
        t = torch.zeros(5)
        t[labels[i]] = w[labels[i]]
        total += (t - w).abs().sum()
    return total


@sized(lambda n: {"pairs": torch.arange(2 * n).view(n, 2) % 4})
def one_cell_each(pairs):
    out = []
    for i, j in pairs:
        g = torch.zeros(4, 4)
        g[i, j] = 1
        out.append(g)
    return torch.stack(out)


@sized(
    lambda n: {
        "prompts": torch.randint(0, n + 1, (5,)),
        "lengths": torch.randint(0, n + 1, (5,)),
        "n": n,
    }
)
def masks_of_prompts(prompts, lengths, n):
    masks = []
    for prompt, length in zip(prompts, lengths):
        mask = torch.tril(torch.ones(n, n, dtype=torch.bool))
        mask[:, :prompt] = True
        mask[length:, :] = False
        masks.append(mask)
    return torch.stack(masks)


@sized(
    lambda n: {
        "x": torch.randn(4, n),
        "first": torch.randint(0, n, (4,)),
        "last": torch.randint(0, n + 1, (4,)),
    }
)
def rows_with_a_span_erased(x, first, last):
    out = []
    for i in range(len(x)):
        row = x[i] * 2
        row[first[i] : last[i]] = 0
        out.append(row)
    return torch.stack(out)


@sized(lambda n: {"keep": torch.randint(0, n + 1, (4,)), "n": n})
def planes_with_blocks_erased(keep, n):
    out = []
    for k in keep:
        plane = torch.ones(n, n, dtype=torch.bool)
        plane[k:, k:] = False
        out.append(plane)
    return torch.stack(out)


@sized(lambda n: {"turn": torch.randn(n, 4, 4)})
def signs_in_an_identity(turn):
    out = []
    for m in turn:
        flip = torch.eye(4, dtype=m.dtype)
        flip[3, 3] = torch.linalg.det(m).sign()
        out.append(m @ flip @ m.T)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 5).double(), "base": torch.randn(5)})
def base_with_another_first(x, base):
    out = []
    for row in x:
        shifted = base.double() + 0.5 * base.double().abs()
        shifted[0] = row.max()
        out.append(shifted * row)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def identity_read_before_it_is_changed(x):
    out = []
    for row in x:
        square = torch.eye(3, dtype=row.dtype, device=row.device)
        trace = square.sum() + row[0]
        square[1, 1] = row[2] * trace
        out.append(square @ row)
    return torch.stack(out)
