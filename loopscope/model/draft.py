"""Whole-tensor code for a loop, before anybody has run it."""

from __future__ import annotations

from dataclasses import dataclass

from loopscope.model.finding import Edit


@dataclass(frozen=True, slots=True)
class Draft:
    """A rewrite that verification has not seen yet.

    Attributes:
        loop: Statements from the loop's entry on, dedented; a ``return e`` is ``returned_ = e``.
        rewrite: Statements that replace them, in the same form.
        live: Names that later code may read; loop and rewrite must leave them equal.
        fresh: Those of them that were made anew right before the loop.
        changed: Names of what later code changes in place.
        edits: Whole lines of the file.
        setup: The statements that made ``fresh``.
        ops: Dotted torch names of what the rewrite calls, the most telling first.
        guards: Expressions that must hold at the loop's entry for the rewrite to be right.
        finite: It orders numbers as Python's ``max`` and ``<`` do where none is NaN, no further.
        chunk: How many iterations it does at a time; 0 for all.
    """

    loop: str
    rewrite: str
    live: tuple[str, ...]
    fresh: tuple[str, ...]
    edits: tuple[Edit, ...]
    changed: tuple[str, ...] = ()
    setup: str = ""
    ops: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    finite: bool = False
    chunk: int = 0
