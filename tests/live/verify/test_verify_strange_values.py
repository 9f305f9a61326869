"""No numbers, infinity, memory that nobody set, and loops that do not go round."""

import pytest
import torch
from verifying import randn, verify

pytestmark = pytest.mark.live


def test_nan_is_tried_and_never_refutes():
    loop = """
        out = torch.empty_like(x)
        for i in range(len(x)): out[i] = max(0.0, x[i])
    """

    outcome = verify(loop, "out = x.clamp(min=0)", "out", lambda: {"x": randn(30)})

    assert outcome.status == "verified"
    assert "inputs are finite" in outcome.guards


@pytest.mark.parametrize(
    "unset", ["torch.empty(len(x))", "torch.empty_like(x)", "x.new_empty(30)"]
)
def test_memory_that_nobody_set_is_seen(unset):
    loop = "out = torch.zeros_like(x)\nfor i in range(3, len(x)): out[i] = x[i]"

    outcome = verify(loop, f"out = {unset}\nout[3:] = x[3:]", "out", lambda: {"x": randn(30)})

    assert outcome.status == "refuted"


def test_a_loop_that_leaves_memory_unset_says_nothing():
    loop = "out = torch.empty_like(x)\nfor i in range(3, len(x)): out[i] = x[i]"

    outcome = verify(
        loop, "out = torch.empty_like(x)\nout[3:] = x[3:]", "out", lambda: {"x": randn(30)}
    )

    assert outcome.status == "unverified"
    assert "unset" in outcome.reason


def test_an_empty_loop_that_raises_after_the_rewrite_only_is_named():
    outcome = verify(
        "out = []\nfor v in x: out.append(v * 2)",
        "out = list(torch.stack(list(x * 2)))",
        "out",
        lambda: {"x": randn(20)},
    )

    assert outcome.status == "verified"
    assert "the loop goes round at least once" in outcome.guards


def test_a_nan_is_no_rounding_of_zero():
    # x.sum() > best is false where the sum is no number: the loop then leaves the zero.
    loop = """
best = torch.zeros(())
for _ in range(3): best = torch.where(x.sum() > best, x.sum(), best)
"""

    outcome = verify(
        loop, "best = torch.maximum(torch.zeros(()), x.sum())", "best", lambda: {"x": randn(5)}
    )

    assert "inputs are finite" in outcome.guards


def test_infinity_is_not_the_least_integer():
    # Where the loop does not go round, the rewrite's median of nothing is the least integer.
    outcome = verify(
        "for v in x:\n    if x.median() > best: best = x.median()",
        "best = x.median()",
        "best",
        lambda: {"x": torch.randint(9, (20,)), "best": float("-inf")},
    )

    assert outcome.status == "verified"
    assert "the loop goes round at least once" in outcome.guards


def test_a_nan_that_a_test_alone_looks_at_is_tried():
    # Python's max passes over what is no number, torch's does not.
    outcome = verify(
        """
out = []
for v in x:
    best = -9.0
    for w in y:
        best = max(best, w)
    out.append(v[0] if v[1] == v[1] or best >= y[-1] else v[2])
out = torch.stack(out)
""",
        """
known = x[:, 1] == x[:, 1]
out = torch.where(known | (y.max().clamp(min=-9.0) >= y[-1]), x[:, 0], x[:, 2])
""",
        "out",
        lambda: {"x": randn(40, 3), "y": randn(10)},
    )

    assert outcome.status == "verified"
    assert "inputs are finite" in outcome.guards
