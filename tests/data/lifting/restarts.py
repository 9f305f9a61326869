"""Variables that are made anew where a test holds."""

import torch
from sized import sized


@sized(lambda n: {"done": torch.rand(n + 1) < 0.3})
def places_within_an_episode(done):
    pos = torch.zeros(len(done), dtype=torch.long)
    p = 0
    for t in range(len(done)):
        if done[t]:
            p = 0
        pos[t] = p
        p += 1
    return pos


@sized(lambda n: {"tokens": torch.randint(0, 3, (n + 1,))})
def places_after_each_end(tokens):
    pos = []
    p = 0
    for t in tokens.tolist():
        pos.append(p)
        p += 1
        if t == 0:
            p = 0
    return torch.tensor(pos)


@sized(lambda n: {"x": torch.randint(0, 3, (n + 1,))})
def lengths_of_runs(x):
    runs = torch.ones(len(x), dtype=torch.long)
    for i in range(1, len(x)):
        runs[i] = runs[i - 1] + 1 if x[i] == x[i - 1] else 1
    return runs


@sized(lambda n: {"hit": torch.rand(n + 1) < 0.6})
def streaks(hit):
    out = torch.zeros(len(hit))
    streak = 0
    for i in range(len(hit)):
        if hit[i]:
            streak += 1
        else:
            streak = 0
        out[i] = streak
    return out


@sized(lambda n: {"hit": torch.rand(n + 1) < 0.6})
def the_last_streak(hit):
    streak = 0
    for h in hit:
        streak = streak + 1 if h else 0
    return streak


@sized(lambda n: {"rewards": torch.randn(n + 1), "dones": torch.rand(n + 1) < 0.3})
def discounted_within_an_episode(rewards, dones):
    returns = torch.zeros_like(rewards)
    running = 0.0
    for t in reversed(range(len(rewards))):
        if dones[t]:
            running = 0.0
        running = rewards[t] + 0.9 * running
        returns[t] = running
    return returns


@sized(lambda n: {"rewards": torch.randn(n + 1, 3), "dones": torch.rand(n + 1) < 0.3})
def sums_of_rows_within_an_episode(rewards, dones):
    sums = []
    total = torch.zeros(3)
    for t in range(len(rewards)):
        if dones[t]:
            total = torch.zeros(3)
        total = total + rewards[t]
        sums.append(total)
    return torch.stack(sums)


@sized(lambda n: {"rewards": torch.randn(n + 1), "dones": torch.rand(n + 1) < 0.3})
def totals_of_episodes(rewards, dones):
    totals, total = [], 0.0
    for t in range(len(rewards)):
        total += rewards[t].item()
        if dones[t]:
            totals.append(total)
            total = 0.0
    return totals


@sized(lambda n: {"x": torch.randn(n + 1), "start": torch.rand(n + 1) < 0.3, "level": 2.0})
def smoothed_from_each_start(x, start, level):
    out = torch.empty_like(x)
    level = torch.tensor(level)
    for i in range(len(x)):
        level = x[i] if start[i] else 0.8 * level + 0.2 * x[i]
        out[i] = level
    return out


@sized(
    lambda n: {
        "rewards": torch.randn(n + 1),
        "dones": torch.rand(n + 1) < 0.3,
        "v": torch.randn(n + 1),
    }
)
def gain_over_values(rewards, dones, v):
    gains = torch.zeros_like(rewards)
    r = torch.tensor(0.0)
    for t in range(len(rewards)):
        if dones[t]:
            r = torch.tensor(0.0)
        r = r + rewards[t]
        gains[t] = (r - v[t]) ** 2
    return gains


@sized(lambda n: {"x": torch.randn(n + 1)})
def sum_after_a_first_element(x):
    out = torch.zeros(len(x) + 1)
    out[0] = 5
    for i in range(len(x)):
        out[i + 1] = out[i] + x[i]
    return out
