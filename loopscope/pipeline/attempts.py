"""One attempt at the rewrite of a loop: observed, written, and run against it."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from loopscope.model.candidate import Candidate, Outcome
from loopscope.model.draft import Draft
from loopscope.model.finding import Rewrite, Verdict
from loopscope.model.seen import Seen
from loopscope.model.snapshot import Snapshot
from loopscope.pipeline.drafts import drafts
from loopscope.pipeline.object_methods import note_object_methods
from loopscope.source.loop import Loop
from loopscope.vectorize.around.apply_edits import show_edits
from loopscope.vectorize.around.graph_before import graph_before
from loopscope.vectorize.around.mixed_lists import mixed_lists
from loopscope.vectorize.around.premises import find_premises
from loopscope.vectorize.around.region import RETURNED
from loopscope.vectorize.kept_loops.distribute import distribute_loop
from loopscope.vectorize.kept_loops.hoist import hoist_projections
from loopscope.vectorize.numbering import number_expressions
from loopscope.vectorize.prepare import Prepared, to_be_observed
from loopscope.vectorize.value import NotLiftable
from loopscope.verify.inputs.value_variations import FINITE
from loopscope.verify.observe import observe
from loopscope.verify.observed import NOT_CONTIGUOUS, TOO_LONG
from loopscope.verify.purity import why_impure
from loopscope.verify.rebuild import rebuild
from loopscope.verify.sandbox import sandbox
from loopscope.verify.ticks import OutOfTimeError
from loopscope.verify.verify_rewrite import verify_rewrite

_WORTH_A_LOOP = 3.0  # times as much faster as others, for a rewrite that keeps a loop
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


@dataclass(frozen=True, slots=True)
class Limits:
    """When verification has to be done, and how much faster a rewrite must be."""

    deadline_ns: int
    clock: Clock
    min_speedup: float


Write = Callable[[Prepared, dict[int, Seen]], Draft]
Attempt = Callable[[Prepared, list[Snapshot], Limits], Proposal]


def lifted(prepared: Prepared, snapshots: list[Snapshot], limits: Limits) -> Proposal:
    """Return whole-tensor code in the place of the loop."""
    makes = [lambda s=snapshot: rebuild(s) for snapshot in snapshots]
    grad_enabled = snapshots[0].grad_enabled
    seen = _observed(prepared, makes[0], limits, grad_enabled)
    reason, cut_short = "", False
    for draft, make in drafts(prepared, seen):
        outcome = _verified(prepared, draft, makes, limits, grad_enabled)
        if outcome.chunk:
            with contextlib.suppress(NotLiftable):
                draft = make(chunk=outcome.chunk)
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
            return nothing(outcome.reason, cut_short=True)  # no other draft takes less
        reason, cut_short = reason or outcome.reason, cut_short or outcome.cut_short
    return nothing(reason, cut_short=cut_short)


def hoisted(prepared: Prepared, snapshots: list[Snapshot], limits: Limits) -> Proposal:
    """Return the loop with what waits for no other step done before it."""
    return _with_less_inside(prepared, snapshots, limits, hoist_projections)


def distributed(prepared: Prepared, snapshots: list[Snapshot], limits: Limits) -> Proposal:
    """Return the loop with all tensor work done before it that can be."""
    limits = replace(limits, min_speedup=_WORTH_A_LOOP * limits.min_speedup)
    return _with_less_inside(prepared, snapshots, limits, distribute_loop)


def _with_less_inside(
    prepared: Prepared, snapshots: list[Snapshot], limits: Limits, write: Write
) -> Proposal:
    makes = [lambda s=snapshot: rebuild(s) for snapshot in snapshots]
    grad_enabled = snapshots[0].grad_enabled
    draft = write(prepared, _observed(prepared, makes[0], limits, grad_enabled))
    outcome = _verified(prepared, draft, makes, limits, grad_enabled)
    if outcome.status != "verified":
        return nothing(outcome.reason)
    return _shown(prepared, draft, outcome)


def _observed(
    prepared: Prepared,
    make: Callable[[], dict[str, object]],
    limits: Limits,
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
    prepared: Prepared, draft: Draft, makes: Namespaces, limits: Limits, grad_enabled: bool
) -> Outcome:
    candidate = Candidate(
        loop=draft.loop,
        rewrite=draft.rewrite,
        live=draft.live,
        fresh=draft.fresh,
        setup=draft.setup,
        changed=draft.changed,
        mixed=mixed_lists(prepared.region.function),
        guards=draft.guards,
        chunk=draft.chunk,
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
    guards = (*draft.guards, *map(_readable, outcome.guards), *[FINITE] * draft.finite)
    rewrite = Rewrite(
        status="verified",
        before=before,
        after=after,
        diff=diff,
        guards=tuple(dict.fromkeys(guards)),
        edits=draft.edits,
        premises=find_premises(prepared),
    )
    return Proposal(rewrite, outcome.verdict, draft.ops, outcome.cut_short)


def nothing(reason: str, *, cut_short: bool = False) -> Proposal:
    """Return that there is no rewrite, and why."""
    return Proposal(Rewrite(reason=_readable(reason)), cut_short=cut_short)


def _readable(text: str) -> str:
    """What is returned has no name in the user's code."""
    return text.replace(f"`{RETURNED}`", "the result").replace(RETURNED, "the result")
