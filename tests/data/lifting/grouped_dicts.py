"""Items that a dict of lists puts into groups, and what is made of each group, by sorted keys."""

from collections import defaultdict

import torch
from sized import sized


@sized(lambda n: {"cloud": 4 * torch.rand(4 * n, 3) - 2, "voxel": 0.7})
def centroids_of_voxels(cloud, voxel):
    cells = {}
    for p in cloud:
        key = tuple(torch.floor(p / voxel).int().tolist())
        if key not in cells:
            cells[key] = []
        cells[key].append(p)
    keys = sorted(cells)
    centroids = torch.stack([torch.stack(cells[k]).mean(dim=0) for k in keys])
    return centroids, torch.tensor(keys)


@sized(lambda n: {"x": torch.randn(2 * n, 4), "labels": torch.randint(-2, 3, (2 * n,))})
def largest_of_each_label(x, labels):
    of_label = defaultdict(list)
    for row, label in zip(x, labels):
        of_label[int(label)].append(row)
    names = sorted(of_label.keys())
    largest = torch.stack([torch.stack(of_label[name]).amax(0) for name in names])
    sizes = torch.tensor([len(of_label[name]) for name in names])
    return largest, sizes


@sized(lambda n: {"v": torch.randn(3 * n), "at": torch.randint(0, 3, (3 * n, 2))})
def sums_of_pairs(v, at):
    found = {}
    for i in range(len(v)):
        found.setdefault((int(at[i, 0]), int(at[i, 1])), []).append(v[i])
    pairs = sorted(found)
    return torch.tensor(pairs), torch.stack([torch.stack(found[pair]).sum() for pair in pairs])
