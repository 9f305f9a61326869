import functools

import pytest
import torch
from verifying import randint, randn, verify

pytestmark = pytest.mark.live

DOUBLE = "for i in range(len(x)): out[i] = x[i] * 2"


def test_a_name_bound_anew_may_be_bound_by_the_rewrite():
    outcome = verify(
        DOUBLE,
        "out = x * 2",
        "out",
        lambda: {"x": randn(30), "out": torch.empty(30)},
        fresh=("out",),
    )

    assert outcome.status == "verified"


def test_a_tensor_that_others_hold_must_be_changed_in_place():
    def make():
        return {"x": randn(30), "out": torch.empty(30)}

    rebound = verify(DOUBLE, "out = x * 2", "out", make)
    written = verify(DOUBLE, "out.copy_(x * 2)", "out", make)

    assert rebound.status == "refuted"
    assert "`out` is a new value, the loop changes `out` in place" in rebound.reason
    assert written.status == "verified"


def test_a_dead_name_must_still_be_changed_if_the_loop_changes_what_it_holds():
    loop = "for i in range(len(x)): log[i] = x[i]\ns = x.sum()"

    outcome = verify(loop, "s = x.sum()", "s", lambda: {"x": randn(30), "log": torch.zeros(30)})

    assert outcome.status == "refuted"
    assert "what `log` was" in outcome.reason


def test_a_tensor_must_not_be_changed_if_the_loop_does_not():
    loop = "out = torch.empty_like(x)\nfor i in range(len(x)): out[i] = x[i] * 2"

    outcome = verify(loop, "out = x.mul_(2).clone()", "out", lambda: {"x": randn(30)})

    assert outcome.status == "refuted"
    assert "what `x` was" in outcome.reason


def test_attributes_of_objects_count():
    class Memory:
        def __init__(self):
            self.total, self.count = torch.zeros(3), 0

    loop = "for r in rows:\n    memory.total += r\n    memory.count += 1"

    def make():
        return {"rows": randn(30, 3), "memory": Memory()}

    right = verify(loop, "memory.total += rows.sum(0)\nmemory.count += len(rows)", "", make)
    forgets = verify(loop, "memory.total += rows.sum(0)", "", make)
    rebinds = verify(
        loop, "memory.total = memory.total + rows.sum(0)\nmemory.count += len(rows)", "", make
    )

    assert right.status == "verified"
    assert forgets.status == "refuted"
    assert "count" in forgets.reason
    assert rebinds.status == "refuted"
    assert "memory.total" in rebinds.reason


def test_two_names_of_one_tensor_stay_one():
    def make():
        x = randn(30)
        return {"x": x, "alias": x}

    loop = "for i in range(len(x)): x[i] = x[i] + 1"

    right = verify(loop, "x += 1", "x alias", make)
    wrong = verify(loop, "x = x + 1", "x alias", make)

    assert right.status == "verified"
    assert wrong.status == "refuted"


def test_a_view_of_an_input_that_is_written_to_is_seen():
    def make():
        x = randn(30)
        return {"x": x, "y": x[1:]}

    # Reads through y what it has just written through x.
    loop = "for i in range(len(y)): x[i + 1] = x[i] + y[i]"

    outcome = verify(loop, "x[1:] = x[:-1] + y", "x", make)

    assert outcome.status == "refuted"


def test_two_iterations_do_not_tell_what_writes_to_shared_memory_do():
    def make(size, apart):
        memory = randn(size + 1)
        return {"x": memory[:-1], "near": memory[1:] * 1 if apart else memory[1:]}

    # With two items it writes to nothing that it reads afterwards.
    loop = "for i in range(len(x)): near[i] -= x[-i - 1]"
    rewrite = "near[:] -= x.flip(0)"

    outcomes = [
        verify(loop, rewrite, "near", functools.partial(make, size, apart))
        for apart in (True, False)
        for size in (2, 20)
    ]

    assert [o.status for o in outcomes] == ["verified", "verified", "unverified", "refuted"]
    assert "share memory" in outcomes[2].reason


def test_one_iteration_does_not_tell_what_a_tensor_of_two_names_does():
    def make():
        x = randn(1)
        return {"x": x, "near": x, "index": torch.tensor([0])}

    loop = "for i in range(len(index)): x[index[i]] = near[i] - near[-i - 1]"

    outcome = verify(loop, "x[index] = near - near.flip(0)", "x", make)

    assert outcome.status == "unverified"
    assert outcome.reason.startswith("`near` and `x` share memory")


def test_one_row_does_not_tell_that_two_rows_lie_over_each_other():
    def make():
        memory = randn(2, 3)
        return {"x": memory[:1], "near": memory[1:]}

    loop = "for i in range(len(x)): near[i] = x[i]"

    outcome = verify(loop, "near[:] = x", "near", make)

    assert outcome.status == "unverified"
    assert outcome.reason.startswith("`x` and `near` share memory")


def test_writes_to_what_lies_shifted_over_what_is_read_are_not_verified():
    def make():
        memory = randn(21, 3)
        return {"out": memory[:-1], "near": memory[1:]}

    # Reads ahead of what it writes: all is well with this many columns, with one PyTorch raises.
    loop = "for i in range(20):\n    for j in range(out.shape[1]): out[i, j] = near[i, 0]"

    outcome = verify(loop, "out[:] = near[:, None, 0]", "out", make)

    assert outcome.status == "unverified"
    assert outcome.reason.startswith("`near` and `out` lie shifted over each other")


def test_columns_that_lie_between_each_other_may_be_written():
    def make():
        q, k = randn(40, 6).chunk(2, dim=1)
        return {"q": q, "k": k}

    outcome = verify("for i in range(len(q)): q[i] = q[i] * k[i]", "q *= k", "q", make)

    assert outcome.status == "verified"


def test_a_result_must_not_share_memory_with_an_input():
    loop = "out = torch.empty_like(x)\nfor i in range(len(x)): out[i] = x[i]"

    def make():
        return {"x": randn(30, 4)}

    shared = verify(loop, "out = x[:]", "out", make)
    copied = verify(loop, "out = x.clone()", "out", make)

    assert (shared.status, shared.copies) == ("refuted", ("out",))
    assert "shares memory with `x`" in shared.reason
    assert copied.status == "verified"


def test_a_tensor_of_an_empty_list_has_no_shape_to_keep():
    loop = """
rows = []
for i in range(len(x)):
    if x[i] > 0: rows.append([x[i].item(), i])
out = torch.tensor(rows)
"""
    rewrite = """
index = torch.arange(len(x))
out = torch.stack([x, index], dim=1)[x > 0]
"""

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(30)})

    assert outcome.status == "verified"
    assert "the list is not empty" in outcome.guards


def test_a_tensor_of_an_empty_list_has_no_columns_to_keep():
    loop = """
rows = []
for i in range(len(x)):
    if x[i] > 0: rows.append([x[i].item(), i])
out = torch.tensor(rows).T
"""
    rewrite = """
index = torch.arange(len(x))
out = torch.stack([x, index], dim=1)[x > 0].T
"""

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(30)})

    assert outcome.status == "verified"
    assert "the list is not empty" in outcome.guards


def test_a_result_that_is_not_contiguous_is_named():
    loop = "out = torch.empty(4, len(x))\nfor i in range(len(x)): out[:, i] = x[i] * 2"

    outcome = verify(loop, "out = (x * 2).T", "out", lambda: {"x": randn(30, 4)})

    assert outcome.status == "verified"
    assert "`out` need not be contiguous later" in outcome.guards


@pytest.mark.parametrize(
    ("rewrite", "what"),
    [
        ("s = x.sum()", "a 0-d tensor where the loop has a float"),
        ("s = x.double().sum().item(); k = 1.0", ""),
        ("s = int(x.sum())", "a int where the loop has a float"),
    ],
)
def test_a_number_stays_a_number(rewrite, what):
    loop = "s = 0.0\nfor v in x: s += v.item()"

    outcome = verify(loop, rewrite, "s", lambda: {"x": randn(30)})

    assert outcome.status == ("refuted" if what else "verified")
    assert what in outcome.reason


@pytest.mark.parametrize(
    ("rewrite", "what"),
    [
        ("out = (x * 2).double()", "dtype torch.float64"),
        ("out = (x * 2)[None]", "shape (1, 30)"),
        ("out = list(x * 2)", "a list"),
        ("out = torch.nn.Parameter(x * 2)", "Parameter"),
    ],
)
def test_dtype_shape_and_type_count(rewrite, what):
    outcome = verify(
        DOUBLE, rewrite, "out", lambda: {"x": randn(30), "out": torch.empty(30)}, fresh=("out",)
    )

    assert outcome.status == "refuted"
    assert what.partition(" (")[0] in outcome.reason


def test_the_order_of_a_dict_counts():
    loop = "c = {}\nfor v in x.tolist(): c[v] = c.get(v, 0) + 1"

    def make():
        return {"x": randint(9, 40)}

    in_order = verify(
        loop, "c = {v: x.tolist().count(v) for v in dict.fromkeys(x.tolist())}", "c", make
    )
    by_value = verify(
        loop, "c = {v: x.tolist().count(v) for v in sorted(set(x.tolist()))}", "c", make
    )

    assert in_order.status == "verified"
    assert by_value.status == "refuted"


def test_items_of_a_list_are_the_same_objects_or_equal():
    loop = "keep = []\nfor t in ts:\n    if t.sum() > 0: keep.append(t)"

    def make():
        return {"ts": [randn(3, seed=n) for n in range(20)]}

    outcome = verify(loop, "keep = [t for t in ts if t.sum() > 0]", "keep", make)
    short = verify(loop, "keep = [t for t in ts[1:] if t.sum() > 0]", "keep", make)

    assert outcome.status == "verified"
    assert short.status == "refuted"


def test_what_an_accumulator_begins_with_counts_unless_it_is_bound_anew():
    loop = "for v in x: s = s + v"

    def make():
        return {"x": randn(30), "s": torch.zeros(())}

    assert verify(loop, "s = x.sum()", "s", make).status == "refuted"
    assert verify(loop, "s = s + x.sum()", "s", make).status == "verified"
    assert verify(loop, "s = x.sum()", "s", make, fresh=("s",)).status == "verified"


def test_numpy_arrays_are_compared():
    loop = "for i in range(len(a)): a[i] = a[i] * 2"

    def make():
        return {"a": randn(30).numpy()}

    assert verify(loop, "a *= 2", "a", make).status == "verified"
    assert verify(loop, "a *= 3", "a", make).status == "refuted"
    assert verify(loop, "a = a * 2", "a", make).status == "refuted"


@pytest.mark.parametrize(("changed", "status"), [((), "verified"), (("x",), "refuted")])
def test_a_view_that_becomes_a_copy_is_one_no_more_where_later_code_changes_it(changed, status):
    loop = "out = max(v for v in x)"

    outcome = verify(loop, "out = x.amax()", "out", lambda: {"x": randn(20)}, changed=changed)

    assert outcome.status == status
    assert not changed or "no view of `x`" in outcome.reason


@pytest.mark.parametrize(("changed", "status"), [((), "verified"), (("x",), "refuted")])
def test_a_result_that_is_a_view_at_one_size_alone_is_none_of_what_is_changed_later(
    changed, status
):
    outcome = verify(
        "out = torch.stack([x[i] for i in range(n) for j in range(k)])",
        "out = x[:, None].expand(-1, k).flatten(0, 1)",
        "out",
        lambda: {"x": randn(6), "n": 6, "k": 2},
        changed=changed,
    )

    assert outcome.status == status
    assert outcome.copies == ("out",)  # with a copy it is


class Model:
    def __init__(self):
        self.x = randn(20)


def test_what_an_attribute_holds_is_changed_with_it():
    loop = "out = max(model.x[i] for i in range(len(model.x)))"
    rewrite = "out = model.x.amax()"

    outcome = verify(loop, rewrite, "out", lambda: {"model": Model()}, changed=("model.x",))

    assert outcome.status == "refuted"
    assert "no view of `model.x`" in outcome.reason


def test_the_step_of_a_range_is_no_size_that_stays():
    outcome = verify(
        "out = [torch.maximum(x.sum(), x.max()) for i in range(0, n, 2)]",
        "out = list(torch.maximum(x.sum(), x.max()).expand(len(range(0, n, 2))))",
        "out",
        lambda: {"x": randn(2), "n": 2},
    )

    assert outcome.status == "refuted"
    assert "share memory" in outcome.reason


def test_a_tensor_of_several_empty_lists_has_no_dtype_to_keep():
    loop = """
here, there = [], []
for i in range(len(x)):
    for j in range(len(x)):
        if x[i] > x[j]:
            here.append(i)
            there.append(j)
out = torch.tensor([here, there])
"""
    rewrite = "out = torch.stack((x[:, None] > x).nonzero(as_tuple=True))"

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(12)})

    assert outcome.status == "verified"
    assert "the list is not empty" in outcome.guards
