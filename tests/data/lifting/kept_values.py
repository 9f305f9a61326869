"""A variable or an element that keeps the latest value that met a condition."""

import math

import torch
from sized import sized


def gaps(*shape):
    x = torch.randn(*shape)
    x[torch.rand(*shape) < 0.4] = float("nan")
    return x


@sized(lambda n: {"x": gaps(n)})
def gaps_filled_in_place(x):
    x = x.clone()
    for t in range(1, len(x)):
        if torch.isnan(x[t]):
            x[t] = x[t - 1]
    return x


@sized(lambda n: {"readings": gaps(n, 3)})
def gaps_of_each_sensor_by_mask(readings):
    filled = readings.clone()
    for t in range(1, len(filled)):
        missing = torch.isnan(filled[t])
        filled[t, missing] = filled[t - 1, missing]
    return filled


@sized(lambda n: {"x": gaps(n, 2)})
def gaps_by_where(x):
    x = x.clone()
    for t in range(1, len(x)):
        x[t] = torch.where(torch.isnan(x[t]), x[t - 1], x[t])
    return x


@sized(lambda n: {"x": gaps(n, 2)})
def gaps_of_rows_in_a_list(x):
    last = x[0]
    out = [last]
    for t in range(1, len(x)):
        last = torch.where(torch.isnan(x[t]), last, x[t])
        out.append(last)
    return torch.stack(out)


@sized(lambda n: {"x": gaps(n, 3)})
def latest_good_state(x):
    state = torch.zeros(3)
    out = torch.zeros_like(x)
    for t in range(len(x)):
        good = ~torch.isnan(x[t])
        state = torch.where(good, x[t], state)
        out[t] = state
    return out


@sized(lambda n: {"x": gaps(n + 1, 3)})
def gaps_of_columns_by_two_loops(x):
    x = x.clone()
    for i in range(x.shape[1]):
        for t in range(1, x.shape[0]):
            if torch.isnan(x[t, i]):
                x[t, i] = x[t - 1, i]
    return x


@sized(lambda n: {"x": gaps(n)})
def gaps_as_python_numbers(x):
    out = torch.zeros(len(x))
    last = 0.0
    for t in range(len(x)):
        if not math.isnan(x[t].item()):
            last = x[t].item()
        out[t] = last
    return out


@sized(lambda n: {"event": torch.rand(n) < 0.3})
def steps_to_the_next_event(event):
    steps = torch.full((len(event),), -1, dtype=torch.long)
    following = None
    for t in range(len(event) - 1, -1, -1):
        if event[t]:
            following = t
        if following is not None:
            steps[t] = following - t
    return steps


@sized(lambda n: {"event": torch.rand(n) < 0.3})
def steps_since_the_last_event(event):
    steps = []
    seen = None
    for t in range(len(event)):
        if event[t]:
            seen = t
        steps.append(-1 if seen is None else t - seen)
    return torch.tensor(steps)


@sized(lambda n: {"x": torch.randn(n), "keep": torch.rand(n) < 0.5})
def next_kept_item(x, keep):
    out = torch.zeros_like(x)
    ahead = 0.0
    for t in range(len(x) - 1, -1, -1):
        if keep[t]:
            ahead = x[t]
        out[t] = ahead
    return out
