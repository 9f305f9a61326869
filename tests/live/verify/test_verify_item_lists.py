import pytest
import torch
from verifying import randn, verify

pytestmark = pytest.mark.live

COLUMNS = "torch.tensor([k for m in lists for k in m], dtype=torch.long)"
ROWS = "torch.tensor([i for i, m in enumerate(lists) for _ in m], dtype=torch.long)"


def lists():
    return [[(5 * k + 3 * j) % 9 for j in range(k % 4 + 1)] for k in range(12)]


def test_an_item_that_holds_a_number_twice_is_tried():
    loop = """
        counts = torch.zeros(9)
        for m in lists:
            counts[m] += 1
    """

    outcome = verify(
        loop,
        f"counts = torch.bincount({COLUMNS}, minlength=9).float()",
        "counts",
        lambda: {"lists": lists()},
    )

    assert "no item of `lists` holds a number twice" in outcome.guards or (
        outcome.status == "refuted"
    )


def test_an_item_that_counts_from_the_end_is_tried():
    loop = """
        out = torch.zeros(len(lists), 9)
        for i, m in enumerate(lists):
            out[i, m] = 1.0
    """

    def outcome(rewrite):
        return verify(loop, rewrite, "out", lambda: {"lists": lists()})

    index = f"{ROWS}, {COLUMNS}"
    flat = f"out.view(-1)[{ROWS} * 9 + {COLUMNS}] = 1.0"

    assert outcome(f"out = torch.zeros(len(lists), 9)\nout[{index}] = 1.0").status == "verified"
    assert "no item of `lists` holds a negative number" in (
        outcome(f"out = torch.zeros(len(lists), 9)\n{flat}").guards
    )


def test_an_item_that_is_empty_is_tried():
    loop = "out = torch.stack([x[m].mean() for m in items])"

    def make():
        return {"x": randn(9), "items": [torch.tensor(m) for m in lists()]}

    owner = "owner = torch.tensor([i for i, m in enumerate(items) for _ in m])"
    sums = "torch.zeros(len(items)).index_add_(0, owner, x[torch.cat(items)])"
    counts = "torch.bincount(owner, minlength=len(items))"

    nan = verify(loop, f"{owner}\nout = {sums} / {counts}", "out", make)
    zero = verify(loop, f"{owner}\nout = {sums} / {counts}.clamp(min=1)", "out", make)

    assert "no item of `items` is empty" not in nan.guards
    assert "no item of `items` is empty" in zero.guards


@pytest.mark.parametrize("mixed", [(), ("xs",)])
@pytest.mark.parametrize("items", [1, 12])
def test_a_list_that_may_hold_numbers_as_well_is_to_hold_tensors_alone(mixed, items):
    def make():
        return {"xs": list(randn(items))}

    outcome = verify(
        "out = torch.tensor([float(v) for v in xs])",
        "out = torch.stack(xs)",
        "out",
        make,
        mixed=mixed,
    )

    assert outcome.status == "verified"
    assert ("`xs` holds tensors alone" in outcome.guards) is bool(mixed)


def test_numbers_among_tensors_need_no_guard_where_the_rewrite_takes_them_too():
    def make():
        return {"xs": list(randn(12))}

    loop = "out = []\nfor v in xs: out.append(float(v) * 2)"

    outcome = verify(loop, "out = [2 * float(v) for v in xs]", "out", make, mixed=("xs",))

    assert outcome.status == "verified"
    assert not any("tensors alone" in guard for guard in outcome.guards)


@pytest.mark.parametrize("mixed", [(), ("xs",)])
def test_a_list_that_may_hold_tensors_as_well_is_to_hold_numbers_alone(mixed):
    def make():
        return {"xs": [0.5 + k for k in range(12)]}

    outcome = verify(
        "out = torch.tensor([float(v) for v in xs])",
        "out = torch.tensor(xs)",
        "out",
        make,
        mixed=mixed,
    )

    assert outcome.status == "verified"
    assert ("`xs` holds numbers alone" in outcome.guards) is bool(mixed)
