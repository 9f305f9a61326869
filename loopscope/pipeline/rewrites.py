"""From a hot loop and what it read to a rewrite that was run against it."""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from loopscope.model.candidate import Candidate, Outcome
from loopscope.model.draft import Draft
from loopscope.model.finding import Rewrite, Verdict
from loopscope.model.seen import Seen
from loopscope.model.snapshot import FrozenSequence, Snapshot
from loopscope.pipeline.drafts import drafts
from loopscope.pipeline.object_methods import note_object_methods
from loopscope.source.loop import Loop
from loopscope.source.names import names_in
from loopscope.vectorize.around.apply_edits import show_edits
from loopscope.vectorize.around.graph_before import graph_before
from loopscope.vectorize.around.premises import find_premises
from loopscope.vectorize.around.region import RETURNED
from loopscope.vectorize.hoist import hoist_projections
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.numbering import number_expressions
from loopscope.vectorize.prepare import Prepared, prepare, to_be_observed
from loopscope.vectorize.value import NotLiftable
from loopscope.verify.garbage import among_new_objects_alone
from loopscope.verify.observe import observe
from loopscope.verify.observed import NOT_CONTIGUOUS, TOO_LONG
from loopscope.verify.purity import why_impure
from loopscope.verify.rebuild import rebuild, replicate
from loopscope.verify.sandbox import sandbox
from loopscope.verify.ticks import OutOfTimeError
from loopscope.verify.verify_rewrite import verify_rewrite

MIN_BUDGET_NS = 1_000_000_000
BUDGET_PER_LOOP = 2.0
HOIST = "hoist_input_projection"
_LEAST_SHARE_NS = 400_000_000  # less verifies nothing: better a few loops than none
_WORTH_MORE = 1.5  # times what a loop had: with less than that, another attempt ends as the first
NO_TIME = "no time was left to verify a rewrite"

Clock = Callable[[], int]
Namespaces = Sequence[Callable[[], dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of the attempt to rewrite one loop.

    Attributes:
        ops: What the rewrite calls; empty where there is none.
        cut_short: There was no time for all that a verification tries.
        inner: The loop inside that is rewritten in the place of the whole.
    """

    rewrite: Rewrite = field(default_factory=Rewrite)
    verdict: Verdict | None = None
    ops: tuple[str, ...] = ()
    cut_short: bool = False
    inner: Loop | None = None


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

    def propose(self, loop: Loop, inner: Sequence[Loop] = (), *, few: bool = False) -> Proposal:
        """Return a verified rewrite of the loop, or why there is none.

        Where the loop as a whole cannot be rewritten, a loop in it may be: ``inner``, outermost
        first. They come before the whole where it goes round a ``few`` times over a list: the
        layers of a model stay apart.
        """
        self._to_come -= 1
        self._had_ns[loop] = self._share_ns()
        first = few and self._walks_a_list(loop)
        proposal = self._of_parts(inner) if first else None
        proposal = proposal or self._try(loop, _proposal)
        if proposal.rewrite.status != "verified" and not first:
            proposal = self._of_parts(inner) or proposal
        self._made[loop] = proposal
        return proposal

    def has_more_for(self, loop: Loop) -> bool:
        """Whether time was short for a loop, and others have left more of theirs than it had."""
        proposal = self._made[loop]
        starved = proposal.cut_short and proposal.rewrite.status != "verified"
        return starved and self._left_ns > _WORTH_MORE * self._had_ns[loop]

    def hoist(self, loop: Loop) -> Proposal:
        """Return a sequential loop with its input products before it, verified; or why not."""
        self._to_come -= 1
        return self._try(loop, _hoisted)

    def _try(self, loop: Loop, attempt: Attempt) -> Proposal:
        if self._left_ns <= 0:
            return _none(NO_TIME)
        with among_new_objects_alone():
            return self._attempt(loop, attempt)

    def _of_parts(self, inner: Sequence[Loop]) -> Proposal | None:
        for part in inner:
            partial = self._try(part, _proposal)
            if partial.rewrite.status == "verified":
                return replace(partial, inner=part)
        return None

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
                return _none("what the loop reads could not be kept")
            deadline_ns = start_ns + self._share_ns()
            limits = _Limits(deadline_ns, self._clock, self._min_speedup)
            return attempt(prepared, snapshots, limits)
        except NotLiftable as reason:
            return _none(str(reason), cut_short=str(reason) == TOO_LONG)
        except Exception as error:  # a mistake of ours costs this rewrite, not the report
            what = f"{type(error).__name__}: {error}"
            where = f"{loop.path}:{loop.line}"
            warnings.warn(
                f"loopscope could not rewrite the loop at {where} ({what}). The report is whole "
                "but for this rewrite; please report it.",
                stacklevel=2,
            )
            return _none(f"loopscope failed on it ({what})")
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


@dataclass(frozen=True, slots=True)
class _Limits:
    """When verification has to be done, and how much faster a rewrite must be."""

    deadline_ns: int
    clock: Clock
    min_speedup: float


Attempt = Callable[[Prepared, list[Snapshot], _Limits], Proposal]


def _hoisted(prepared: Prepared, snapshots: list[Snapshot], limits: _Limits) -> Proposal:
    """The loop with what waits for no other step done before it."""
    makes = [lambda s=snapshot: rebuild(s) for snapshot in snapshots]
    grad_enabled = snapshots[0].grad_enabled
    draft = hoist_projections(prepared, _observed(prepared, makes[0], limits, grad_enabled))
    outcome = _verified(prepared, draft, makes, limits, grad_enabled)
    if outcome.status != "verified":
        return _none(outcome.reason)
    return _shown(prepared, draft, outcome)


def _proposal(prepared: Prepared, snapshots: list[Snapshot], limits: _Limits) -> Proposal:
    makes = [lambda s=snapshot: rebuild(s) for snapshot in snapshots]
    grad_enabled = snapshots[0].grad_enabled
    seen = _observed(prepared, makes[0], limits, grad_enabled)
    reason, cut_short = "", False
    for draft, make in drafts(prepared, seen):
        outcome = _verified(prepared, draft, makes, limits, grad_enabled)
        names = frozenset(outcome.copies) if outcome.status == "refuted" else frozenset()
        # `contiguous` of a single row is no copy, and `clone` of what is transposed stays so.
        for copy in ("clone", "contiguous") if names else ():
            other = make(copies=names, copy=copy)
            judged = _verified(prepared, other, makes, limits, grad_enabled)
            if copy == "clone" or judged.status == "verified":
                draft, outcome = other, judged
            if not any(guard.endswith(NOT_CONTIGUOUS) for guard in judged.guards):
                break
        if outcome.status == "verified":
            return _shown(prepared, draft, outcome)
        if outcome.reason in (NO_TIME, TOO_LONG):
            return _none(outcome.reason, cut_short=True)  # no other draft takes less
        reason, cut_short = reason or outcome.reason, cut_short or outcome.cut_short
    return _none(reason, cut_short=cut_short)


def _observed(
    prepared: Prepared,
    make: Callable[[], dict[str, object]],
    limits: _Limits,
    grad_enabled: bool,
) -> dict[int, Seen]:
    """Run the loop once and note what its expressions were.

    Raises:
        NotLiftable: It must not be run again, or does not run.
    """
    namespace = make()
    functions = prepared.functions
    graph = [ast.Module(body=[s], type_ignores=[]) for s in graph_before(prepared.region)]
    graph = [s for s in graph if not why_impure(s, namespace)]
    tree = ast.Module(body=to_be_observed(prepared), type_ignores=[])
    impure = why_impure(tree, namespace)
    if impure:
        raise NotLiftable(f"not run again: the loop {impure}")
    note_object_methods(prepared, namespace)
    number_expressions([*prepared.statements, *functions.values()])
    with sandbox():
        try:
            for statement in graph:
                exec(compile(statement, "<loopscope setup>", "exec"), namespace)
            return observe(
                to_be_observed(prepared),
                functions,
                namespace,
                grad_enabled=grad_enabled,
                has_time=lambda: limits.clock() <= limits.deadline_ns,
            )
        except OutOfTimeError:
            raise NotLiftable(TOO_LONG) from None
        except Exception as error:
            raise NotLiftable(
                f"the loop does not run again on its own input: {type(error).__name__}"
            ) from None


def _verified(
    prepared: Prepared, draft: Draft, makes: Namespaces, limits: _Limits, grad_enabled: bool
) -> Outcome:
    candidate = Candidate(
        loop=draft.loop,
        rewrite=draft.rewrite,
        live=draft.live,
        fresh=draft.fresh,
        setup=draft.setup,
        changed=draft.changed,
        guards=draft.guards,
    )
    return verify_rewrite(
        candidate,
        makes,
        budget_ns=limits.deadline_ns - limits.clock(),
        min_speedup=limits.min_speedup,
        grad_enabled=grad_enabled,
        clock=limits.clock,
    )


def _shown(prepared: Prepared, draft: Draft, outcome: Outcome) -> Proposal:
    before, after, diff = show_edits(prepared.loop, draft.edits)
    rewrite = Rewrite(
        status="verified",
        before=before,
        after=after,
        diff=diff,
        guards=tuple(dict.fromkeys((*draft.guards, *map(_readable, outcome.guards)))),
        edits=draft.edits,
        premises=find_premises(prepared),
    )
    return Proposal(rewrite, outcome.verdict, draft.ops, outcome.cut_short)


def _none(reason: str, *, cut_short: bool = False) -> Proposal:
    return Proposal(Rewrite(reason=_readable(reason)), cut_short=cut_short)


def _and(places: Sequence[str]) -> str:
    """Return the first three places, and how many more there are."""
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more


def _readable(text: str) -> str:
    """What is returned has no name in the user's code."""
    return text.replace(f"`{RETURNED}`", "the result").replace(RETURNED, "the result")
