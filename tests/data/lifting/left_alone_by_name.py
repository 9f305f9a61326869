"""Loops over entries of dicts, and over what has a name, that are left alone."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randint(0, 5, (n,))})
def counted_in_a_dictionary(x):
    """counts is read while the loop writes it"""
    counts = {}
    for v in x.tolist():
        counts[v] = counts.get(v, 0) + 1
    return counts


class Layers(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layers = torch.nn.ModuleList(torch.nn.Linear(2 + k % 2, 2) for k in range(n))


@sized(lambda n: {"model": Layers(n)})
def norms_by_the_name_of_what_they_are_of(model):
    """model.named_parameters() is no tensor"""
    total = 0.0
    for name, p in model.named_parameters():
        total += len(name) * p.detach().norm().item()
    return total


@sized(lambda n: {"x": torch.randn(3 * n), "of_class": {str(k): [k, 2 * k] for k in range(n)}})
def named_totals(x, of_class):
    """label is read while the loop writes it"""
    total = torch.zeros(())
    for label, rows in of_class.items():
        total += x[rows].sum() * float(label)
    return total


@sized(lambda n: {"x": torch.randn(3 * n), "weight": {"a": 0.5, "b": 2.0}})
def named_totals_by_comprehension(x, weight):
    """label is read while the loop writes it"""
    rows = {"a": [0, 1], "b": [2]}
    return torch.stack([x[ids].sum() * weight[label] for label, ids in rows.items()])


@sized(lambda n: {"state": {f"w{k}": torch.randn(2, 1 + k % 3) for k in range(n)}})
def read_while_it_is_filled(state):
    """sizes is filled under a test, or in several places"""
    sizes = {"w0": 2.0}
    for name, w in state.items():
        sizes[name] = w.norm().item() * len(sizes)
    return sizes


@sized(lambda n: {"state": {f"w{k}": torch.randn(2, 1 + k % 3) for k in range(n)}})
def two_results_by_name(state):
    """out is filled under a test, or in several places"""
    out = {}
    for name, w in state.items():
        out[f"{name}.mean"] = w.mean().item()
        out[f"{name}.norm"] = w.norm().item()
    return out


@sized(lambda n: {"state": {f"w{k}": torch.randn(2, 1 + k % 3) for k in range(n)}})
def under_a_test_of_what_was_found(state):
    """large is filled under a test, or in several places"""
    large = {}
    for name, w in state.items():
        size = w.norm().item()
        if size > 1:
            large[name] = size
    return large


@sized(lambda n: {"kept": {f"w{k}": torch.randn(3) for k in range(n)}})
def averages_of_the_entry_before(kept):
    """kept is read while the loop writes it"""
    for k, v in kept.items():
        kept[k] = 0.5 * kept["w0"] + v
    return kept


@sized(lambda n: {"kept": {f"w{k}": torch.randn(3) for k in range(n)}})
def read_after_it_is_kept(kept):
    """kept is read while the loop writes it"""
    for k, v in kept.items():
        kept[k] = 0.5 * kept[k] + v
        v.add_(kept[k])
    return kept
