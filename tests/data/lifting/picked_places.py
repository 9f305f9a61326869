"""Index tensors beside slices, and crops that begin where data tell."""

import torch
from sized import sized


@sized(lambda n: {"images": torch.randn(n, 3, 12), "tops": torch.randint(0, 6, (n,)), "size": 5})
def cropped_from_data(images, tops, size):
    out = []
    for image, t in zip(images, tops):
        out.append(image[:, t : t + size])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 9, 3), "lens": torch.randint(3, 10, (n,)), "k": 3})
def last_few_of_each(x, lens, k):
    out = torch.zeros(x.shape[0], k, x.shape[2])
    for b in range(x.shape[0]):
        end = lens[b]
        out[b] = x[b, end - k : end]
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 4), "idx": torch.randint(0, 4, (n,))})
def picked_behind_a_slice(x, idx):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        out[i] = x[i, :, idx[i]]
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 4), "idx": torch.randint(0, 3, (n,))})
def placed_among_the_columns(x, idx):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        out[i, idx[i]] = x[i, idx[i], 2]
    return out


@sized(lambda n: {"table": torch.randn(9, 3), "ids": torch.randint(0, 9, (n, 4))})
def looked_up_rows(table, ids):
    out = []
    for row in ids:
        out.append(table[row].mean(dim=0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def rows_in_turns(x):
    out = torch.zeros(2 * len(x), 4)
    for i in range(len(x)):
        out[2 * i] = x[i]
        out[2 * i + 1] = -x[i]
    return out


@sized(lambda n: {"x": torch.randn(3, n, 8), "freq": torch.rand(4)})
def rotated_pairs(x, freq):
    out = torch.zeros_like(x)
    for t in range(x.shape[1]):
        for p, w in enumerate(freq):
            c, s = torch.cos(t * w), torch.sin(t * w)
            a, b = x[:, t, 2 * p], x[:, t, 2 * p + 1]
            out[:, t, 2 * p] = a * c - b * s
            out[:, t, 2 * p + 1] = a * s + b * c
    return out


@sized(lambda n: {"x": torch.randn(2 * n + 3)})
def every_second_of_a_longer_row(x):
    return torch.stack([x[2 * i] - x[2 * i + 1] for i in range(len(x) // 2 - 1)])


@sized(
    lambda n: {
        "batch": torch.randn(n, 2, 7, 7),
        "top": torch.arange(n) % 3,
        "left": torch.arange(n) % 4,
        "size": 3,
    }
)
def crops_at_their_own_corners(batch, top, left, size):
    out = batch.new_empty(batch.size(0), batch.size(1), size, size)
    for n in range(batch.size(0)):
        y, x = top[n].item(), left[n].item()
        out[n] = batch[n, :, y : y + size, x : x + size]
    return out


@sized(lambda n: {"plane": torch.randn(4, 5, 6), "at": torch.randint(0, 5, (n, 2))})
def features_at_pixels(plane, at):
    out = torch.zeros(len(at), plane.shape[0])
    for i in range(len(at)):
        y, x = at[i]
        out[i] = plane[:, y, x]
    return out


@sized(lambda n: {"x": torch.randn(3, 5, 4), "order": torch.randint(0, 5, (n,))})
def columns_by_index(x, order):
    out = []
    for k in order:
        out.append(x[:, k].sum(0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(12, requires_grad=True), "starts": torch.randint(0, 8, (n,))})
def crops_that_gradients_flow_through(x, starts):
    out = []
    for s in starts.tolist():
        out.append(x[s : s + 4] * 2)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 12, 3), "starts": torch.randint(0, 8, (n,))})
def crops_before_another_dimension(x, starts):
    out = torch.zeros(len(x), 3)
    for i in range(len(x)):
        s = int(starts[i])
        out[i] = x[i, s : s + 4].mean(dim=0)
    return out


@sized(
    lambda n: {
        "x": torch.randn(n + 1, 5, 4),
        "tag": torch.randint(0, 4, (n + 1, 5)),
        "w": torch.rand(n + 1, 5),
    }
)
def entries_of_all_columns_by_steps(x, tag, w):
    column = torch.arange(tag.shape[1])
    total = x[0, column, tag[0]]
    for t in range(1, len(tag)):
        total = total + x[t, column, tag[t]] * w[t]
    return total


@sized(
    lambda n: {
        "x": torch.randn(n + 1, 4, 3, 5, dtype=torch.float64),
        "tag": torch.randint(0, 5, (n + 1, 3)),
        "of": torch.tensor([2, 0, 1]),
    }
)
def entries_behind_a_whole_dimension(x, tag, of):
    return torch.stack([x[i, :, of, tag[i]] for i in range(len(x))])


@sized(
    lambda n: {
        "x": torch.randn(4, 6, 3),
        "at": torch.randint(0, 4, (n + 1,)),
        "of": torch.tensor([2, 0, 1, 1]),
    }
)
def fixed_columns_of_picked_rows(x, at, of):
    return torch.stack([x[k, of] for k in at.tolist()])
