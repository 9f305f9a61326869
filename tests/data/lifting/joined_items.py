"""Items of all tensors of a list, which differ in length."""

import torch
from sized import sized


def corpus(n):
    lengths = [2 + (k * 5) % 7 for k in range(n)]
    return {
        "words": [torch.randint(0, 6, (k,)) for k in lengths],
        "weights": [torch.rand(k) for k in lengths],
    }


@sized(corpus)
def pairs_of_neighbours(words, weights):
    counts = torch.zeros(6, 6, dtype=torch.int32)
    for word in words:
        for one, other in zip(word, word[1:]):
            counts[one, other] += 1
    return counts


@sized(corpus)
def three_in_a_row(words, weights):
    counts = torch.zeros(6, 6, 6, dtype=torch.long)
    for w in words:
        for i in range(len(w) - 2):
            counts[w[i], w[i + 1], w[i + 2]] += 1
    return counts


@sized(corpus)
def weight_of_each_token(words, weights):
    total = torch.zeros(6)
    for tokens, values in zip(words, weights):
        for t, v in zip(tokens, values):
            total[t] += v
    return total


@sized(corpus)
def heavy_ones(words, weights):
    heavy = []
    for values in weights:
        for v in values:
            if v > 0.5:
                heavy.append(v * 2)
    return torch.stack(heavy)


@sized(corpus)
def largest_step(words, weights):
    best = -1.0
    for values in weights:
        for i in range(values.size(0) - 1):
            best = max(best, (values[i + 1] - values[i]).item())
    return best
