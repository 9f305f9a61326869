"""Loops over slices and lists that have no whole-tensor form that loopscope knows."""

import torch
from sized import sized


@sized(lambda n: {"parts": [torch.randn(k % 5 + 1) for k in range(n)], "longest": 6})
def padded_up_to_a_bound(parts, longest):
    """a subscript of a slice of differing length"""
    out = torch.zeros(len(parts), longest)
    for i, s in enumerate(parts):
        n = min(len(s), longest)
        out[i, :n] = s[:n]
    return out


@sized(lambda n: {"pieces": [torch.rand(2 + k % 3) for k in range(n)]})
def discounted_pieces_of_any_length(pieces):
    """total is carried on by an inner loop over items"""
    sums = []
    for piece in pieces:
        total = 0.0
        for v in piece:
            total = total * 0.9 + v
        sums.append(total)
    return torch.stack(sums)


@sized(lambda n: {"parts": [torch.randn(2 + i % 3) for i in range(n)]})
def a_count_that_an_iteration_reads(parts):
    """total meets itself in one iteration"""
    total, skipped = torch.zeros(()), 0
    for part in parts:
        if part.shape[0] < 3:
            skipped += 1
            continue
        total += part.mean() * skipped
    return total


@sized(lambda n: {"parts": [torch.randn(2 + i % 3) for i in range(n)]})
def parts_that_are_read_after_they_are_changed(parts):
    """part is changed before the iteration ends"""
    total = torch.zeros(())
    for part in parts:
        part.mul_(part.norm().clamp(max=1.0))
        total += part.sum()
    return total


@sized(lambda n: {"x": torch.randn(n, 3, 2), "at": torch.randint(0, 9, (n, 2))})
def rows_of_places_behind_a_slice(x, at):
    """an index with dimensions of its own behind a slice"""
    out = torch.zeros(3, 9)
    for i in range(len(x)):
        out[:, at[i]] = x[i]
    return out


@sized(lambda n: {"x": torch.randn(n + 4)})
def windows_that_grow_at_both_ends(x):
    """a slice that grows at both ends"""
    return torch.stack([x[4 - i : 5 + i].sum() for i in range(5)])


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n)})
def diagonals_that_overwrite_each_other(x, y):
    """several stores into m whose order matters"""
    m = torch.zeros(len(x) + 1, len(x) + 1)
    for i in range(len(x)):
        m[i, i] = x[i]
        m[i + 1, i + 1] = y[i]
    return m


@sized(lambda n: {"x": torch.randn(n + 1)})
def place_among_the_others(x):
    """argmax of a slice that does not begin in front"""
    out = []
    for i in range(len(x)):
        out.append(torch.cat([x[:i], x[i + 1 :]]).argmax())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 5)})
def turned_around_a_place(x):
    """slices of differing length are joined"""
    total = torch.zeros(5)
    for i in range(len(x)):
        total += torch.cat([x[i + 1 :], x[:i]])[0:1].sum()
    return total


@sized(lambda n: {"x": torch.randn(n + 1)})
def one_is_there_twice(x):
    """slices of differing length are joined"""
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = torch.cat([x[: i + 1], x[i:]]).sum()
    return out


@sized(lambda n: {"x": torch.randn(n, 7), "lens": torch.randint(2, 4, (n,))})
def slices_of_which_one_is_shorter(x, lens):
    """slices of different lengths meet"""
    return torch.stack(
        [(x[k, 2 : n + 1] + x[k, : 2 * n - n - 1]).sum() for k, n in enumerate(lens)]
    )


@sized(lambda n: {"x": torch.randn(n + 1)})
def list_sorted_in_place_by_a_key(x):
    """found is changed in place after the loop"""
    found = []
    for v in x:
        found.append(v * 2)
    found.sort(key=float)
    return torch.stack(found)


@sized(
    lambda n: {
        "x": torch.randn(n + 1, 3, 4, 5),
        "tag": torch.randint(0, 5, (n + 1, 3)),
        "of": torch.tensor([2, 0, 1]),
    }
)
def entries_on_both_sides_of_a_dimension(x, tag, of):
    """index tensors on both sides of a slice"""
    return torch.stack([x[i, of, :, tag[i]] for i in range(len(x))])


@sized(lambda n: {"x": torch.randn(n)})
def thinned_windows_cut_short(x):
    """a slice with a step that differs in length"""
    out = torch.zeros(len(x))
    for t in range(len(x)):
        out[t] = x[t : t + 6 : 2].sum()
    return out


@sized(
    lambda n: {
        "items": [torch.randn(1 if k % 2 else k + 1) for k in range(n)],
        "widths": list(range(1, n + 1)),
    }
)
def items_spread_up_to_the_end(items, widths):
    """sequences that are padded neither at their end nor in front"""
    out = torch.zeros(len(items), len(items))
    for i, x in enumerate(items):
        out[i, len(items) - widths[i] :] = x
    return out


@sized(lambda n: {"at": torch.randint(0, 4, (n,)), "x": torch.randn(n, 3)})
def fields_that_overlap(at, x):
    """several stores into out whose order matters"""
    out = torch.zeros(4, 4)
    for k in range(len(x)):
        out[at[k], :3] = x[k]
        out[at[k], 2] = 1.0
    return out


def normed_over_rows():
    return torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).eval()


@sized(
    lambda n: {
        "layers": normed_over_rows(),
        "x": torch.randn(n, 5, 3),
        "lengths": torch.randint(1, 6, (n,)),
    }
)
def layers_in_which_rows_may_meet(layers, x, lengths):
    """layers of a slice of differing length"""
    out = []
    for i in range(len(x)):
        out.append(layers(x[i, : lengths[i]]).sum(0))
    return torch.stack(out)
