"""Lists of the places where a test holds: edges of a graph, pixels of a mask."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n)})
def places_after_the_first(x):
    out = [i + 1 for i in range(1, len(x)) if x[i] > x[i - 1]]
    return torch.tensor(out, dtype=torch.long)


@sized(lambda n: {"adj": torch.randint(0, 2, (n, n)) + torch.eye(n)})
def edges_of_a_graph(adj):
    n = adj.shape[0]
    edges = []
    for i in range(n):
        for j in range(n):
            if adj[i, j] != 0:
                edges.append((i, j))
    return torch.tensor(edges).t()


@sized(lambda n: {"weight": torch.rand(n, n) + torch.eye(n)})
def edges_by_their_ends(weight):
    src, dst, kept = [], [], []
    for i, row in enumerate(weight):
        for j, w in enumerate(row):
            if w > 0.4:
                src.append(i)
                dst.append(j)
                kept.append(w)
    return torch.tensor([src, dst]), torch.stack(kept)


@sized(lambda n: {"mask": torch.randn(n, n + 1) > 0.3})
def pixels_of_a_mask(mask):
    points = []
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if mask[y, x]:
                points.append((x, y))
    return points


@sized(lambda n: {"score": torch.rand(n, 4)})
def hits_with_their_scores(score):
    hits = []
    for i in range(len(score)):
        for c in range(score.shape[1]):
            if score[i, c] > 0.5:
                hits.append([i, c, score[i, c].item()])
    return hits


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randint(0, 5, (n,))})
def pairs_of_rows_and_labels(x, y):
    pairs = []
    for i in range(len(x)):
        pairs.append((x[i] * 2, y[i] + 1))
    return pairs


@sized(lambda n: {"x": torch.randn(n)})
def every_other_place(x):
    return torch.tensor([i for i in range(0, len(x), 2) if x[i] > -5.0])


@sized(lambda n: {"x": torch.randn(n, 2), "limit": 1.0})
def places_up_to_the_first_far_one(x, limit):
    out = []
    for i in range(len(x)):
        if x[i].norm() > 50 * limit:
            break
        out.append(i)
    return torch.tensor(out)


@sized(lambda n: {"x": torch.randn(n + 2, 3), "limit": 9.0})
def edges_of_neighbours(x, limit):
    src, dst = [], []
    for i in range(len(x)):
        for j in range(len(x)):
            if i != j and (x[i] - x[j]).norm() < limit:
                src.append(i)
                dst.append(j)
    return torch.tensor([src, dst])
