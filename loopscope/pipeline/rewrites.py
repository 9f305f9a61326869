"""From a hot loop and what it read to a rewrite that was run against it."""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loopscope.model.snapshot import FrozenSequence, Snapshot
from loopscope.pipeline.attempts import (
    NO_TIME,
    Attempt,
    Clock,
    Limits,
    Proposal,
    distributed,
    hoisted,
    lifted,
    nothing,
)
from loopscope.source.loop import Loop
from loopscope.source.names import names_in
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.prepare import Prepared, prepare
from loopscope.vectorize.value import NotLiftable
from loopscope.verify.garbage import among_new_objects_alone
from loopscope.verify.observed import TOO_LONG
from loopscope.verify.rebuild import replicate

MIN_BUDGET_NS = 1_000_000_000
BUDGET_PER_LOOP = 2.0
_LEAST_SHARE_NS = 400_000_000  # less verifies nothing: better a few loops than none
_RUNS = 40  # of a loop: more than verification makes of most
_WORTH_MORE = 1.5  # times what a loop had: with less than that, another attempt ends as the first


class Rewriter:
    """Proposes rewrites for the loops of one window, within a time budget for all of them.

    Args:
        snapshots: What the window's loops read when they were entered.
        hot_ns: Time of all hot loops; verification takes at most twice as long, or a second.
        num_loops: How many loops may ask, to share the time between; the costliest ask first.
        clock: Nanoseconds of work, from any beginning. By default those of this thread: a busy
            machine must not change what can be verified.
        min_speedup: A rewrite that is not this many times faster is withdrawn.
    """

    def __init__(
        self,
        snapshots: tuple[Snapshot, ...],
        hot_ns: int,
        num_loops: int,
        *,
        clock: Clock = time.thread_time_ns,
        min_speedup: float = 1.0,
    ) -> None:
        self._snapshots = snapshots
        self._total_ns = max(MIN_BUDGET_NS, int(BUDGET_PER_LOOP * hot_ns))
        self._left_ns = self._total_ns
        self._to_come = num_loops
        self._clock, self._min_speedup = clock, min_speedup
        self._made: dict[Loop, Proposal] = {}
        self._had_ns: dict[Loop, int] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What the time was not enough for, a sentence each."""
        time_s = f"{self._total_ns / 1e9:.1f} s"
        skipped, cut_short = [], []
        for loop, proposal in self._made.items():
            where = f"{Path(loop.path).name}:{loop.line}"
            if proposal.rewrite.reason in (NO_TIME, TOO_LONG):
                skipped.append(where)
            elif proposal.cut_short:
                cut_short.append(where)
        found = []
        if skipped:
            found.append(f"no time to verify a rewrite of {_and(skipped)} within {time_s}")
        if cut_short:
            found.append(f"fewer inputs than usual for {_and(cut_short)} within {time_s}")
        return tuple(found)

    def is_cheap(self, cost_ns: int) -> bool:
        """Whether a loop that cost this much leaves most of its share of the time."""
        return cost_ns * _RUNS <= self._share_ns()

    def propose(self, loop: Loop, inner: Sequence[Loop] = (), *, few: bool = False) -> Proposal:
        """Return a verified rewrite of the loop, or why there is none.

        Where the loop as a whole cannot be rewritten, a loop in it may be: ``inner``, outermost
        first. They come before the whole where it goes round a ``few`` times over a list: the
        layers of a model stay apart. Where neither can, what can be done before the loop is.
        """
        had_ns = self._share_of_next()
        first = few and self._walks_a_list(loop)
        proposal = self._of_parts(inner) if first else None
        proposal = proposal or self._try(loop, lifted)
        if proposal.rewrite.status != "verified" and not first:
            proposal = self._of_parts(inner) or proposal
        if proposal.rewrite.status != "verified":
            proposal = self._distributed(loop) or proposal
        return self._note(loop, proposal, had_ns)

    def whole(self, loop: Loop) -> Proposal:
        """Return a verified rewrite of the loop as a whole, or why there is none."""
        had_ns = self._share_of_next()
        return self._note(loop, self._try(loop, lifted), had_ns)

    def _share_of_next(self) -> int:
        self._to_come -= 1
        return self._share_ns()

    def _note(self, loop: Loop, proposal: Proposal, had_ns: int) -> Proposal:
        self._made[loop], self._had_ns[loop] = proposal, had_ns
        return proposal

    def has_more_for(self, loop: Loop) -> bool:
        """Whether time was short for a loop, and others have left more of theirs than it had."""
        proposal = self._made[loop]
        starved = proposal.cut_short and proposal.rewrite.status != "verified"
        return starved and self._left_ns > _WORTH_MORE * self._had_ns[loop]

    def hoist(self, loop: Loop) -> Proposal:
        """Return a sequential loop with its input products before it, verified; or why not.

        Without such products, it is all tensor work that waits for no other step.
        """
        self._to_come -= 1
        proposal = self._try(loop, hoisted)
        if proposal.rewrite.status != "verified":
            proposal = self._distributed(loop) or proposal
        return proposal

    def _try(self, loop: Loop, attempt: Attempt) -> Proposal:
        if self._left_ns <= 0:
            return nothing(NO_TIME)
        with among_new_objects_alone():
            return self._attempt(loop, attempt)

    def _of_parts(self, inner: Sequence[Loop]) -> Proposal | None:
        for part in inner:
            partial = self._try(part, lifted)
            if partial.rewrite.status == "verified":
                return replace(partial, inner=part)
        return None

    def _distributed(self, loop: Loop) -> Proposal | None:
        """Return the loop with what can be done at once done before it, where that pays."""
        found = self._try(loop, distributed)
        return found if found.rewrite.status == "verified" else None

    def _walks_a_list(self, loop: Loop) -> bool:
        walked = names_in(loop.node.iter) if isinstance(loop.node, ast.For) else []
        lists = (
            isinstance(s.values.get(name), FrozenSequence)
            for s in self._snapshots
            if (s.path, s.line) == (loop.path, loop.line)
            for name in walked
        )
        return any(lists)

    def _attempt(self, loop: Loop, attempt: Attempt) -> Proposal:
        start_ns = self._clock()
        try:
            prepared = prepare(loop)
            snapshots = self._of(prepared)
            if not snapshots:
                return nothing("what the loop reads could not be kept")
            deadline_ns = start_ns + self._share_ns()
            limits = Limits(deadline_ns, self._clock, self._min_speedup)
            return attempt(prepared, snapshots, limits)
        except NotLiftable as reason:
            return nothing(str(reason), cut_short=str(reason) == TOO_LONG)
        except Exception as error:  # a mistake of ours costs this rewrite, not the report
            what = f"{type(error).__name__}: {error}"
            where = f"{loop.path}:{loop.line}"
            warnings.warn(
                f"loopscope could not rewrite the loop at {where} ({what}). The report is whole "
                "but for this rewrite; please report it.",
                stacklevel=2,
            )
            return nothing(f"loopscope failed on it ({what})")
        finally:
            self._left_ns -= self._clock() - start_ns

    def _share_ns(self) -> int:
        share_ns = self._left_ns // max(self._to_come + 1, 1)
        return max(share_ns, min(_LEAST_SHARE_NS, self._left_ns))

    def _of(self, prepared: Prepared) -> list[Snapshot]:
        """Snapshots of the loop, without those that lack what another one has of what is read."""
        statement = prepared.region.statement
        found = [
            s
            for s in self._snapshots
            if s.path == prepared.loop.path
            and statement.lineno <= s.line <= prepared.loop.node.lineno
        ]
        read = {n for part in prepared.region.statements for n in count_uses(part)}
        if len(found) < 2:
            return found
        return [s for s in found if read.isdisjoint(replicate(s).missing)] or found


def _and(places: Sequence[str]) -> str:
    """Return the first three places, and how many more there are."""
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
