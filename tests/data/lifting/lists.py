"""Lists that the loop fills, and what is made of them."""

import numpy as np
import torch
from sized import sized


@sized(lambda n: {"parts": [torch.randn(3, 4) for _ in range(n)]})
def stacked_by_cat(parts):
    out = []
    for x in parts:
        out.append(x.unsqueeze(0) * 2)
    return torch.cat(out, dim=0)


@sized(lambda n: {"x": torch.randn(n + 6, 3), "m": torch.arange(n + 6) % 3 > 0})
def rows_that_pass(x, m):
    kept = []
    for i in range(len(x)):
        if m[i]:
            kept.append(x[i])
    return torch.stack(kept)


@sized(lambda n: {"x": torch.randn(n), "t": 0.0})
def places_that_pass(x, t):
    idx = []
    for i in range(len(x)):
        if x[i] > t:
            idx.append(i)
    return torch.tensor(idx)


@sized(lambda n: {"x": torch.arange(n + 3) - 1.0})
def filtered_comprehension(x):
    return torch.stack([v * 2 for v in x if v > 0 if v < 9])


@sized(lambda n: {"arrays": [np.random.default_rng(k).normal(size=(3, 2)) for k in range(n)]})
def arrays_to_tensors(arrays):
    ts = []
    for a in arrays:
        ts.append(torch.tensor(a))
    return torch.stack(ts)


@sized(lambda n: {"arrays": [np.random.default_rng(k).normal(size=(3, 2)) for k in range(n)]})
def arrays_by_from_numpy(arrays):
    return torch.stack([torch.from_numpy(a).float() for a in arrays])


@sized(lambda n: {"x": torch.randn(n)})
def python_numbers(x):
    out = []
    for v in x:
        out.append(v.item() * 2)
    return torch.tensor(out)


@sized(lambda n: {"rows": [[1.0 * k, 2.0, 3.0] for k in range(n)]})
def nested_numbers(rows):
    out = []
    for row in rows:
        out.append(torch.tensor(row))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(4, 3)})
def nested_comprehension(x, y):
    return torch.stack([torch.stack([(a - b).norm() for b in y]) for a in x])


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(4, 3)})
def flat_comprehension(x, y):
    return torch.stack([a * b for a in x for b in y])


@sized(lambda n: {"x": torch.randn(n, 3)})
def used_twice(x):
    norms = []
    for row in x:
        norms.append(row.norm())
    norms = torch.stack(norms)
    return norms / norms.sum()


@sized(lambda n: {"x": torch.randn(n, 3)})
def list_read_twice(x):
    losses = []
    for row in x:
        losses.append((row**2).sum() + row.abs().max())
    return torch.stack(losses).mean(), sum(losses), len(losses)


@sized(lambda n: {"x": torch.randn(n, 3)})
def stacked_under_its_own_name(x):
    out = [row.norm() for row in x]
    out = torch.stack(out)
    return out / out.sum()


@sized(lambda n: {"x": torch.randn(n, 3)})
def list_returned(x):
    out = []
    for row in x:
        out.append(row + 1)
    return out


@sized(lambda n: {"x": torch.randn(2, n, 3)})
def stacked_along_one(x):
    out = []
    for t in range(x.size(1)):
        out.append(x[:, t] * t)
    return torch.stack(out, dim=1)


@sized(lambda n: {"x": torch.randn(n, 4, 6)})
def joined_along_the_last(x):
    out = []
    for m in x:
        out.append(m.T)
    return torch.cat(out, dim=1)


@sized(lambda n: {"x": torch.randn(n, 3)})
def one_list_of_two_loops(x):
    out = []
    for i in range(len(x)):
        for j in range(3):
            out.append(x[i, j] * i)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def in_a_dataset_s_order(x):
    out = []
    for i in reversed(range(len(x))):
        out.append(x[i])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 2)})
def pairs_of_an_item(x):
    out = []
    for row in x:
        a, b = row
        out.append(torch.stack([b, -a]))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 2), "parts": [torch.randn(2) for _ in range(n)]})
def zipped_with_a_list(x, parts):
    return torch.stack([a * b for a, b in zip(x, parts)])


@sized(lambda n: {"x": torch.randn(n, 3)})
def iterated_through_wrappers(x):
    out = []
    for i, row in enumerate(list(x)):
        out.append(row * i)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 2), "y": torch.randn(n)})
def unpacked_in_the_header(x, y):
    out = []
    for (a, b), v in zip(x, y):
        out.append(a * b + v)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 2, 2)})
def unpacked_deeper(x):
    out = []
    for (a, b), (c, d) in x:
        out.append(a * d - b * c)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def two_in_one_step(x):
    out = []
    for row in x:
        out.append(row)
        out.append(row * 2)
        out.append(row * 3)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def typed_list(x):
    out = []
    for row in x:
        out.append(row.sum())
    return torch.tensor(out, dtype=torch.float64)


@sized(lambda n: {"x": torch.randn(n, 2, 3)})
def joined_sideways(x):
    out = []
    for m in x:
        out.append(m * 2)
    return torch.cat(out, -1)


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def broadcast_in_a_stack(x, y):
    out = []
    for a in x:
        for b in y:
            out.append(torch.stack([a[0], b[0], a[1] * b[1]]))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1, 3), "a": 0.2})
def begun_with_the_first_state(x, a):
    state = x[0]
    out = [state]
    for v in x[1:]:
        state = a * v + (1 - a) * state
        out.append(state)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 2, 3)})
def begun_with_zeros(x):
    steps = [torch.zeros_like(x[0])]
    for i in range(1, len(x)):
        steps.append(x[i] - x[i - 1])
    return torch.stack(steps, dim=1), len(steps)


@sized(lambda n: {"x": torch.randn(n + 3, 2)})
def begun_with_two(x):
    out = [x[0], x[1]]
    for i in range(2, len(x)):
        out.append((x[i] + x[i - 1] + x[i - 2]) / 3)
    return torch.stack(out)


@sized(lambda n: {"lengths": torch.arange(n) % 4 + 1})
def offsets_from_zero(lengths):
    offsets = [0]
    for n in lengths:
        offsets.append(offsets[-1] + n.item())
    return torch.tensor(offsets)


@sized(lambda n: {"steps": torch.randn(n, 3), "start": torch.randn(3)})
def path_from_a_start(steps, start):
    path = [start]
    for step in steps:
        path.append(path[-1] + step * 0.5)
    return torch.stack(path)


@sized(lambda n: {"x": torch.randn(n, 3)})
def begun_with_a_state_that_is_read_later(x):
    total = torch.ones(3)
    out = [total]
    for v in x:
        total = total + v
        out.append(total)
    return torch.stack(out), total


@sized(lambda n: {"rows": torch.randn(n, 3)})
def grown_from_scaled_rows(rows):
    grown = torch.empty(0, 3)
    for row in rows:
        grown = torch.cat([grown, row[None] * 2 - 1])
    return grown


@sized(lambda n: {"x": torch.randn(n + 1)})
def some_inserted_at_the_front(x):
    out = []
    for i in range(len(x)):
        if i % 3 == 0:
            out.insert(0, x[i])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1)})
def some_from_the_end(x):
    return torch.stack([v for v in x.flip(0) if v < 0.7])


@sized(lambda n: {"x": torch.randn(n + 1)})
def a_list_that_is_read_further_on(x):
    out = []
    for i in range(len(x)):
        out.append(x[i].item() * 2)
    while len(x) > 4:
        x = x[:4]
    return out, x


@sized(lambda n: {"x": torch.randn(n + 1, 2)})
def a_list_of_rows_that_is_read_further_on(x):
    out = []
    for row in x:
        if row.sum() > 0:
            out.append(row * 2)
    while len(x) > 4:
        x = x[:4]
    return out, x


@sized(lambda n: {"past": torch.randn(2, n + 1, 3), "idx": torch.randint(0, n + 1, (n,))})
def columns_that_are_joined_again(past, idx):
    out = []
    for i in idx:
        out.append(past[:, i].unsqueeze(1).clone())
    return torch.cat(out, dim=1)


@sized(lambda n: {"x": torch.randn(n, 3), "count": n})
def a_list_beside_what_stays(x, count):
    rows = []
    for v in x:
        rows.append(v)
    return count, x, torch.stack(rows)
