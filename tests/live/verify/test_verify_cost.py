"""Verification's time, for all loops of a window together, by a clock that counts its looks."""

import linecache

import pytest
import torch

from loopscope.capture.clock import LoopClock
from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings
from loopscope.pipeline.rewrites import MIN_BUDGET_NS, Rewriter
from loopscope.source.locate import locate_loop

pytestmark = pytest.mark.live

PATH = "<many loops>"
SECOND = 10**9


class Clock:
    """Every look at it takes a while: an iteration is one look."""

    def __init__(self, step_ns):
        self.now_ns, self.step_ns, self.looks = 0, step_ns, 0

    def __call__(self):
        self.looks += 1
        self.now_ns += self.step_ns
        return self.now_ns


def many_loops(count, n=200, bodies=None):
    """Return a rewriter's snapshots, and the loops that they are of."""
    lines = ["def run(x, out):"]
    for k, body in enumerate(bodies or [f"out[i{k}] = x[i{k}] + {k}" for k in range(count)]):
        lines += [f"    for i{k} in range(len(x)):", f"        {body}"]
    text = "\n".join([*lines, "    return out", ""])
    linecache.cache[PATH] = (len(text), None, text.splitlines(keepends=True), PATH)
    names = {}
    exec(compile(text, PATH, "exec"), names)
    taker = SnapshotTaker(Settings())
    watching = LoopClock(Settings(), entry_hook=taker.take)
    watching.start()
    try:
        names["run"](torch.arange(float(n)), torch.zeros(n))
    finally:
        watching.stop()
    sites, _ = watching.entries()
    return taker.snapshots, [locate_loop(text, site) for site in sites if site.path == PATH]


def proposed(count, *, hot_ns, step_ns):
    snapshots, loops = many_loops(count)
    clock = Clock(step_ns)
    rewriter = Rewriter(snapshots, hot_ns, len(loops), clock=clock, min_speedup=0.0)
    return [rewriter.propose(loop) for loop in loops], rewriter, clock


def test_with_time_enough_every_loop_is_verified_and_nothing_is_noted():
    proposals, rewriter, _ = proposed(3, hot_ns=0, step_ns=1)

    assert [p.rewrite.status for p in proposals] == ["verified"] * 3
    assert rewriter.notes == ()


@pytest.mark.parametrize("step_ns", [1_000_000, 5_000_000])
@pytest.mark.parametrize("hot_ns", [0, SECOND])
def test_all_loops_together_keep_to_the_time(hot_ns, step_ns):
    total_ns = max(MIN_BUDGET_NS, 2 * hot_ns)

    _, _, clock = proposed(12, hot_ns=hot_ns, step_ns=step_ns)

    # What is begun is ended: a look for every loop, and the timing of the last one.
    assert clock.now_ns <= total_ns + 100 * step_ns


def test_the_first_loops_are_verified_and_the_others_are_named():
    proposals, rewriter, _ = proposed(6, hot_ns=0, step_ns=1_000_000)

    statuses = [p.rewrite.status for p in proposals]
    assert statuses[0] == "verified"
    assert statuses[-1] == "none"
    note = next(note for note in rewriter.notes if note.startswith("no time to verify a rewrite"))
    assert note.endswith("<many loops>:12 within 1.0 s")


def test_fewer_inputs_than_usual_are_said():
    proposals, rewriter, _ = proposed(1, hot_ns=0, step_ns=2_000_000)

    (proposal,) = proposals
    assert proposal.rewrite.status == "verified"
    assert proposal.cut_short
    assert rewriter.notes == ("fewer inputs than usual for <many loops>:2 within 1.0 s",)


def test_a_loop_that_time_was_short_for_has_what_others_left():
    bodies = ["out[i0] = x[i0]", *["print(end='')"] * 3]
    snapshots, (loop, *others) = many_loops(4, bodies=bodies)
    rewriter = Rewriter(snapshots, 2 * SECOND, 4, clock=Clock(6_000_000), min_speedup=0.0)

    first = rewriter.propose(loop)
    for other in others:
        rewriter.propose(other)
    asked_again = rewriter.has_more_for(loop)
    second = rewriter.propose(loop)

    assert first.rewrite.status != "verified"
    assert asked_again
    assert second.rewrite.status == "verified"
    assert not rewriter.has_more_for(loop)


def test_a_loop_that_had_all_the_time_is_not_tried_again():
    snapshots, (loop,) = many_loops(1)
    rewriter = Rewriter(snapshots, 0, 1, clock=Clock(6_000_000), min_speedup=0.0)

    assert rewriter.propose(loop).rewrite.status != "verified"
    assert not rewriter.has_more_for(loop)


def test_a_loop_that_is_never_asked_about_costs_nothing():
    snapshots, _ = many_loops(1)
    clock = Clock(1)

    Rewriter(snapshots, SECOND, 0, clock=clock)

    assert clock.looks == 0


def test_a_loop_that_runs_for_longer_than_its_share_is_not_run_to_its_end():
    proposals, rewriter, clock = proposed(1, hot_ns=0, step_ns=400_000_000)

    assert proposals[0].rewrite.reason == "the loop takes too long to be run again"
    assert clock.looks < 20
    assert len(rewriter.notes) == 1


def test_a_loop_is_cheap_that_leaves_most_of_its_share():
    rewriter = Rewriter((), SECOND, 4)

    assert rewriter.is_cheap(SECOND // 200)
    assert not rewriter.is_cheap(SECOND // 20)
