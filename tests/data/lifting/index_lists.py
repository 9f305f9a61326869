"""Each iteration has a list of indices of its own, and they differ in length."""

import torch
from sized import sized


def choices(n):
    lists = [[(3 * k + 2 * j) % 9 for j in range(k % 4)] for k in range(n)]
    return {"x": torch.randn(n, 9), "lists": lists}


def bundles(n):
    numbers = [[(3 * k + 5 * j) % 9 for j in range(k % 4 + 1)] for k in range(n)]
    return {"table": torch.randn(9, 4), "bags": [torch.tensor(m) for m in numbers]}


@sized(choices)
def allowed_places(x, lists):
    masked = torch.full_like(x, -1e9)
    for e, allowed in enumerate(lists):
        masked[e, allowed] = x[e, allowed]
    return masked


@sized(choices)
def forbidden_places(x, lists):
    out = x.clone()
    for b in range(len(lists)):
        out[b, lists[b]] = float("-inf")
    return out


@sized(choices)
def places_of_some_rows(x, lists):
    out = x.clone()
    for row, test, places in zip(out, x[:, 0], lists):
        if test > 0:
            row[places] = -1.0
    return out


@sized(choices)
def scaled_where_listed(x, lists):
    for i, places in enumerate(lists):
        x[i, places] *= 0.5
    return x


@sized(choices)
def how_often_each_is_listed(x, lists):
    counts = torch.zeros(9)
    for places in lists:
        counts[places] += 1
    return counts


@sized(choices)
def rows_added_to_what_they_list(x, lists):
    total = torch.zeros(9, 9)
    for row, places in zip(x, lists):
        total[places] += row
    return total


@sized(choices)
def marked_one_by_one(x, lists):
    mask = torch.zeros(len(lists), 9, dtype=torch.bool)
    for e, allowed in enumerate(lists):
        for a in allowed:
            mask[e, a] = True
    return mask


@sized(choices)
def rows_marked_one_by_one(x, lists):
    mask = torch.ones_like(x)
    for row, allowed in zip(mask, lists):
        for a in allowed:
            row[a] = 0
    return mask


@sized(choices)
def padded_by_position(x, lists):
    out = torch.full((len(lists), 3), -1)
    for i, numbers in enumerate(lists):
        for j, k in enumerate(numbers):
            out[i, j] = k
    return out


@sized(choices)
def weighted_sums(x, lists):
    out = torch.zeros(len(lists))
    for e, places in enumerate(lists):
        s = 0.0
        for a in places:
            s += x[e, a] * x[0, a]
        out[e] = s / (len(places) + 1)
    return out


@sized(choices)
def added_one_by_one(x, lists):
    out = torch.zeros(len(lists))
    for e, places in enumerate(lists):
        for a in places:
            out[e] += x[e, a]
    return out


@sized(choices)
def sum_of_all_listed(x, lists):
    total = 0.0
    for e, places in enumerate(lists):
        for a in places:
            total += x[e, a]
    return total


@sized(bundles)
def means_of_bags(table, bags):
    rows = []
    for ids in bags:
        rows.append(table[ids].mean(0))
    return torch.stack(rows)


@sized(bundles)
def greatest_of_each_bag(table, bags):
    return torch.stack([table[ids, 2].max() for ids in bags])


@sized(bundles)
def bags_of_stacked_rows(table, bags):
    return torch.stack([torch.stack([table[k] for k in ids]).sum(0) for ids in bags])


class Encoder:
    def __init__(self, table):
        self.table = table


@sized(lambda n: {"self": Encoder(torch.randn(9, 4)), "lists": choices(n)["lists"]})
def sums_in_a_method(self, lists):
    out = torch.zeros(len(lists), self.table.shape[1])
    for i, numbers in enumerate(lists):
        if len(numbers) == 0:
            continue
        out[i] = self.table[torch.tensor(numbers)].sum(dim=0)
    return out


@sized(lambda n: {"pieces": [torch.rand(2 + k % 3) for k in range(n)]})
def sums_of_pieces_of_any_length(pieces):
    sums = []
    for piece in pieces:
        total = 0.0
        for v in piece:
            total = total + v
        sums.append(total)
    return torch.stack(sums)


@sized(choices)
def padded_by_counting(x, lists):
    out = torch.full((len(lists), 3), -1)
    for i in range(len(lists)):
        for j in range(len(lists[i])):
            out[i, j] = lists[i][j]
    return out


@sized(choices)
def sums_of_what_is_large_enough(x, lists):
    out = torch.zeros(len(lists))
    for e in range(len(lists)):
        for a in lists[e]:
            if x[0, a] > -1:
                out[e] += x[e, a]
    return out


@sized(choices)
def stretched_where_listed(x, lists):
    for i, places in enumerate(lists):
        score = x[i, places]
        x[i, places] = torch.where(score < 0, score * 1.2, score / 1.2)
    return x


@sized(lambda n: {**bundles(n), "weights": [torch.rand(k % 4 + 1) for k in range(n)]})
def weighted_bags(table, bags, weights):
    out = torch.zeros(len(bags), table.shape[1])
    for i, (ids, w) in enumerate(zip(bags, weights)):
        out[i] = (table[ids] * w[:, None]).sum(0)
    return out


@sized(bundles)
def greatest_of_each_column(table, bags):
    out = torch.zeros(len(bags), table.shape[1])
    for i, ids in enumerate(bags):
        out[i] = table[ids].max(dim=0).values
    return out


@sized(bundles)
def normalizers_of_bags(table, bags):
    out = []
    for ids in bags:
        out.append(torch.logsumexp(table[ids, 0], dim=0))
    return torch.stack(out)


@sized(bundles)
def shares_of_neighbors(table, bags):
    adjacency = torch.zeros(len(bags), len(table))
    for i, ids in enumerate(bags):
        adjacency[i, ids] = 1.0 / len(ids)
    return adjacency


@sized(choices)
def blanked_where_any_are_listed(x, lists):
    out = x.clone()
    for row, places in enumerate(lists):
        if places:
            out[row, places] = -1
    return out


@sized(choices)
def added_where_any_are_listed(x, lists):
    for i, places in enumerate(lists):
        if not places:
            continue
        x[i, places] += 1.0 / len(places)
    return x


@sized(choices)
def copied_where_any_are_listed(x, lists):
    kept = torch.zeros_like(x)
    for k, (row, ids) in enumerate(zip(x, lists)):
        if len(ids) == 0:
            continue
        kept[k, ids] = row[ids] * 2
    return kept


@sized(choices)
def blanked_where_more_than_one_is_listed(x, lists):
    for i, places in enumerate(lists):
        if len(places) > 1:
            x[i, places] = 0.0
    return x


@sized(bundles)
def members_of_bags_that_hold_any(table, bags):
    held = torch.zeros(len(bags), len(table), dtype=torch.bool)
    for i, ids in enumerate(bags):
        if len(ids) > 0:
            held[i, ids] = True
    return held


@sized(lambda n: {"a": torch.arange(n + 2) % 4, "b": torch.arange(n + 2) % 3})
def pairs_that_follow_each_other_as_columns(a, b):
    pairs = []
    for i in range(len(a)):
        for j in range(len(a)):
            if b[i] == a[j]:
                pairs.append([i, j])
    return torch.tensor(pairs).T
