"""Where the first way to write a loop does not hold, another may."""

import pytest
import torch
import torch.nn.functional as F

import loopscope

pytestmark = pytest.mark.live

ANY_COST = {"min_share": 0, "min_cost_ns": 0}


def rewrite(loop, *given):
    with loopscope.profile(console=False, settings=ANY_COST) as scope:
        loop(*given)
    (found,) = scope.report.findings
    return found.rewrite


def sequences(*shape):
    sizes = torch.randint(1, 9, (120,), generator=torch.Generator().manual_seed(0))
    return [torch.randn(int(size), *shape) for size in sizes]


def test_rows_are_padded_to_more_than_the_longest():
    def padded(seqs, width):
        out = torch.full((len(seqs), width), -1.0)
        for i, s in enumerate(seqs):
            out[i, : len(s)] = s
        return out

    made = rewrite(padded, sequences(), 12)

    assert made.status == "verified"
    assert "batch_first=True, padding_value=-1.0" in made.after
    assert "pad(out, (0, width - out.shape[1]), value=-1.0)" in made.after


def test_rows_of_vectors_are_padded_in_front():
    def padded(seqs, width):
        out = torch.zeros(len(seqs), width, 3)
        for i, s in enumerate(seqs):
            out[i, width - len(s) :] = s
        return out

    made = rewrite(padded, sequences(3), 12)

    assert made.status == "verified"
    assert "pad(out, (0, 0, width - out.shape[1], 0))" in made.after


def test_tensors_of_a_dict_are_stacked_while_they_have_one_shape():
    def energy(tensors):
        total = 0.0
        for v in tensors.values():
            total += v.pow(2).sum()
        return total

    made = rewrite(energy, {f"k{k}": torch.randn(5) for k in range(120)})

    assert made.status == "verified"
    assert "len({v.shape for v in tensors.values()}) == 1" in made.guards


def test_items_are_not_cast_to_the_one_dtype_that_was_seen():
    def built(x, ids):
        return torch.tensor([ids[i] if i < 1000 else v for i, v in enumerate(x)])

    made = rewrite(built, torch.randn(120), torch.arange(120))

    assert made.status != "verified"
    assert "torch.float32 where the loop has torch.int64" in made.reason


def test_a_break_stays_where_its_flag_is_set_to_a_test_as_well():
    def last(x):
        hit = False
        for v in x:
            hit = bool(v > 2)
            if v < -2:
                hit = True
                break
        return hit

    made = rewrite(last, torch.cat([torch.rand(120), torch.tensor([-9.0, 0.1])]))

    assert made.status == "verified"
    assert "break" in made.after


def test_python_floats_keep_their_digits_where_they_are_made_whole():
    def steps(x):
        return [int(v.item() * 10) % 3 for v in x]

    def above(x):
        count = 0
        for v in x:
            if float(v) * 3 >= 2.1:
                count += 1
        return count

    def counted(x):
        bins = torch.zeros(3)
        for v in x.tolist():
            bins[int(v * 10) % 3] += 1
        return bins

    whole, compared, listed = (rewrite(loop, torch.randn(120)) for loop in (steps, above, counted))

    assert whole.status == compared.status == listed.status == "verified"
    assert "(x.double() * 10).long() % 3" in whole.after
    assert "x.double() * 3 >= 2.1" in compared.after
    assert "x.double()" in listed.after


def test_items_are_padded_to_more_than_the_longest():
    def wide(xs, width):
        return torch.stack([F.pad(x, (0, width - len(x))) for x in xs])

    def longest(xs):
        width = max(len(x) for x in xs)
        return torch.stack([F.pad(x, (0, width - len(x))) for x in xs])

    given = sequences()
    more, as_long = rewrite(wide, given, 12), rewrite(longest, given)

    assert more.status == as_long.status == "verified"
    assert "F.pad(padded, (0, width - padded.shape[1]))" in more.after
    assert "F.pad" not in as_long.after


def test_a_longest_length_that_is_set_again_stays():
    def padded(xs):
        width = max(len(x) for x in xs)
        out = torch.stack([F.pad(x, (0, width - len(x))) for x in xs])
        width += 1
        return out

    made = rewrite(padded, sequences())

    assert made.status == "verified"
    assert "-        width = max" not in made.diff


def unit_rows(x):
    rows = []
    for v in x:
        size = (v * v).sum()
        rows.append(v / torch.sqrt(size) if size > 0 else v)
    return torch.stack(rows)


def roots(x):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = torch.sqrt(x[i]) if x[i] > 0 else -x[i]
    return out


def far_roots(x):
    return torch.stack([torch.sqrt(v**2 - 1) if v > 1 else v for v in x])


def entropy(x):
    total = torch.zeros(())
    for v in x:
        if v > 0:
            total = total - v * v.log()
    return total


def masked_means(x):
    keep = x > 0
    out = torch.zeros(len(x))
    for i in range(len(x)):
        count = keep[i].sum()
        if count > 0:
            out[i] = (x[i] * keep[i]).sum() / count
    return out


def shares(x):
    out = []
    for v in x:
        share = torch.pow(v, 0.5) if v > 0 else v
        if v > 0:
            share = torch.div(share, v)
            share /= v
        out.append(share)
    return torch.stack(out)


@pytest.mark.parametrize(
    ("loop", "shape", "inside"),
    [
        (shares, (120,), "torch.where(x > 0, x, 1)"),
        (unit_rows, (120, 3), "x / torch.sqrt(torch.where(size > 0, size, 1))[:, None]"),
        (roots, (120,), "torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1)), -x)"),
        (
            far_roots,
            (120,),
            "torch.where(x > 1, torch.sqrt(torch.where(x > 1, x ** 2 - 1, 1)), x)",
        ),
        (entropy, (120,), "torch.where(x > 0, x, 1).log()"),
        (masked_means, (120, 3), "/ torch.where(count > 0, count, 1)"),
    ],
)
def test_what_no_arm_takes_has_a_gradient_where_the_user_takes_gradients(loop, shape, inside):
    values = torch.randn(shape, generator=torch.Generator().manual_seed(1))

    made, plain = rewrite(loop, values.clone().requires_grad_()), rewrite(loop, values)

    assert made.status == "verified"
    assert inside in made.after
    assert plain.status == "verified"
    assert inside not in plain.after
