"""Lists, sums and tensors in a dict, by fixed keys."""

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 7)})
def lists_that_are_stacked(x):
    out = {"mean": [], "std": []}
    for i in range(x.shape[0]):
        row = x[i]
        out["mean"].append(row.mean())
        out["std"].append(row.std())
    return {k: torch.stack(v) for k, v in out.items()}


@sized(lambda n: {"clips": torch.randn(n, 5, 3)})
def lists_that_a_loop_stacks(clips):
    feats = dict(mean=[], energy=[])  # noqa: C408 (the other way to write it)
    for clip in clips:
        feats["mean"].append(clip.mean(0))
        feats["energy"].append((clip**2).sum())
    for k in feats:
        feats[k] = torch.stack(feats[k])
    return feats


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def lists_that_are_returned(x, y):
    history = {"error": [], "distance": []}
    for a, b in zip(x, y):
        history["error"].append((a - b).item())
        history["distance"].append((a - b).abs().item())
    return len(x), history


@sized(lambda n: {"x": torch.randn(n, 5)})
def lists_that_are_one_by_one(x):
    out = {"top": [], "low": []}
    for row in x:
        out["top"].append(row.max())
        out["low"].append(row.min())
    spread = torch.stack(out["top"]) - torch.stack(out["low"])
    return spread.mean()


@sized(lambda n: {"loss": torch.rand(n), "weight": torch.rand(n)})
def sums_that_are_divided(loss, weight):
    totals = {"loss": 0.0, "weight": 0.0}
    for i in range(loss.shape[0]):
        totals["loss"] += (loss[i] * weight[i]).item()
        totals["weight"] += weight[i].item()
    return totals["loss"] / totals["weight"]


@sized(lambda n: {"pred": torch.randint(0, 2, (n,)), "target": torch.randint(0, 2, (n,))})
def counts_of_outcomes(pred, target):
    stats = {"tp": 0, "fp": 0, "fn": 0}
    for i in range(len(pred)):
        if pred[i] == 1 and target[i] == 1:
            stats["tp"] += 1
        elif pred[i] == 1:
            stats["fp"] += 1
        elif target[i] == 1:
            stats["fn"] += 1
    return stats


@sized(lambda n: {"x": torch.randn(n, 4)})
def tensors_that_are_filled(x):
    out = {"total": torch.zeros(x.shape[0]), "running": torch.zeros(x.shape)}
    for i in range(x.shape[0]):
        out["total"][i] = x[i].sum()
        out["running"][i] = x[i].cumsum(0)
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def entries_beside_others(x):
    out = {"name": "run", "peaks": [], "n": 0}
    for row in x:
        out["peaks"].append(row.max())
        out["n"] += 1
    out["peaks"] = torch.stack(out["peaks"])
    return out


@sized(lambda n: {"x": torch.randn(n, 5)})
def an_entry_comes_later(x):
    out = {"sums": [], "means": []}
    for row in x:
        out["sums"].append(row.sum())
        out["means"].append(row.mean())
    out["bias"] = torch.zeros(2)
    return out


@sized(lambda n: {"x": torch.randn(n, 5), "y": torch.randn(n, 5)})
def an_entry_that_is_begun_alone(x, y):
    found = {}
    found["dots"] = []
    for a, b in zip(x, y):
        found["dots"].append(a @ b)
    found["dots"] = torch.stack(found["dots"])
    return found


@sized(lambda n: {"x": torch.randn(n, 5)})
def a_dict_that_is_read_whole(x):
    found = {"sums": [], "mean": 0.0}
    for row in x:
        found["sums"].append(row.sum().item())
        found["mean"] += row.mean().item()
    names = sorted(found)
    return names, torch.tensor(found["sums"]) / (1 + abs(found["mean"]))


@sized(lambda n: {"x": torch.randn(n, 4)})
def what_one_iteration_leaves(x):
    state = {"y": torch.zeros(4), "out": []}
    for t in range(x.shape[0]):
        state["y"] = 0.9 * state["y"] + 0.1 * x[t]
        state["out"].append(state["y"])
    return torch.stack(state["out"])


@sized(lambda n: {"x": torch.randn(n, 4), "stats": {"low": 0.5, "count": 3, "other": "kept"}})
def entries_of_an_argument(x, stats):
    for k in range(x.size(0)):
        stats["count"] += int(x[k, 0] > 0)
        stats["low"] = min(stats["low"], float(x[k].min()))
    return stats


@sized(lambda n: {"pred": torch.randn(n, 5), "target": torch.randn(n, 5)})
def losses_by_name(pred, target):
    terms = {"l1": 0, "l2": 0}
    for b in range(pred.shape[0]):
        terms["l1"] = terms["l1"] + (pred[b] - target[b]).abs().mean()
        terms["l2"] = terms["l2"] + F.mse_loss(pred[b], target[b])
    total = terms["l1"] + 0.5 * terms["l2"]
    return total, terms
