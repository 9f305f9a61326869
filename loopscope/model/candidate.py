"""A rewrite that waits for its verification, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from loopscope.model.finding import RewriteStatus, Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user's loop and the statements that may take its place.

    Attributes:
        loop: The user's statements from the loop's entry on, dedented; a final ``return e`` is
            ``returned_ = e``.
        rewrite: The statements that replace them, dedented.
        live: Names that later code may read: both must leave them equal.
        fresh: Names initialised right before the loop and held by nobody else: their value counts,
            not which object it is.
        constants: Numbers that the loop compares with.
        trip_names: Names whose length or value is the number of iterations, where known.
        setup: The statements that initialised ``fresh``, where known. They run before both on
            inputs of other sizes, so that ``out = torch.empty(len(x))`` follows ``x``.
        changed: Names of what later code changes in place.
        mixed: Names of lists that may hold numbers where tensors were seen.
        guards: Expressions that must be true for the rewrite to hold. Inputs on which one is not
            are not tried.
        chunk: How many iterations the rewrite does at a time; 0 for all.
    """

    loop: str
    rewrite: str
    live: tuple[str, ...]
    fresh: tuple[str, ...] = ()
    constants: tuple[float, ...] = ()
    trip_names: tuple[str, ...] = ()
    setup: str = ""
    changed: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    chunk: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What verification says of a candidate.

    Attributes:
        verdict: What was measured; ``None`` unless verified.
        reason: One line for the user; empty if verified.
        guards: What held of the observed inputs and the rewrite relies on: ``"off is sorted"``.
        copies: Names that keep a rewrite from being verified only because they share memory with
            another value, or are kept for backward: with ``name = name.clone()`` it would be.
            Where it is verified, they do so at a size of one or none, and a guard says it.
        cut_short: There was no time for all inputs, or for their gradients.
        chunk: How many iterations at a time there is memory for, where there is not for all.
    """

    status: RewriteStatus
    verdict: Verdict | None
    reason: str
    guards: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    cut_short: bool = False
    chunk: int = 0
