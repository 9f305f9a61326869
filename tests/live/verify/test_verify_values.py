"""Verification tries other values than those observed."""

import pytest
import torch
from verifying import randint, randn, refuted, verify

from loopscope.verify.closeness import judge_closeness
from loopscope.verify.inputs.constant_changes import OneSide
from loopscope.verify.inputs.layout_changes import AlsoInFloat64
from loopscope.verify.inputs.literals import Constants
from loopscope.verify.inputs.value_variations import value_variations

pytestmark = pytest.mark.live


@pytest.mark.parametrize("limit", [0.0, 5.0])
def test_a_branch_that_the_observed_input_never_takes_is_taken(limit):
    loop = """
        out = torch.empty_like(x)
        for i in range(len(x)):
            out[i] = x[i] * 2 if x[i] > limit else x[i]
    """

    def make():
        return {"x": randn(30), "limit": -limit or 9.0}

    right = "out = torch.where(x > limit, x * 2, x)"

    assert verify(loop, right, "out", make).status == "verified"
    assert refuted(verify(loop, "out = x * 2" if limit else "out = x.clone()", "out", make))


def clip(v, limit):
    if v > limit:
        return v * 0
    return v


def test_a_branch_in_a_helper_is_taken_too():
    loop = "out = torch.stack([clip(v, limit) for v in x])"

    def make():
        return {"x": randn(30), "limit": 9.0, "clip": clip}

    right = "out = torch.where(x > limit, x * 0, x)"

    assert verify(loop, right, "out", make).status == "verified"
    assert refuted(verify(loop, "out = x.clone()", "out", make))


def test_an_index_to_ignore_is_tried():
    loop = """
        out = torch.zeros(6)
        for i in range(len(y)):
            if y[i] != ignore: out[y[i]] += 1
    """

    def make():
        return {"y": randint(6, 40), "ignore": -100}

    right = "out = torch.bincount(y[y != ignore], minlength=6).float()"

    assert verify(loop, right, "out", make).status == "verified"
    assert refuted(verify(loop, "out = torch.bincount(y, minlength=6).float()", "out", make))


def test_ties_at_a_bound_are_tried():
    loop = "out = 0\nfor v in x:\n    if v >= bar: out = out + 1"

    def make():
        return {"x": randn(50), "bar": 0.25}

    assert verify(loop, "out = int((x >= bar).sum())", "out", make).status == "verified"
    assert refuted(verify(loop, "out = int((x > bar).sum())", "out", make))


def test_switches_and_small_numbers_are_changed():
    loop = "out = torch.stack([v.roll(shift) if flip else v for v in x])"

    def make():
        return {"x": randn(20, 6), "flip": True, "shift": 1}

    right = "out = x.roll(shift, 1) if flip else x.clone()"

    assert verify(loop, right, "out", make).status == "verified"
    assert refuted(verify(loop, "out = x.roll(shift, 1)", "out", make))
    assert refuted(verify(loop, "out = x.roll(1, 1) if flip else x.clone()", "out", make))


def test_a_number_that_is_written_out_is_refuted():
    loop = "out = torch.stack([v * rate for v in x])"

    outcome = verify(loop, "out = x * 0.25", "out", lambda: {"x": randn(20), "rate": 0.25})

    assert refuted(outcome)


def test_duplicates_are_tried_unless_the_indices_are_surely_distinct():
    loop = "out = torch.zeros(9)\nfor i, n in enumerate(index): out[n] += x[i]"
    wrong = "out = torch.zeros(9)\nout[index] += x"

    def by_chance():
        return {"x": randn(4), "index": torch.tensor([5, 2, 7, 1])}

    def surely():
        return {"x": randn(9), "index": torch.randperm(9)}

    assert refuted(verify(loop, wrong, "out", by_chance))
    outcome = verify(loop, wrong, "out", surely)
    assert outcome.status == "verified"
    assert "`index` has every number once" in outcome.guards


def test_what_is_sorted_stays_so_and_is_named_where_the_rewrite_relies_on_it():
    loop = """
        out = torch.zeros(k)
        for i in range(len(owner)): out[owner[i]] += x[i]
    """

    def make():
        owner = torch.arange(8).repeat_interleave(torch.tensor([2, 3, 1, 4, 2, 5, 1, 3]))
        return {"x": randn(21), "owner": owner, "k": 8}

    relies = (
        "lengths = torch.unique_consecutive(owner, return_counts=True)[1]\n"
        "out = torch.segment_reduce(x, 'sum', lengths=lengths)"
    )
    does_not = "out = torch.zeros(k).index_add(0, owner, x)"

    assert "`owner` is sorted" in verify(loop, relies, "out", make).guards
    assert verify(loop, does_not, "out", make).guards == ("inputs have the observed dtype",)


def test_a_constant_that_float32_hardly_shows_is_seen_in_float64():
    loop = "out = torch.stack([r / (r.norm() + 1e-5) for r in x])"

    def make():
        return {"x": randn(20, 6)}

    right = verify(loop, "out = x / (x.norm(dim=1, keepdim=True) + 1e-5)", "out", make)
    wrong = verify(loop, "out = x / (x.norm(dim=1, keepdim=True) + 1.1e-5)", "out", make)

    assert right.status == "verified"
    assert refuted(wrong)


def test_what_a_copy_of_the_same_name_is_made_of_takes_other_values():
    loop = "for i in range(len(x)): x[i] = x[i] if x[i] < 0.5 else 0.5"

    def make():
        return {"x": torch.rand(20) / 4}

    outcome = verify(loop, "x = x + 0", "x", make, fresh=("x",), setup="x = x.clone()")

    assert refuted(outcome)


def test_a_test_of_a_counter_that_no_iteration_was_past_is_passed():
    loop = "out = torch.stack([v * 2 if i < 40 else v for i, v in enumerate(x)])"

    outcome = verify(loop, "out = x * 2", "out", lambda: {"x": randn(12)})

    assert refuted(outcome)
    assert "42 instead of 12" in outcome.reason


def test_integers_take_other_values_where_no_iteration_runs():
    loop = """
        out = torch.zeros(2)
        for i in range(len(x)):
            out = torch.where(w > out, w, out)
    """

    outcome = verify(loop, "out = torch.zeros(2).maximum(w)", "out",
                     lambda: {"x": randn(12), "w": torch.tensor([0, -1])})  # fmt: skip

    assert outcome.status == "verified"
    assert "the loop goes round at least once" in outcome.guards


def test_one_column_is_tried_with_several_values():
    loop = """
        out = []
        for v in x:
            v[-1] -= torch.minimum(x[0, 0], v[0])
            out.append(v[0].clone())
        out = torch.stack(out)
    """
    rewrite = """
        x[:, -1] -= torch.minimum(x[0, 0], x[:, 0])
        out = x[:, 0].clone()
    """

    def make():
        return {"x": torch.tensor([[1.2, 0.3], [-1.0, 0.2], [-0.3, 0.1], [-0.2, 2.0]])}

    assert refuted(verify(loop, rewrite, "out", make))


def test_whole_numbers_of_a_float_tensor_grow_too():
    loop = """
        for i in range(len(x)):
            if x[i] * 2 > 2:
                x[i] = x.sum()
    """
    rewrite = "x[:] = torch.where(x * 2 > 2, x.sum(), x)"

    outcome = verify(loop, rewrite, "x", lambda: {"x": torch.tensor([0.0, 1, -1, 1, 0, 0, -1, 1])})

    assert outcome.status != "verified" or "values as large as those observed" in outcome.guards


def test_in_float64_values_are_tried_on_one_side_of_what_is_compared():
    made = value_variations({"x": randn(6)}, (), Constants(compared=(2.0,)), ())

    labels = [v.label for v in made if v.guard == "inputs have the observed dtype"]

    assert "all values below 2, in float64" in labels
    assert "all values equal to 0, in float64" in labels


def test_a_list_that_a_mask_leaves_empty_has_a_dtype_of_its_own():
    loop = "out = torch.tensor([y[0] for v in x if mask[-1]])"
    rewrite = "out = y[0].expand(len(x))[mask[-1].expand(len(x))]"

    def make():
        return {"x": randn(6), "y": randn(4), "mask": randn(5) < 9}

    outcome = verify(loop, rewrite, "out", make)

    assert {"the list is not empty", "inputs have the observed dtype"} & {*outcome.guards}


def test_what_a_change_makes_can_be_had_in_float64():
    change = AlsoInFloat64(OneSide(20, (), 2.0, "above"))

    made = change.leaf("x", change.memory(randn(6)))

    assert made.dtype == torch.float64
    assert (made > 2).all()


@pytest.mark.parametrize("number", ["v.item()", "float(v)"])
def test_python_floats_have_more_digits_than_tensors(number):
    loop = f"""
        count = 0
        for v in x:
            if {number} * 3 >= 2.1:
                count += 1
    """

    single, double = (
        verify(loop, f"count = int(({x} * 3 >= 2.1).sum())", "count", lambda: {"x": randn(30)})
        for x in ("x", "x.double()")
    )

    assert refuted(single)
    assert double.status == "verified"


def test_fewer_than_a_step_are_tried_where_sizes_need_not_be_multiples():
    loop = """
        out = torch.zeros(n)
        for i in range(n):
            for j in range(k):
                if i - j >= 0:
                    out[i] += x[i - j] * w[j]
    """
    rewrite = """
        diff = torch.arange(n)[:, None] - torch.arange(k)
        out = torch.where(diff >= 0, x[diff] * w, 0).sum(1)
    """

    outcome = verify(
        loop, rewrite, "out", lambda: {"x": randn(12), "w": randn(3), "n": 12, "k": 3}
    )

    assert outcome.status == "verified"
    assert "no size less than 3 instead of 12" in outcome.guards


def test_what_is_read_of_nothing_needs_something_to_be_there():
    loop = """
        out = 0
        for v in x:
            t = torch.ones(m) * 2
            out = out + (t[0] if v > 2 else v)
    """
    rewrite = "out = torch.where(x > 2, (torch.ones(m) * 2)[0], x).sum()"

    few, some = (
        verify(loop, rewrite, "out", lambda x=x: {"x": x, "m": 4}, fresh=("out",), setup="out = 0")
        for x in (randn(8), 4 * randn(8))
    )

    assert few.status == some.status == "verified"
    assert "no dimension is empty" in few.guards
    assert "no dimension is empty" in some.guards


def test_a_long_sum_in_another_order_is_the_same_sum():
    loop = """
        out = torch.empty_like(x)
        for g in range(groups):
            inside = group == g
            out[inside] = torch.softmax(x[inside], dim=0)
    """
    rewrite = """
        top = x.new_full((groups,), -float("inf")).scatter_reduce(0, group, x, "amax")
        exp = (x - top[group]).exp()
        out = exp / exp.new_zeros(groups).index_add_(0, group, exp)[group]
    """

    def make():
        group = randint(900, 5400).sort().values
        return {"x": randn(5400), "group": group, "groups": int(group.max()) + 1}

    assert verify(loop, rewrite, "out", make).status == "verified"


@pytest.mark.parametrize(("items", "close"), [(200, False), (5_000, True)])
def test_the_rounding_allowed_follows_the_number_of_items(items, close):
    exact = randn(100).abs().double() + 1
    loop, twin = exact.float(), exact.clone()
    rewrite = loop * (1 + 30 * torch.finfo(torch.float32).eps)

    assert judge_closeness(loop, rewrite, exact, twin, most_items=items).close is close
    assert not judge_closeness(loop, rewrite, exact, None, most_items=items).close
    assert not judge_closeness(loop, rewrite, exact, twin * (1 + 1e-7), most_items=items).close
    half = loop.half()
    assert not judge_closeness(half, half * 1.03, half.double(), twin, most_items=items).close
