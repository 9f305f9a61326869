"""Loops that stay as they are for what they change in place: each says why."""

import torch
from sized import sized


@sized(lambda n: {"batch": [{"image": torch.randn(3)} for _ in range(n)]})
def entries_that_are_set_anew(batch):
    """the items of batch are no tensors"""
    for s in batch:
        s["image"] = s["image"] * 2
    return batch


@sized(lambda n: {"x": torch.randn(n, 3), "b": torch.randn(n, 3)})
def changed_as_a_whole_and_in_parts(x, b):
    """x is changed as a whole and in parts"""
    for i in range(len(x)):
        x[i] = b[i]
        x *= b[i, 0]
    return x


@sized(lambda n: {"x": torch.randn(n), "order": torch.randperm(n)})
def changed_while_it_is_walked(x, order):
    """x of one iteration is read by the next"""
    for v, k in zip(x, order):
        x *= v.clone() if v > 2 else k
    return x


@sized(lambda n: {"x": torch.randn(n)})
def rectified_while_it_is_walked(x):
    """x of one iteration is read by the next"""
    total = 0
    for v in x:
        total += v
        x.relu_()
    return total


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def before_what_the_loop_changes(x, y):
    """last of one iteration is read by the next"""
    last = None
    out = []
    for i in range(len(x)):
        if last is not None:
            out.append(x[i] - last)
        y[i] = y[i] * 2
        last = y[i]
    return torch.stack(out)
