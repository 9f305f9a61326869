"""A variable that is None until the first iteration has set it."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def differences(x):
    prev = None
    out = []
    for v in x:
        if prev is not None:
            out.append(v - prev)
        prev = v
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def path_length(x):
    before = None
    total = 0.0
    for _, point in enumerate(x):
        if before is not None:
            total = total + (point - before).norm()
        before = point
    return total


@sized(lambda n: {"x": torch.randn(n, 3), "n": n})
def of_what_is_computed(x, n):
    last = None
    out = []
    for t in range(n):
        h = x[t] * 2
        h = h.sigmoid()
        if last is not None:
            out.append((h - last).sum())
        last = h
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def stored_from_the_second_on(x):
    last = None
    out = torch.zeros(len(x))
    for t in range(len(x)):
        if last is not None:
            out[t] = (x[t] * last).sum()
        last = x[t]
    return out


@sized(lambda n: {"x": torch.randn(n)})
def the_first_as_it_is(x):
    prev = None
    out = []
    for v in x:
        if prev is None:
            out.append(v)
        else:
            out.append(v - prev)
        prev = v
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n)})
def the_first_by_choice(x):
    prev = None
    out = []
    for v in x:
        out.append(v if prev is None else v * prev)
        prev = v
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 1, 3), "n": n})
def changes_counted(x, n):
    last = None
    changes = 0
    for t in range(1, n):
        top = x[t].argmax().item()
        if last is not None and top != last:
            changes += 1
        last = top
    return changes
