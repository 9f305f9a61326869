"""Loops that put items into a dict of lists and are not lifted: each says why."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "labels": torch.randint(0, 3, (n,))})
def in_the_order_of_their_keys(x, labels):
    """groups is read while the loop writes it"""
    groups = {}
    for row, label in zip(x, labels):
        if int(label) not in groups:
            groups[int(label)] = []
        groups[int(label)].append(row)
    return torch.stack([torch.stack(rows).sum(0) for rows in groups.values()])


@sized(lambda n: {"x": torch.randn(n, 3), "labels": torch.randint(0, 3, (n,))})
def of_a_count_so_far(x, labels):
    """groups.setdefault() is called for its effect"""
    groups, n = {}, 0
    for row in x:
        n = n + 1
        groups.setdefault(n % 3, [])
        groups[n % 3].append(row)
    keys = sorted(groups)
    return torch.stack([torch.stack(groups[k]).sum(0) for k in keys])


@sized(lambda n: {"x": torch.randn(n, 3), "labels": torch.randint(0, 3, (n,))})
def by_a_count_so_far(x, labels):
    """a running count"""
    groups, n = {}, 0
    for row in x:
        n = n + 1
        groups.setdefault(n % 3, []).append(row)
    keys = sorted(groups)
    return torch.stack([torch.stack(groups[k]).sum(0) for k in keys])


@sized(lambda n: {"x": torch.randn(n, 3), "labels": torch.randint(0, 3, (n,))})
def the_groups_themselves(x, labels):
    """groups.setdefault(int(labels[i]), []) is no list that begins empty"""
    groups = {}
    for i in range(len(x)):
        groups.setdefault(int(labels[i]), []).append(x[i])
    keys = sorted(groups)
    return torch.stack([torch.stack(groups[k]).sum(0) for k in keys]), groups


@sized(lambda n: {"x": torch.randn(n, 3), "labels": torch.randint(0, 3, (n,))})
def with_their_keys(x, labels):
    """groups.setdefault(int(labels[i]), []) is no list that begins empty"""
    groups = {}
    for i in range(len(x)):
        groups.setdefault(int(labels[i]), []).append(x[i])
    keys = sorted(groups)
    return torch.stack([torch.stack(groups[k]).sum(0) * k for k in keys])
