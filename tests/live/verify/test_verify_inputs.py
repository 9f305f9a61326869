import functools

import pytest
import torch
from torch.utils.data import TensorDataset
from verifying import randint, randn, verify

from loopscope.verify.inputs.constant_changes import OneSide
from loopscope.verify.inputs.layout_changes import AlsoInFloat64
from loopscope.verify.inputs.literals import Constants
from loopscope.verify.inputs.value_variations import value_variations

pytestmark = pytest.mark.live


def refuted(outcome):
    return outcome.status == "refuted"


def test_a_size_that_is_written_out_is_refuted():
    loop = "out = torch.stack([v * 2 for v in x])"

    for rewrite in ("out = x[:40] * 2", "out = x.view(40) * 2", "out = x * 2 * torch.ones(40)"):
        assert refuted(verify(loop, rewrite, "out", lambda: {"x": randn(40)}))


def test_one_size_taken_for_another_is_refuted_although_both_were_equal():
    loop = "out = torch.stack([r.sum() / x.shape[1] for r in x])"

    outcome = verify(loop, "out = x.sum(1) / len(x)", "out", lambda: {"x": randn(12, 12)})

    assert refuted(outcome)
    assert "along dimension" in outcome.reason


def test_a_matrix_that_must_be_square_may_rely_on_it():
    loop = """
        out = torch.zeros(n, n)
        for i in range(n):
            for j in range(n):
                out[i, j] = d[i, j] + d[j, i]
    """

    outcome = verify(loop, "out = d + d.T", "out", lambda: {"d": randn(12, 12), "n": 12})

    assert outcome.status == "verified"


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


def test_a_view_that_only_contiguous_tensors_allow_is_refuted():
    loop = "out = [v.sum() for r in x for v in r]"

    def make():
        return {"x": randn(10, 6, 4)}

    wrong = "out = list(x.view(-1, x.shape[2]).sum(1))"
    right = "out = list(x.reshape(-1, x.shape[2]).sum(1))"

    assert refuted(verify(loop, wrong, "out", make))
    assert verify(loop, right, "out", make).status == "verified"


def test_a_constant_that_float32_hardly_shows_is_seen_in_float64():
    loop = "out = torch.stack([r / (r.norm() + 1e-5) for r in x])"

    def make():
        return {"x": randn(20, 6)}

    right = verify(loop, "out = x / (x.norm(dim=1, keepdim=True) + 1e-5)", "out", make)
    wrong = verify(loop, "out = x / (x.norm(dim=1, keepdim=True) + 1.1e-5)", "out", make)

    assert right.status == "verified"
    assert refuted(wrong)


def test_another_order_of_summation_is_fine_but_cancellation_is_not():
    loop = """
        out = []
        for r in x:
            m = r.mean()
            out.append(((r - m) ** 2).mean())
        out = torch.stack(out)
    """

    def make():
        return {"x": 300 + randn(20, 500)}

    stable = verify(loop, "out = x.var(dim=1, correction=0)", "out", make)
    unstable = verify(loop, "out = (x**2).mean(1) - x.mean(1) ** 2", "out", make)

    assert stable.status == "verified"
    assert refuted(unstable)


def test_sizes_of_lists_of_datasets_and_of_attributes_are_changed():
    class Memory:
        def __init__(self):
            self.states = randn(30, 3)

    memory = "out = torch.stack([memory.states[i] for i in range(len(memory.states))])"
    dataset = "out = torch.stack([a + b for a, b in dataset])"
    ragged = "out = torch.zeros(len(xs), 9)\nfor i, s in enumerate(xs): out[i, : len(s)] = s"

    def objects():
        x = randn(30)
        lengths = randint(8, 30).tolist()
        xs = [randn(n + 1, seed=n) for n in lengths]
        return {"memory": Memory(), "dataset": TensorDataset(x, x + 1), "xs": xs}

    for loop, right, wrong in (
        (memory, "out = memory.states.clone()", "out = memory.states * torch.ones(30, 1)"),
        (dataset, "out = sum(dataset.tensors)", "out = sum(dataset.tensors) * torch.ones(30)"),
        (
            ragged,
            "p = torch.nn.utils.rnn.pad_sequence(xs, batch_first=True)\n"
            "out = torch.nn.functional.pad(p, (0, 9 - p.shape[1]))",
            "p = torch.nn.utils.rnn.pad_sequence(xs[:30], batch_first=True)\n"
            "out = torch.nn.functional.pad(p, (0, 9 - p.shape[1], 0, 30 - len(p)))",
        ),
    ):  # fmt: skip
        assert verify(loop, right, "out", objects).status == "verified"
        assert refuted(verify(loop, wrong, "out", objects))


def test_a_dict_of_many_tensors_has_fewer_entries_in_all_that_have_its_keys():
    loop = "out = torch.zeros(())\nfor k, v in new.items(): out = out + (v - old[k]).sum()"
    each = "torch.stack([(v - old[k]).sum() for k, v in new.items()])"

    def named():
        return {name: {f"w{k}": randn(4, seed=k) for k in range(30)} for name in ("new", "old")}

    assert verify(loop, f"out = {each}.sum()", "out", named).status == "verified"
    assert refuted(verify(loop, f"out = {each}.mean() * 30", "out", named))


def test_a_relation_of_sizes_that_the_rewrite_needs_is_named():
    loop = "out = torch.stack([p.mean(0) for p in torch.chunk(x, chunks)])"

    outcome = verify(
        loop,
        "out = x.reshape(chunks, -1, x.shape[1]).mean(1)",
        "out",
        lambda: {"x": randn(120, 5), "chunks": 40},
    )

    assert outcome.status == "verified"
    assert any("stays a multiple of" in guard for guard in outcome.guards)


def test_nothing_but_rounding_says_nothing():
    loop = """
out = torch.zeros(len(x))
for i in range(len(x)): out[i] = torch.linalg.eigvalsh(x[i].T @ x[i])[0]
"""
    rewrite = "out = torch.linalg.eigvalsh(x.mT @ x)[:, 0]"

    def make(rows):
        return {"x": randn(30, rows, 3)}

    # With fewer rows than columns the smallest eigenvalue is nothing but rounding.
    outcomes = [verify(loop, rewrite, "out", functools.partial(make, n)) for n in (2, 3, 4)]

    assert [o.status for o in outcomes] == ["verified"] * 3


def test_a_parameter_that_is_drawn_twice_has_a_gradient_of_its_own():
    loop = """
        for p in params:
            size = p.grad.norm()
            if size > limit:
                p.grad.mul_(limit / size)
    """
    rewrite = """
        grads = [p.grad for p in params]
        size = torch.stack(torch._foreach_norm(grads))
        torch._foreach_mul_(grads, torch.where(size > limit, limit / size, 1).unbind())
    """

    def make():
        params = [randn(3, seed=k) for k in range(9)]
        for k, p in enumerate(params):
            p.grad = randn(3, seed=k + 20)
        return {"params": params, "limit": 0.7}

    assert verify(loop, rewrite, "", make).status == "verified"


def test_what_a_copy_of_the_same_name_is_made_of_takes_other_values():
    loop = "for i in range(len(x)): x[i] = x[i] if x[i] < 0.5 else 0.5"

    def make():
        return {"x": torch.rand(20) / 4}

    outcome = verify(loop, "x = x + 0", "x", make, fresh=("x",), setup="x = x.clone()")

    assert refuted(outcome)


def test_vmap_of_an_op_that_it_runs_item_by_item_is_no_rewrite():
    outcome = verify(
        "out = torch.stack([torch.triplet_margin_loss(v, y, z) for v in x])",
        "out = torch.vmap(lambda v: torch.triplet_margin_loss(v, y, z))(x)",
        "out",
        lambda: {"x": randn(40, 3), "y": randn(3), "z": randn(3)},
    )

    assert outcome.status != "verified"
    assert "batching rule" in outcome.reason


def test_a_dtype_that_a_loop_has_with_few_items_only_is_refuted():
    loop = "out = torch.tensor([0 if i < 3 else v for i, v in enumerate(x)])"
    rewrite = "out = torch.where(torch.arange(len(x)) < 3, 0, x)"

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(12)})

    assert refuted(outcome)
    assert "float32 where the loop has torch.int64, on size 2" in outcome.reason


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


def test_what_a_change_makes_can_be_had_in_float64():
    change = AlsoInFloat64(OneSide(20, (), 2.0, "above"))

    made = change.leaf("x", change.memory(randn(6)))

    assert made.dtype == torch.float64
    assert (made > 2).all()


def test_a_number_that_is_no_tensor_is_told_where_the_loop_gets_nowhere():
    loop = """
        out = -1
        for i in range(1, len(x) + 1):
            if i % 2 == 0:
                out = torch.maximum(x[-1, 0], x[i - 1, 0])
                break
    """
    rewrite = """
        found = torch.arange(1, len(x) + 1) % 2 == 0
        out = torch.where(
            found.any(), torch.maximum(x[-1, 0], x[:, 0])[found.int().argmax()], -1
        )
    """

    assert refuted(verify(loop, rewrite, "out", lambda: {"x": randn(5, 2)}))
