"""Modules and functions that take each row by itself, of slices whose length differs."""

import torch
import torch.nn.functional as F
from sized import sized
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(12, 4)
        self.score = nn.Linear(4, 3)
        self.norm = nn.LayerNorm(4)
        self.deep = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Sequential(nn.Linear(5, 2)))


def lengths_of(n, most):
    return torch.randint(1, most + 1, (n,))


def offsets_of(n, *, least=0):
    return F.pad(torch.randint(least, 5, (n,)).cumsum(0), (1, 0))


def words_in_a_row(n, *, least=0):
    offsets = offsets_of(n, least=least)
    ids = torch.randint(0, 12, (int(offsets[-1]),))
    return {"encoder": Encoder(), "ids": ids, "offsets": offsets}


def rows_in_a_row(n):
    offsets = offsets_of(n)
    return {"encoder": Encoder(), "x": torch.randn(int(offsets[-1]), 4), "offsets": offsets}


def rows_side_by_side(n):
    return {"encoder": Encoder(), "x": torch.randn(n, 6, 4), "lengths": lengths_of(n, 6)}


@sized(words_in_a_row)
def sums_of_words(encoder, ids, offsets):
    out = []
    for d in range(len(offsets) - 1):
        out.append(encoder.words(ids[offsets[d] : offsets[d + 1]]).sum(dim=0))
    return torch.stack(out)


@sized(lambda n: words_in_a_row(n, least=1))
def means_of_words(encoder, ids, offsets):
    docs = torch.zeros(len(offsets) - 1, 4)
    for k in range(len(offsets) - 1):
        begin, end = int(offsets[k]), int(offsets[k + 1])
        docs[k] = encoder.words(ids[begin:end]).mean(0)
    return docs


@sized(lambda n: words_in_a_row(n, least=1))
def greatest_of_words(encoder, ids, offsets):
    return torch.stack(
        [
            F.embedding(ids[offsets[k] : offsets[k + 1]], encoder.words.weight).max(dim=0).values
            for k in range(len(offsets) - 1)
        ]
    )


def words_without_an_end(n):
    found = words_in_a_row(n)
    return found | {"offsets": found["offsets"][:-1]}


@sized(words_without_an_end)
def means_of_words_or_zeros(encoder, ids, offsets):
    docs = []
    for d in range(len(offsets)):
        start = offsets[d]
        end = offsets[d + 1] if d + 1 < len(offsets) else len(ids)
        if start == end:
            docs.append(torch.zeros(encoder.words.embedding_dim))
            continue
        docs.append(encoder.words(ids[start:end]).mean(dim=0))
    return torch.stack(docs)


@sized(
    lambda n: {
        "x": torch.randn(3 * n, 2),
        "first": torch.arange(n) * 3,
    }
)
def sums_up_to_the_last(x, first):
    totals = []
    n = first.numel()
    for i in range(n):
        if i == n - 1:
            end = x.size(0)
        else:
            end = first[i + 1]
        totals.append(x[first[i] : end].sum(dim=0))
    return torch.stack(totals)


@sized(
    lambda n: {
        "encoder": Encoder(),
        "ids": torch.randint(0, 12, (n, 5)),
        "lengths": lengths_of(n, 5),
    }
)
def means_of_padded_words(encoder, ids, lengths):
    out = []
    for i in range(ids.shape[0]):
        n = int(lengths[i])
        out.append(encoder.words(ids[i, :n]).mean(0))
    return torch.stack(out)


@sized(
    lambda n: {
        "table": torch.randn(12, 3),
        "ids": torch.randint(0, 12, (n, 5)),
        "lengths": lengths_of(n, 5),
    }
)
def greatest_of_looked_up_rows(table, ids, lengths):
    out = torch.zeros(ids.shape[0], table.shape[1])
    for i in range(ids.shape[0]):
        out[i] = table[ids[i, : lengths[i]]].amax(dim=0)
    return out


@sized(rows_side_by_side)
def means_of_scores(encoder, x, lengths):
    out = []
    for i in range(x.shape[0]):
        out.append(encoder.score(x[i, : lengths[i]]).mean(0))
    return torch.stack(out)


@sized(rows_side_by_side)
def greatest_of_normed_rows(encoder, x, lengths):
    out = []
    for i in range(x.shape[0]):
        h = torch.relu(encoder.norm(x[i, : lengths[i]]))
        out.append(h.max(dim=0)[0])
    return torch.stack(out)


@sized(rows_in_a_row)
def sums_behind_several_layers(encoder, x, offsets):
    out = []
    for d in range(len(offsets) - 1):
        h = encoder.deep(x[offsets[d] : offsets[d + 1]])
        out.append(h.sum(dim=0))
    return torch.stack(out)


@sized(lambda n: rows_in_a_row(n) | {"w": torch.randn(2, 4), "b": torch.randn(2)})
def sums_of_linear_rows(encoder, x, offsets, w, b):
    out = []
    for d in range(len(offsets) - 1):
        h = F.gelu(F.linear(x[offsets[d] : offsets[d + 1]], w, b))
        out.append(h.sum(dim=0))
    return torch.stack(out)


def predictions(n, *, least=1):
    return {
        "logits": torch.randn(n, 6, 4),
        "labels": torch.randint(0, 4, (n, 6)),
        "lengths": torch.randint(least, 7, (n,)),
    }


@sized(predictions)
def loss_of_valid_steps(logits, labels, lengths):
    loss = torch.tensor(0.0)
    for b in range(logits.size(0)):
        n = lengths[b].item()
        loss = loss + F.cross_entropy(logits[b, :n], labels[b, :n], reduction="sum")
    return loss / lengths.sum()


@sized(lambda n: predictions(n, least=2))
def losses_of_next_labels(logits, labels, lengths):
    losses = []
    for i in range(len(labels)):
        n = int(lengths[i])
        log_probs = F.log_softmax(logits[i, : n - 1], dim=-1)
        losses.append(F.nll_loss(log_probs, labels[i, 1:n]))
    return torch.stack(losses).mean()


@sized(
    lambda n: {
        "logits": torch.randn(3 * n, 4),
        "labels": torch.randint(0, 4, (3 * n,)),
        "ends": torch.arange(n + 1) * 3,
    }
)
def losses_of_packed_rows(logits, labels, ends):
    losses = torch.zeros(len(ends) - 1)
    for i in range(len(ends) - 1):
        a, b = ends[i], ends[i + 1]
        losses[i] = F.cross_entropy(logits[a:b], labels[a:b], label_smoothing=0.1)
    return losses
