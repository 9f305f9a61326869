"""Lists from before the loop: what it appends comes after what they hold already."""

import torch
from sized import sized


class Log:
    def __init__(self):
        self.history = [0.5]
        self.count = 1


@sized(lambda n: {"out": [torch.ones(3)], "x": torch.randn(n, 3)})
def rows(out, x):
    for row in x:
        out.append(row * 2)
    return out


@sized(lambda n: {"out": [], "x": torch.randn(n, 3)})
def some_rows(out, x):
    for row in x:
        if row.sum() > 0:
            out.append(row * 2)
    return out


@sized(lambda n: {"log": Log(), "x": torch.randn(n, 3)})
def numbers_and_a_count(log, x):
    for i in range(len(x)):
        log.history.append(float(x[i].sum()))
        log.count += int(x[i].sum() > 0)
    return log.history, log.count


@sized(lambda n: {"logs": {"loss": [0.5], "norm": []}, "x": torch.randn(n, 3)})
def entries(logs, x):
    for row in x:
        logs["loss"].append(row.pow(2).mean().item())
        logs["norm"].append(row.norm())
    return logs


@sized(lambda n: {"out": [torch.ones(3)], "total": torch.tensor(0.5), "x": torch.randn(n, 3)})
def with_what_a_total_was(out, total, x):
    for row in x:
        total += row.sum()
        out.append(row * 2)
    return out, total


@sized(lambda n: {"seen": [torch.ones(())], "total": torch.tensor(0.5), "x": torch.randn(n, 3)})
def scan(seen, total, x):
    for row in x:
        total = total + row.sum()
        seen.append(total)
    return seen, total


@sized(lambda n: {"x": torch.randn(n, 5)})
def one_list_under_two_keys(x):
    shared = []
    out = {"left": shared, "right": shared}
    for row in x:
        out["left"].append(row.sum())
    return torch.stack(out["right"])
