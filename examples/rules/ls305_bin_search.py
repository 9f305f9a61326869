"""A search over sorted edges for each item is torch.bucketize."""

import torch


def inputs(n=300):
    return {"x": torch.randn(n), "edges": torch.tensor([-1.0, 0.0, 1.0])}


def slow(x, edges):
    out = torch.empty(len(x), dtype=torch.long)
    for i in range(len(x)):  # expect: LS305
        k = 0
        while k < len(edges) and edges[k] <= x[i]:
            k += 1
        out[i] = k
    return out


def fast(x, edges):
    return torch.bucketize(x, edges, right=True)


def fine(x, edges):
    """Each item is compared with all edges: nothing is searched."""
    out = torch.empty(len(x), dtype=torch.long)
    for i in range(len(x)):
        out[i] = (edges <= x[i]).sum()
    return out
