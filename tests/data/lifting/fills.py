"""Tensors of one number each, which differs between iterations, or their length does."""

import torch
from sized import sized


@sized(lambda n: {"points": torch.randn(n + 4, 3), "k": 3})
def edges_to_the_nearest(points, k):
    src, dst = [], []
    for i in range(points.size(0)):
        off = ((points - points[i]) ** 2).sum(dim=1)
        off[i] = float("inf")
        _, near = torch.topk(off, k, largest=False)
        src.append(torch.full((k,), i, dtype=torch.long))
        dst.append(near)
    return torch.stack([torch.cat(src), torch.cat(dst)])


@sized(lambda n: {"clouds": [torch.randn(k % 3 + 1, 3) for k in range(n)]})
def graph_of_each_node(clouds):
    batch = []
    for g, cloud in enumerate(clouds):
        batch.append(torch.full((cloud.size(0),), g, dtype=torch.long))
    return torch.cat(batch)


@sized(lambda n: {"counts": torch.arange(n) % 3})
def owner_of_each_row(counts):
    return torch.cat([torch.ones(k, dtype=torch.long) * i for i, k in enumerate(counts.tolist())])


@sized(lambda n: {"lengths": [k % 4 for k in range(n)], "speaker": torch.rand(n)})
def speaker_of_each_frame(lengths, speaker):
    frames = []
    for i in range(len(lengths)):
        frames.append(torch.zeros(lengths[i]) + speaker[i])
    return torch.cat(frames)


@sized(lambda n: {"x": torch.randn(n, 4), "labels": torch.arange(n) % 3})
def shifted_by_labels(x, labels):
    out = []
    for row, label in zip(x, labels):
        out.append(row + torch.full_like(row, label.item()))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "score": torch.rand(n)})
def blocks_of_scores(x, score):
    blocks = []
    for i in range(len(x)):
        blocks.append(x.new_full((2, 3), score[i].item()))
    return torch.cat(blocks, dim=1)


@sized(lambda n: {"score": torch.rand(n), "like": torch.zeros(2, 3)})
def stacked_scores(score, like):
    return torch.stack([torch.full(like.shape, s.item()) for s in score])


@sized(lambda n: {"seq_lens": torch.arange(n) % 4 + 1})
def position_of_each_packed_token(seq_lens):
    positions = []
    for length in seq_lens:
        positions.append(torch.arange(length))
    return torch.cat(positions)
