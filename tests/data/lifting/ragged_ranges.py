"""Inner loops that begin and end elsewhere in each iteration around them."""

import torch
import torch.nn.functional as F
from sized import sized


def rising(n):
    return torch.randint(1, 5, (n + 2,)).cumsum(0)


@sized(lambda n: {"edges": rising(n), "bins": 5 * n + 20})
def triangular_filters(edges, bins):
    bank = torch.zeros(len(edges) - 2, bins)
    for m in range(1, len(edges) - 1):
        left, center, right = int(edges[m - 1]), int(edges[m]), int(edges[m + 1])
        for k in range(left, center):
            bank[m - 1, k] = (k - left) / (center - left)
        for k in range(center, right):
            bank[m - 1, k] = (right - k) / (right - center)
    return bank


@sized(
    lambda n: {
        "x": torch.randn(n + 9),
        "first": torch.randint(0, 4, (n,)),
        "last": torch.randint(4, 9, (n,)),
    }
)
def sums_from_first_to_last(x, first, last):
    out = torch.zeros(len(first))
    for i in range(len(first)):
        for j in range(int(first[i]), int(last[i])):
            out[i] += x[j] ** 2
    return out


@sized(lambda n: {"start": torch.randint(0, 4, (n,)), "stop": torch.randint(4, 8, (n,))})
def spans_marked_one_by_one(start, stop):
    mask = torch.zeros(len(start), 8, dtype=torch.bool)
    for row, (a, b) in enumerate(zip(start.tolist(), stop.tolist())):
        for column in range(a, b):
            mask[row, column] = True
    return mask


def padded(n, steps=9):
    """Sequences side by side, with their lengths."""
    return {"x": torch.randn(n, steps), "lengths": torch.randint(1, steps + 1, (n,))}


def tagged(n, steps=7, tags=5):
    return {
        "emissions": torch.randn(n, steps, tags),
        "tags": torch.randint(0, tags, (n, steps)),
        "lengths": torch.randint(2, steps + 1, (n,)),
    }


@sized(lambda n: {**tagged(n), "first": torch.randn(5), "moves": torch.randn(5, 5)})
def scores_of_paths(emissions, tags, lengths, first, moves):
    scores = []
    for b in range(emissions.size(0)):
        score = first[tags[b, 0]] + emissions[b, 0, tags[b, 0]]
        for t in range(1, int(lengths[b])):
            score = score + moves[tags[b, t - 1], tags[b, t]]
            score = score + emissions[b, t, tags[b, t]]
        scores.append(score + first[tags[b, lengths[b] - 1]])
    return torch.stack(scores)


@sized(padded)
def roughness(x, lengths):
    out = []
    for row, n in enumerate(lengths.tolist()):
        total = 0.0
        for k in range(1, n):
            total = total + (x[row, k] - x[row, k - 1]) ** 2
        out.append(total / max(n - 1, 1))
    return torch.stack([torch.as_tensor(total) for total in out])


@sized(lambda n: {**padded(n), "skip": 2})
def products_after_some(x, lengths, skip):
    out = torch.ones(x.size(0))
    for b in range(x.size(0)):
        for t in range(skip, lengths[b].item()):
            out[b] = out[b] * x[b, t]
    return out


@sized(lambda n: {"h": torch.randn(n, 6, 4), "lengths": torch.randint(1, 7, (n,))})
def greatest_of_each_state(h, lengths):
    out = []
    for b in range(h.size(0)):
        best = h[b, 0]
        for t in range(1, lengths[b]):
            best = torch.maximum(best, h[b, t])
        out.append(best)
    return torch.stack(out)


@sized(lambda n: {"h": torch.randn(n, 6, 4), "lengths": torch.randint(1, 7, (n,))})
def changes_of_states(h, lengths):
    out = []
    for b in range(h.size(0)):
        moved = torch.zeros(h.size(2))
        for t in range(1, int(lengths[b])):
            moved += (h[b, t] - h[b, t - 1]).abs()
        out.append(moved)
    return torch.stack(out)


@sized(padded)
def differences_from_two_before(x, lengths):
    out = torch.zeros_like(x)
    for b in range(x.size(0)):
        for t in range(2, int(lengths[b])):
            out[b, t] = x[b, t] - x[b, t - 2]
    return out


@sized(padded)
def products_of_neighbours_backward(x, lengths):
    out = torch.zeros(len(x))
    for b in range(len(x)):
        for t in range(int(lengths[b]) - 1, 0, -1):
            out[b] += x[b, t] * x[b, t - 1]
    return out


@sized(padded)
def every_other_step(x, lengths):
    out = torch.zeros(len(x))
    for b in range(len(x)):
        for t in range(1, int(lengths[b]), 2):
            out[b] += x[b, t]
    return out


@sized(lambda n: {"x": torch.randn(n, 8), "begins": torch.randint(0, 8, (n,))})
def sums_up_to_the_end(x, begins):
    out = torch.zeros(x.size(0))
    for b in range(x.size(0)):
        for t in range(int(begins[b]), x.size(1)):
            out[b] += x[b, t]
    return out


@sized(
    lambda n: {
        "x": torch.randn(n, 9),
        "begins": torch.randint(0, 4, (n,)),
        "ends": torch.randint(4, 9, (n,)),
    }
)
def jumps_inside_spans(x, begins, ends):
    out = torch.zeros(x.size(0))
    for b in range(x.size(0)):
        for t in range(int(begins[b]) + 1, int(ends[b])):
            out[b] += (x[b, t] - x[b, t - 1]) ** 2
    return out


@sized(lambda n: {"w": torch.randn(n, n + 4), "lengths": torch.randint(1, n + 5, (n,))})
def sums_above_the_diagonal(w, lengths):
    out = torch.zeros(w.size(0))
    for i in range(w.size(0)):
        for j in range(i + 1, int(lengths[i])):
            out[i] += w[i, j]
    return out


@sized(lambda n: {"w": torch.randn(n, n), "x": torch.randn(n)})
def weighted_by_those_before(w, x):
    out = []
    for i in range(w.size(0)):
        total = torch.zeros(())
        for j in range(i):
            total = total + w[i, j] * x[j]
        out.append(total * 2)
    return torch.stack(out)


@sized(padded)
def latest_positive_step(x, lengths):
    out = []
    for b in range(x.size(0)):
        latest = x[b, 0]
        for t in range(1, int(lengths[b])):
            if x[b, t] > 0:
                latest = x[b, t]
        out.append(latest)
    return torch.stack(out)


@sized(lambda n: {k: v for k, v in tagged(n).items() if k != "emissions"})
def moves_counted(tags, lengths):
    counts = torch.zeros(5, 5)
    for b in range(tags.size(0)):
        for t in range(1, int(lengths[b])):
            counts[tags[b, t - 1], tags[b, t]] += 1
    return counts


@sized(tagged)
def loss_of_next_steps(emissions, tags, lengths):
    loss, count = 0.0, 0
    for b in range(tags.size(0)):
        for t in range(1, int(lengths[b])):
            step = emissions[b, t - 1].unsqueeze(0)
            loss = loss + F.cross_entropy(step, tags[b, t].unsqueeze(0))
            count += 1
    return loss / count


class Decoder:
    def __init__(self):
        self.weight = torch.linspace(-1, 1, 15).view(5, 3)


@sized(
    lambda n: {
        "decoder": Decoder(),
        "words": torch.randint(0, 5, (6, n)),
        "lengths": torch.randint(1, 7, (n,)),
    }
)
def scores_of_words_step_first(decoder, words, lengths):
    totals = []
    for k in range(words.shape[1]):
        total = decoder.weight[words[0, k]]
        for step in range(1, int(lengths[k])):
            total = total + decoder.weight[words[step, k]] * 0.5
        totals.append(total)
    return torch.stack(totals)
