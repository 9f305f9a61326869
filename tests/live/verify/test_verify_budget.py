import os
import subprocess
import sys
import textwrap

import pytest
import torch
from verifying import randn, verify

from loopscope.verify import trial
from loopscope.verify.scene import copy_scene
from loopscope.verify.trial import Trial

pytestmark = pytest.mark.live

LOOP = "for i in range(len(x)): out[i] = x[i] + 1"
REWRITE = "out = x + 1"


def make(n=400):
    return {"x": randn(n), "out": torch.empty(n)}


class Clock:
    """Every look at it takes a while: an iteration is one look."""

    def __init__(self, step_ns):
        self.now_ns, self.step_ns = 0, step_ns

    def __call__(self):
        self.now_ns += self.step_ns
        return self.now_ns


@pytest.fixture
def runs(monkeypatch):
    """Inputs of all runs, with the iterations that were run on each."""
    found = []
    run = Trial.run

    def counted(self, program, given, **more):
        ending = run(self, program, given, **more)
        found.append((given.label, ending.ticks))
        return ending

    monkeypatch.setattr(Trial, "run", counted)
    return found


def verify_with(budget_ns, **more):
    return verify(LOOP, REWRITE, "out", make, fresh=("out",), budget_ns=budget_ns, **more)


def test_fewer_inputs_are_tried_in_less_time(runs):
    counts = []
    for budget_ns in (300, 1_000, 10_000):
        runs.clear()
        verify_with(budget_ns, clock=Clock(1))
        counts.append(len(runs))

    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_loop_that_takes_too_long_is_run_on_a_part_of_its_input(runs):
    outcome = verify_with(20_000, clock=Clock(10))

    assert max(ticks for _, ticks in runs) < 400
    assert outcome.status == "verified"


def test_a_run_is_stopped_at_its_deadline(runs):
    outcome = verify(
        "while True: s = s + 1", "s = 0", "s", lambda: {"s": 0}, budget_ns=1000, clock=Clock(1)
    )

    assert outcome.status == "unverified"
    assert "takes too long" in outcome.reason
    assert len(runs) == 1
    assert runs[0][1] <= 1001


def test_a_rewrite_that_does_not_end_is_stopped(runs):
    outcome = verify(LOOP, "while True: out = x + 1", "out", make, fresh=("out",))

    assert outcome.status == "refuted"
    assert max(ticks for _, ticks in runs) < 50_000


def test_a_rewrite_that_is_not_faster_is_withdrawn():
    slow = "out = torch.stack([torch.stack([v + 1 for _ in range(3)])[0] for v in x])"

    outcome = verify(LOOP, slow, "out", make, fresh=("out",), min_speedup=1.0)

    assert (outcome.status, outcome.verdict) == ("none", None)
    assert "not faster" in outcome.reason


def test_a_rewrite_that_needs_too_much_memory_is_not_run_at_full_size(runs):
    loop = "out = 0\nfor v in x: out = out + (v - x).abs().sum()"
    rewrite = "out = (x[:, None, None] - x[:, None] + 0 * x).abs().sum() / len(x)"

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(20_000)})

    assert outcome.status == "refuted"
    assert "memory" in outcome.reason
    assert max(ticks for _, ticks in runs) < 100


def test_a_first_verification_imports_no_compiler():
    code = """
        import sys
        from verifying import randn, verify
        loop = "s = 0\\nfor v in x: s = s + v"
        outcome = verify(loop, "s = x.sum()", "s", lambda: {"x": randn(50)})
        assert outcome.status == "verified" and outcome.verdict.gradients, outcome
        print([m for m in ("torch._dynamo", "torch._inductor", "sympy") if m in sys.modules])
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == "[]", done.stderr


def test_three_inputs_are_needed():
    loop = """
        for i in range(len(x)):
            out[i] = x[i]
        if [int(v) for v in x] != list(range(30)) or x.dtype != torch.float32: raise ValueError
    """

    def only_one():
        return {"x": torch.arange(30.0), "out": torch.empty(30)}

    outcome = verify(loop, "out = x.clone()", "out", only_one, fresh=("out",))

    assert outcome.status == "unverified"
    assert "3 are needed" in outcome.reason


def test_what_the_setup_makes_anew_is_not_copied_for_a_run(monkeypatch):
    copied = []

    def copy(namespace, names, *args, **more):
        copied.append({*names})
        return copy_scene(namespace, names, *args, **more)

    monkeypatch.setattr(trial, "copy_scene", copy)
    outcome = verify(
        "for i in range(len(x)): out[i] = x[i] * 2",
        "out = x * 2",
        "out",
        lambda: {"x": randn(12), "out": torch.zeros(12)},
        setup="out = torch.zeros(len(x))",
        fresh=("out",),
    )

    assert outcome.status == "verified"
    assert sum("out" not in names for names in copied) > len(copied) / 2
