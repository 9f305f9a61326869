"""Loops that have no whole-tensor form, or none that loopscope knows: each says why."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 3), "W": torch.randn(3, 4), "U": torch.randn(4, 4)})
def recurrent_cell(x, W, U):
    """h of one iteration is read by the next"""
    h = torch.zeros(4)
    out = []
    for row in x:
        h = torch.tanh(row @ W + h @ U)
        out.append(h)
    return torch.stack(out)


@sized(lambda n: {"n": n, "r": 3.7})
def logistic_map(n, r):
    """x meets itself in one iteration"""
    x = torch.tensor(0.4)
    for _ in range(n):
        x = r * x * (1 - x)
    return x


@sized(lambda n: {"n": n, "k": 3})
def decayed_through_two_loops(n, k):
    """total is carried through several loops"""
    total = torch.ones(k)
    for i in range(n):
        for j in range(k):
            total = 0.9 * total + torch.full((k,), 0.5)
    return total


@sized(lambda n: {"c": torch.rand(n, n)})
def grid_of_prefixes(c):
    """a carried variable goes through min"""
    T = torch.zeros(len(c) + 1, len(c) + 1)
    for i in range(1, len(c) + 1):
        for j in range(1, len(c) + 1):
            T[i, j] = c[i - 1, j - 1] + min(T[i - 1, j], T[i, j - 1])
    return T


@sized(lambda n: {"n": n})
def drawn_one_by_one(n):
    """randn draws random numbers"""
    out = []
    for _ in range(n):
        out.append(torch.randn(2).norm())
    return torch.stack(out)


@sized(lambda n: {"p": torch.rand(n, 4)})
def sampled_rows(p):
    """multinomial draws random numbers"""
    return torch.stack([torch.multinomial(row, 1) for row in p])


@sized(lambda n: {"x": torch.rand(n)})
def until_a_bound(x):
    """a while loop that does not count"""
    total = torch.zeros(())
    while total < 3:
        total = total + x.sum() + 0.1
    return total


@sized(lambda n: {"x": torch.randn(n, 3)})
def each_overwrites_the_last(x):
    """iterations overwrite each other in out"""
    out = torch.zeros(3)
    for i in range(len(x)):
        for j in range(3):
            out[j] = x[i, j]
    return out


@sized(lambda n: {"x": torch.randn(n)})
def tells_as_it_goes(x):
    """report() is called for its effect"""
    total, report = 0.0, [].append
    for v in x:
        total = total + v
        report(total)
    return total


@sized(lambda n: {"x": torch.randn(n)})
def tried_one_by_one(x):
    """a try statement in the body"""
    out = torch.zeros(len(x))
    for i in range(len(x)):
        try:
            out[i] = x[i]
        except ValueError:
            out[i] = 0
    return out


@sized(lambda n: {"x": torch.randn(9 * n, 3), "y": torch.arange(9 * n) % 4})
def covariance_of_each_class(x, y):
    """T of a group's rows"""
    out = []
    for c in range(4):
        rows = x[y == c]
        rows = rows - rows.mean(0)
        out.append(rows.T @ rows / (len(rows) - 1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.randn(4)})
def gradient_through_what_was_computed_before(x, w):
    """(row @ features) ** 2 has a part in what is derived that is not known"""
    weights = w.clone().requires_grad_()
    features = torch.tanh(weights)
    out = []
    for row in x:
        loss = (row @ features) ** 2 + weights.sum()
        out.append(torch.autograd.grad(loss, weights, retain_graph=True)[0])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(2 * n)})
def a_list_filled_twice_in_a_step(x):
    """several items are appended in one iteration"""
    out = []
    for v in x:
        if v > 0:
            out.append(v)
        out.append(-v)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n + 1)})
def zipped_unevenly(x, y):
    """sequences of different lengths are zipped"""
    return torch.stack([a * b for a, b in zip(x, y)])


@sized(lambda n: {"tensors": [torch.randn(3) for _ in range(n)]})
def a_name_of_the_last_tensor_that_is_read_later(tensors):
    """t is changed in place"""
    last = None
    for t in tensors:
        t.mul_(2.0)
        last = 3
    return last


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def zipped_from_behind(x, y):
    """a sequence is zipped from behind"""
    return torch.stack([x[a] - b for a, b in zip(range(len(x) - 1, -1, -1), y)])


@sized(lambda n: {"x": torch.randn(n, 3, 4), "y": torch.randn(n, 4)})
def einsum_with_an_ellipsis(x, y):
    """an einsum of these operands"""
    out = []
    for a, b in zip(x, y):
        out.append(torch.einsum("...i,i->...", a, b))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6), "ids": torch.randint(0, 6, (n, 6))})
def some_of_places_that_may_repeat(x, ids):
    """an index whose length differs between iterations"""
    rows = []
    for row, places in zip(x, ids):
        drop = row > 0.5
        row = row.clone()
        row[places[drop]] = 0.0
        rows.append(row)
    return torch.stack(rows)


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def an_iterator_that_is_walked_on(x, y):
    """pairs is no tensor"""
    pairs = zip(x, y)
    first = next(pairs)
    out = [(a * b).sum() for a, b in pairs]
    return torch.stack(out) + first[0].sum()


@sized(lambda n: {"a": torch.randint(0, 5, (n, 6)), "b": torch.randint(0, 5, (n, 6))})
def pairs_that_may_stand_twice_in_an_iteration(a, b):
    """places that several indices of one iteration pick"""
    counts = torch.zeros(5, 5)
    for rows, columns in zip(a, b):
        counts[rows, columns] += 1
    return counts


@sized(lambda n: {"x": torch.rand(n), "at": torch.randint(0, 3, (n, 2))})
def extremum_where_others_are_cleared(x, at):
    """best of one iteration is read by the next"""
    best = torch.zeros(3, 3)
    for i in range(len(x)):
        best[at[i, 0], 0] = max(best[at[i, 0], 0], x[i])
        best[at[i, 0], at[i, 1]] = 0
    return best


@sized(lambda n: {"total": torch.randn(9), "places": torch.randint(0, 9, (n, 4))})
def added_to_from_what_was_added(total, places):
    """total of one iteration is read by the next"""
    for place in places:
        total = total.index_add(0, place, total[place.flip(0)])
    return total


@sized(
    lambda n: {"a": torch.randint(0, 4, (n,)), "b": torch.randint(0, 4, (n,)), "known": {(1, 2)}}
)
def pairs_among_known_ones(a, b, known):
    """(a[i].item(), b[i].item()) in known is not understood"""
    found = torch.zeros(len(a), dtype=torch.bool)
    for i in range(len(a)):
        if (a[i].item(), b[i].item()) in known:
            found[i] = True
    return found


@sized(lambda n: {"params": [torch.randn(2 + k % 3) for k in range(n)]})
def steps_by_what_was_summed(params):
    """p is changed before the iteration ends"""
    total = 0.0
    for p in params:
        total += p.abs().sum()
        p.mul_(total)
    return params


@sized(lambda n: {"x": torch.randn(4 * n, 4), "sizes": [4] * n})
def places_of_greatest_in_pieces(x, sizes):
    """the place of an extremum in a group"""
    found = []
    for part in x.split(sizes):
        _, at = part.max(dim=0)
        found.append(at)
    return torch.stack(found)


@sized(lambda n: {"x": torch.randn(3, 2 * n), "sizes": [2] * n})
def pieces_of_columns(x, sizes):
    """pieces of different sizes"""
    return torch.stack([part.sum(dim=1) for part in x.split(sizes, dim=1)])


@sized(lambda n: {"x": torch.randn(n, 5)})
def stored_where_positive(x):
    """an index whose length differs between iterations"""
    for i in range(len(x)):
        at = torch.where(x[i] > 0)[0]
        x[i, at] = 1.0
    return x


@sized(lambda n: {"x": torch.randn(n, 5)})
def a_dict_that_is_also_read_whole(x):
    """out['sums'] is no list that begins empty"""
    out = {"sums": []}
    for row in x:
        out["sums"].append(row.sum() + len(out))
    return out


@sized(lambda n: {"a": torch.rand(n, 5), "b": torch.rand(n, 5)})
def a_ratio_that_is_not_less(a, b):
    """a test of a carried variable"""
    labels = torch.zeros(len(a), dtype=torch.long)
    for i in range(len(a)):
        best = 0.0
        for j in range(5):
            r = a[i, j] / b[i, j]
            if r <= best:
                continue
            best = r
            labels[i] = j
    return labels


@sized(lambda n: {"d": torch.rand(n, 5), "w": torch.rand(n)})
def read_after_the_extremum(d, w):
    """labels of one iteration is read by the next"""
    labels = torch.zeros(len(d), dtype=torch.long)
    out = torch.zeros(len(d))
    for i in range(len(d)):
        labels[i] = 3
        best = 0.4
        for j in range(5):
            if d[i, j] < best:
                best = d[i, j]
                labels[i] = j
        out[i] = w[i] * labels[i]
    return labels, out


@sized(lambda n: {"x": torch.rand(n, 5), "limit": 2.0 * n})
def summed_on_through_the_rows(x, limit):
    """total is carried through several loops"""
    out = []
    total = 0.0
    for row in x:
        for k, v in enumerate(row):
            total = total + v
            if total > limit:
                break
        out.append(k)
    return torch.tensor(out)


@sized(lambda n: {"x": torch.rand(n), "limit": 0.4 * n})
def item_before_the_limit(x, limit):
    """last is that of the iteration that left the loop"""
    total = 0.0
    last = x[0]
    for v in x:
        total = total + v
        if total > limit:
            break
        last = v
    return last


@sized(lambda n: {"out": [torch.ones(3)], "x": torch.randn(n, 3)})
def items_by_the_length_so_far(out, x):
    """out is no list that begins empty"""
    for row in x:
        out.append(row * len(out))
    return out


@sized(lambda n: {"x": torch.randn(n)})
def filled_in_part(x):
    """out is no tensor"""
    out = [0.0] * len(x)
    for i in range(len(x)):
        if x[i] > 0:
            out[i] = x[i].item()
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "index": torch.randint(0, 4, (n,))})
def part_of_what_the_body_makes(x, index):
    """part is a part of ones, and is changed in place"""
    out = []
    for i in range(len(x)):
        ones = torch.ones(4)
        part = ones[index[i]]
        part += x[i].sum()
        out.append(ones.prod())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n), "w": torch.randn(n + 2)})
def outer_counter_at_an_inner_match(x, w):
    """out is set by the first match"""
    out = -1
    for i in range(len(x)):
        for j in range(len(w)):
            if w[j] > 0.5:
                out = i
                break
    return out


@sized(lambda n: {"x": torch.randn(n)})
def place_that_may_not_move_on(x):
    """k as a subscript"""
    out = torch.zeros(len(x))
    k = 0
    for v in x:
        if v > 0:
            out[k] = v
            if v > 1:
                continue
            k += 1
    return out, k


@sized(lambda n: {"x": torch.randn(n)})
def none_until_a_test_holds(x):
    """a variable that is None until a test holds, and read before that"""
    last = None
    out = []
    for v in x:
        if last is not None:
            out.append(v - last)
        if v > 0:
            last = v
    return torch.stack(out)
