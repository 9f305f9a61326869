import pytest
import torch
from verifying import randn, verify

pytestmark = pytest.mark.live


def test_guards_of_the_candidate_are_kept_and_not_tested():
    loop = "best = 0.0\nfor v in x:\n    if v > best: best = v"
    rewrite = "best = x.max()"

    def make():
        return {"x": randn(30)}

    assert verify(loop, rewrite, "best", make).status == "refuted"
    guarded = verify(loop, rewrite, "best", make, guards=("len(x) > 0", "bool((x > 0).any())"))
    assert guarded.status == "verified"


def test_a_setup_that_reads_what_the_loop_does_not_is_left_out():
    def make():
        return {"x": randn(30), "at": torch.randperm(30), "out": torch.zeros(30)}

    loop = "for i in range(len(at)): out[at[i]] = x[i]"
    setup = "out = x.new_zeros(self.size)"
    assert (
        verify(loop, "out[at] = x", "out", make, fresh=("out",), setup=setup).status == "verified"
    )
    other = verify(loop, "out[:] = x", "out", make, fresh=("out",), setup=setup)
    assert other.status == "refuted"


def test_a_setup_that_makes_something_else_is_refused():
    loop = "for i in range(len(x)): out[i] = out[i] + x[i]"

    def make():
        return {"x": randn(30), "out": torch.ones(30)}

    outcome = verify(
        loop, "out = x.clone()", "out", make, fresh=("out",), setup="out = torch.zeros(30)"
    )

    assert outcome.status == "unverified"
    assert "setup does not make what was observed" in outcome.reason


def test_a_second_observed_input_counts():
    from loopscope.model.candidate import Candidate
    from loopscope.verify.verify_rewrite import verify_rewrite

    loop = "out = torch.stack([v.sum() for v in x])"
    candidate = Candidate(loop, "out = x.sum(1)", ("out",))
    shapes = (20, 4), (20, 4, 3)
    factories = [lambda s=s: {"torch": torch, "x": randn(*s)} for s in shapes]

    outcome = verify_rewrite(candidate, factories, budget_ns=10**11, min_speedup=0.0)

    assert outcome.status == "refuted"


@pytest.mark.parametrize(
    ("loop", "why"),
    [
        ("for v in x: return v", "no piece of code by itself"),
        ("for v in x:", "no piece of code by itself"),
        ("for v in missing: pass", "NameError"),
        ("for v in x: y = v @ v @ v", "does not run again on its own input"),
    ],
)
def test_a_loop_that_cannot_be_run_is_not_verified(loop, why):
    outcome = verify(loop, "y = 1", "y", lambda: {"x": randn(20)})

    assert outcome.status == "unverified"
    assert why in outcome.reason


def test_an_input_that_is_gone_is_not_verified():
    def gone():
        raise ReferenceError("a tensor of the snapshot was freed")

    outcome = verify("for v in x: pass", "pass", "", gone)

    assert outcome.status == "unverified"
    assert "a tensor of the snapshot was freed" in outcome.reason
