"""A tensor is cut into pieces of different sizes."""

import torch
from sized import sized


def uneven(n, width=4, least=1):
    """Rows, and as many of them for each piece."""
    sizes = [least + (3 * k + 1) % 4 for k in range(n)]
    return torch.randn(sum(sizes), width), sizes


@sized(lambda n: dict(zip(("nodes", "sizes"), uneven(n))))
def mean_and_greatest_of_each_graph(nodes, sizes):
    readout = []
    for part in nodes.split(sizes):
        avg = part.mean(dim=0)
        top, _ = part.max(dim=0)
        readout.append(torch.cat([avg, top]))
    return torch.stack(readout)


@sized(lambda n: dict(zip(("feats", "counts"), uneven(n, least=0))))
def sums_of_pieces_that_may_be_empty(feats, counts):
    pieces = torch.split(feats, counts, dim=0)
    out = torch.zeros(len(pieces), feats.shape[1])
    for i, piece in enumerate(pieces):
        out[i] = piece.sum(dim=0)
    return out


@sized(lambda n: {"x": torch.randn(3 * n, 2), "lengths": torch.full((n,), 3)})
def spread_of_pieces_by_a_tensor(x, lengths):
    return torch.stack([p.std(dim=0, unbiased=False) for p in x.split(lengths.tolist())])


@sized(lambda n: {**dict(zip(("x", "sizes"), uneven(n, 1))), "y": torch.randn(4 * n)})
def losses_of_pieces(x, y, sizes):
    total = 0.0
    for guess, wanted in zip(x[:, 0].split(sizes), y[: len(x)].split(sizes)):
        total = total + ((guess - wanted) ** 2).mean()
    return total / len(sizes)


@sized(lambda n: {**dict(zip(("x", "sizes"), uneven(n, 3))), "w": torch.randn(3)})
def pooled_by_attention(x, w, sizes):
    pooled = []
    for nodes in torch.split(x, sizes):
        weight = torch.softmax(nodes @ w, dim=0)
        pooled.append((weight.unsqueeze(-1) * nodes).sum(dim=0))
    return torch.stack(pooled)


@sized(lambda n: {**dict(zip(("x", "sizes"), uneven(n, 3))), "w": torch.randn(3)})
def weights_of_all_nodes(x, w, sizes):
    weights = []
    for nodes in torch.split(x, sizes):
        weights.append((nodes * w).sum(dim=1).softmax(dim=0))
    return torch.cat(weights)


@sized(lambda n: dict(zip(("x", "sizes"), uneven(n))))
def normalized_pieces(x, sizes):
    normed = []
    for piece in torch.split(x, sizes):
        off = piece - piece.mean(dim=0, keepdim=True)
        normed.append(off / (off.pow(2).mean(dim=0) + 1e-5).sqrt())
    return torch.cat(normed, dim=0)


@sized(lambda n: dict(zip(("x", "sizes"), uneven(n))))
def rows_weighed_by_their_norms(x, sizes):
    out = []
    for piece in x.split(sizes):
        out.append(piece.norm(dim=1) @ piece / piece.shape[0])
    return torch.stack(out)


@sized(lambda n: dict(zip(("tokens", "lens"), uneven(n))))
def pieces_padded(tokens, lens):
    padded = tokens.new_zeros(len(lens), max(lens), tokens.shape[1])
    for b, seq in enumerate(tokens.split(lens)):
        padded[b, : len(seq)] = seq
    return padded
