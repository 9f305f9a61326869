"""Places read from data that iterations share, or that they are assumed not to share."""

import torch
from sized import sized


@sized(lambda n: {"items": torch.randint(0, 6, (n,)), "num": 7})
def first_seen(items, num):
    first = torch.full((num,), -1, dtype=torch.long)
    for pos, item in enumerate(items):
        if first[item] < 0:
            first[item] = pos
    return first


@sized(lambda n: {"clusters": torch.randint(0, 6, (n,))})
def representatives(clusters):
    chosen = torch.full((6,), -1)
    for i in range(len(clusters)):
        if chosen[clusters[i]] == -1:
            chosen[clusters[i]] = i
    return chosen


@sized(
    lambda n: {
        "bank": torch.randn(n + 3, 4),
        "inputs": torch.randn(n, 4),
        "indexes": torch.randperm(n + 3)[:n],
        "m": 0.8,
    }
)
def memory_bank(bank, inputs, indexes, m):
    for x, y in zip(inputs, indexes):
        bank[y] = m * bank[y] + (1.0 - m) * x
        bank[y] /= bank[y].norm()
    return bank


@sized(lambda n: {"table": torch.randn(n + 2, 3), "ids": torch.randperm(n + 2)[:n]})
def softmax_of_chosen_rows(table, ids):
    for k in ids.tolist():
        table[k] = torch.softmax(table[k], dim=0)
    return table


@sized(lambda n: {"ids": torch.randint(0, 9, (3, n + 1)), "scores": torch.randn(3, 9), "p": 1.5})
def scores_of_what_was_seen(ids, scores, p):
    scores = scores.clone()
    for i in range(len(scores)):
        for token in set(ids[i].tolist()):
            if scores[i, token] < 0:
                scores[i, token] *= p
            else:
                scores[i, token] /= p
    return scores


@sized(lambda n: {"ids": torch.randint(0, 9, (n + 1,)), "scores": torch.randn(9)})
def once_for_each_that_was_seen(ids, scores):
    scores = scores.clone()
    for token in set(ids.tolist()):
        scores[token] -= 2
    return scores


def apart(n, count=4):
    return torch.stack([torch.randperm(9)[:count] for _ in range(n)])


@sized(lambda n: {"neighbours": apart(n)})
def how_often_each_is_a_neighbour(neighbours):
    counts = torch.zeros(9, dtype=torch.long)
    for ids in neighbours:
        counts[ids] += 1
    return counts


@sized(lambda n: {"ids": apart(n, 3), "weights": torch.randn(n, 3, dtype=torch.float64)})
def weights_of_several_places(ids, weights):
    total = torch.zeros(9, dtype=torch.float64)
    for places, w in zip(ids, weights):
        total[places] += w
    return total


@sized(lambda n: {"picks": torch.randint(0, 5, (n, 6)), "scores": torch.randn(6, 5)})
def penalties_of_each_row(picks, scores):
    scores = scores.clone()
    for choice in picks:
        scores[torch.arange(6), choice] -= 0.5
    return scores


@sized(lambda n: {"ids": torch.randint(0, 5, (n,)), "weight": torch.tensor(float("nan"))})
def a_weight_that_is_no_number_where_it_is_added(ids, weight):
    totals = torch.zeros(8)
    for k in ids:
        totals[k] += weight * 2
    return totals
