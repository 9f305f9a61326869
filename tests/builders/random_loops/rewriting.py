"""The whole chain on one program: watch its loops, propose rewrites, apply them to the text."""

import itertools
from dataclasses import dataclass

import torch

from loopscope.capture.clock import LoopClock
from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings
from loopscope.pipeline.attempts import Proposal
from loopscope.pipeline.rewrites import Rewriter
from loopscope.source.locate import locate_loop
from loopscope.source.loop import Loop
from loopscope.vectorize.around.apply_edits import apply_edits
from loopscope.verify.rebuild import rebuild
from random_loops.fresh import Entry

BUDGET_NS = 10**9
_TICK_NS = 2_000
_numbers = itertools.count()


@dataclass(frozen=True)
class Rewritten:
    """A loop and what came of it.

    Attributes:
        line: As the clock names the loop.
        observed: What it read when it was entered.
    """

    loop: Loop
    proposal: Proposal
    line: int
    observed: Entry

    @property
    def verified(self):
        return self.proposal.rewrite.status == "verified"


class CallClock:
    """Nanoseconds by how often it is asked: what is tried does not depend on the machine."""

    def __init__(self):
        self._asked = 0

    def __call__(self):
        self._asked += 1
        return self._asked * _TICK_NS


def rewrite_loops(program, *, clock=None):
    """Return what is proposed for each outermost loop of a program when it runs once.

    Raises:
        Exception: Whatever the program raises.
    """
    path = f"<random loop {next(_numbers)}>"
    function = program.load(path)
    given = program.arguments()
    taker = SnapshotTaker(Settings())
    watching = LoopClock(Settings(), entry_hook=taker.take)
    watching.start()
    try:
        with torch.random.fork_rng(devices=[]):
            function(**given)
    finally:
        watching.stop()
    sites, _ = watching.entries()
    assert taker.failures == []
    found = []
    for site in (s for s in sites if s.path == path and s.parent < 0):
        loop = locate_loop(program.text, site)
        rewriter = Rewriter(taker.snapshots, BUDGET_NS // 2, 1, clock=clock or CallClock(),
                            min_speedup=0.0)  # fmt: skip
        names = rebuild(next(s for s in taker.snapshots if s.line == site.line))
        found.append(Rewritten(loop, rewriter.propose(loop), site.line, Entry(names)))
    return found


def rewritten_texts(program, found):
    """Yield sets of verified rewrites with the text that has them: each alone, then all."""
    done = [one for one in found if one.verified]
    for some in [*([one] for one in done), *([done] if len(done) > 1 else [])]:
        edits = [edit for one in some for edit in one.proposal.rewrite.edits]
        if not _overlap(edits):
            lines = program.text.splitlines(keepends=True)
            yield some, "".join(apply_edits(lines, edits))


def _overlap(edits):
    ordered = sorted(edits, key=lambda edit: edit.start_line)
    return any(a.end_line >= b.start_line for a, b in itertools.pairwise(ordered))
