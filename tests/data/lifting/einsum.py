"""Sums of products by an equation."""

import torch
from sized import sized


@sized(lambda n: {"a": torch.randn(n + 1, 3, 4), "x": torch.randn(n + 1, 4), "w": torch.randn(3)})
def a_matrix_and_a_vector_each(a, x, w):
    out = []
    for i in range(len(a)):
        out.append(torch.einsum("ij,j->i", a[i], x[i]) + torch.einsum("k,k", w, w))
    return torch.stack(out)


@sized(lambda n: {"q": torch.rand(n, 2, 5, 3), "k": torch.rand(n, 5, 3), "w": torch.rand(3, 3)})
def scores_of_every_head(q, k, w):
    out = torch.zeros(len(q), 2, 5, 5)
    for b in range(len(q)):
        for h in range(2):
            out[b, h] = torch.einsum("qd,de,ke->qk", q[b, h], w, k[b])
    return out


@sized(lambda n: {"x": torch.randn(n + 1, 4), "y": torch.randn(n + 1, 4)})
def dot_product_of_each_pair(x, y):
    return torch.stack([torch.einsum("i,i->", u, v) for u, v in zip(x, y)])


@sized(lambda n: {"q": torch.rand(2, n + 1, 3), "k": torch.rand(2, n + 1, 3)})
def read_from_a_growing_state(q, k):
    state = torch.zeros(q.shape[0], q.shape[2], k.shape[2])
    outputs = []
    for t in range(q.shape[1]):
        state = state + k[:, t].unsqueeze(2) * q[:, t].unsqueeze(1)
        outputs.append(torch.einsum("bd,bde->be", q[:, t], state))
    return torch.stack(outputs, dim=1)
