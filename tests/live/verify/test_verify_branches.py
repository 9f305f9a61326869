"""Tests of a loop that come out the same on most inputs."""

import pytest
import torch
from verifying import randint, randn, refuted, verify

pytestmark = pytest.mark.live

# Of many numbers that a loop compares with, those nearest to zero are tried first.
_FAR = """
    out = torch.zeros(len(x))
    for i in range(len(x)):
        if -0.5 < x[i] < 0.5 or x[i] > 1.5 or x[i] == 1:
            out[i] = x[i]
        if x[i] {test}:
            out[i] += 1
"""


@pytest.mark.parametrize("test", ["< 700", "> -700", "!= 700", "!= -700"])
def test_a_test_that_the_rewrite_lost_is_seen_where_it_always_held(test):
    kept = "torch.where((x.abs() < 0.5) | (x > 1.5) | (x == 1), x, 0)"

    lost = verify(_FAR.format(test=test), f"out = {kept} + 1", "out", lambda: {"x": randn(20)})
    whole = f"out = {kept} + (x {test})"
    right = verify(_FAR.format(test=test), whole, "out", lambda: {"x": randn(20)})

    assert lost.status == "refuted"
    assert right.status == "verified"
    assert not any(" holds " in guard for guard in right.guards)


def test_a_test_that_no_input_meets_is_named():
    loop = """
        out = []
        for v in x:
            out.append(v if torch.tanh(v) > 2 else v * 2)
    """

    outcome = verify(loop, "out = list(x * 2)", "out", lambda: {"x": randn(20)})

    assert outcome.status == "verified"
    assert outcome.guards == ("`torch.tanh(v) > 2` holds in no iteration",)


def test_each_part_of_a_test_counts():
    loop = """
        total = torch.zeros(())
        for v in x:
            if v > 0 and v < 900:
                total = total + v
    """

    outcome = verify(loop, "total = x.clamp(min=0).sum()", "total", lambda: {"x": randn(20)})

    assert outcome.status == "refuted"


def test_gradients_that_are_not_there_are_tried():
    loop = """
        total = 0.0
        for p in params:
            if p.grad is not None:
                total += p.grad.norm().item()
    """
    every = "total = float(torch.stack([p.grad.norm() for p in params]).sum())"
    some = every.replace("params]", "params if p.grad is not None]")

    def make():
        params = [randn(3, seed=n).requires_grad_() for n in range(12)]
        for p in params:
            p.grad = randn(3)
        return {"params": params}

    wrong, right = (verify(loop, rewrite, "total", make) for rewrite in (every, some))

    assert wrong.status == "refuted"
    assert not any(" holds " in guard for guard in right.guards)


def test_numbers_that_are_tested_are_tried_on_both_sides():
    loop = """
        out = []
        for v in x:
            if decay != 0:
                v = v + decay * 2
            if order > 2:
                v = -v
            out.append(v)
    """
    right = """
        out = x + decay * 2 if decay != 0 else x
        out = list(-out if order > 2 else out)
    """

    def make():
        return {"x": randn(20), "decay": 0.1, "order": 3}

    whole, lost = (verify(loop, r, "out", make) for r in (right, "out = list(-(x + decay * 2))"))

    assert lost.status == "refuted"
    assert not any(" holds " in guard for guard in whole.guards)


def test_what_is_never_tested_is_not_named():
    loop = """
        out = []
        for v in x:
            if torch.tanh(v) > 2:
                if v > 3:
                    v = -v
            out.append(v)
    """

    outcome = verify(loop, "out = list(x)", "out", lambda: {"x": randn(20)})

    assert [g for g in outcome.guards if " holds " in g] == [
        "`torch.tanh(v) > 2` holds in no iteration"
    ]


def test_whole_numbers_that_are_all_the_same_are_moved_past_what_is_tested():
    loop = """
        out = []
        for i in range(len(x)):
            out.append(x[i] if x[i] > 2 else torch.sin(x[i]))
        out = torch.stack(out)
    """

    def make():
        return {"x": torch.tensor([1])}

    outcome = verify(loop, "out = torch.where(x > 2, x, torch.sin(x))", "out", make)

    assert refuted(outcome)
    assert "has dtype torch.float32 where the loop has torch.int64" in outcome.reason
    assert "on `x` of 3" in outcome.reason


def test_a_total_that_tests_of_a_test_may_leave_as_it_was_is_left_so():
    loop = """
        for i in range(len(x)):
            if i % 2 == 0:
                if w[0].abs() >= x[i, 0]:
                    out += x[i, 0]
            elif x[i, 0] > 2:
                if w[0].abs() >= x[i, 0]:
                    out -= x[i, 0]
    """
    rewrite = """
        mask = w[0].abs() >= x[:, 0]
        first = torch.where(mask, x[:, 0], 0)
        second = torch.where(x[:, 0] > 2, torch.where(mask, -x[:, 0], 0), 0)
        out = torch.where(torch.arange(len(x)) % 2 == 0, first, second).sum()
    """

    def make():
        first = [-0.01, -1.65, -0.77, -0.04, -0.18, -0.6, -1.91]
        second = [1.07, -1.47, 0.54, 1.59, 0.53, -0.39, -1.32]
        x = torch.tensor([first, second]).T.contiguous()
        return {"x": x, "w": torch.tensor([-0.82, 0.07]), "out": 0}

    outcome = verify(loop, rewrite, "out", make, setup="out = 0", fresh=("out",))

    assert refuted(outcome)
    assert "where the loop has a int" in outcome.reason


def test_few_items_are_no_excuse_where_it_is_their_values_that_differ():
    loop = """
        for i in range(n):
            total = 0
            for j in range(m):
                if row[i] > y[i] and x[i, j, k[i, j]] > 2: total += 1
            if i % 2 == 0:
                out[i] = total
    """
    rewrite = """
        i = torch.arange(n)
        mask = (row > y)[:, None] & (x[i[:, None], torch.arange(m), {k}] > 2)
        out = torch.where(i % 2 == 0, mask.sum(1), 0).float()
    """
    setup = "out = torch.zeros(n)"
    sizes = ("len(row) == n", "len(y) == n", "k.shape == (n, m)", "x.shape[:2] == (n, m)")

    def make():
        read = {"x": randn(5, 2, 2), "y": randn(5), "k": randint(2, 5, 2), "row": randint(2, 5)}
        return {**read, "n": 5, "m": 2, "out": torch.zeros(5)}

    any_k, read_k = (
        verify(loop, rewrite.format(k=k), "out", make, setup=setup, guards=sizes)
        for k in ("k", "torch.where((row > y)[:, None], k, 0)")
    )

    assert any_k.status == "refuted"
    assert read_k.status == "verified"
    assert not read_k.guards
