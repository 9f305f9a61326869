"""Try inputs that are made from an observed one, and say what a difference on them means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import torch

from loopscope.model.candidate import Candidate
from loopscope.verify.change import Change, number_list, root_of
from loopscope.verify.inputs.sizes import Position
from loopscope.verify.inputs.value_changes import is_kept
from loopscope.verify.inputs.variation import Variation
from loopscope.verify.sharing import is_changed
from loopscope.verify.tally import ONCE, StopError, Tally
from loopscope.verify.trial import Input, Result, Trial

_SPARE_TICKS = 20_000
_MOST_PLACES = 12
_KINDS = ("type", "dtype")  # they differ whatever the loop gets to


class Explorer:
    """Tries variations of inputs and keeps the tally; ``results`` are by identity of inputs.

    Args:
        trial: Runs and compares.
        candidate: What is verified.
        tally: Where the results go.
        first: What was observed.
    """

    def __init__(self, trial: Trial, candidate: Candidate, tally: Tally, first: Input) -> None:
        self._trial, self._candidate, self._tally = trial, candidate, tally
        self._first = first
        self._begins_unknown = "" if trial.has_setup else self._informative(first)
        self.results: dict[int, Result] = {}
        self._kept: list[Input] = []
        self._elastic: set[tuple[int, int]] = set()
        self._reached: dict[tuple[int, Position], bool] = {}

    def try_variation(self, base: Input, variation: Variation) -> Input | None:
        """Try the ways to make an input until one agrees; return that.

        Raises:
            StopError: The rewrite is refuted.
        """
        if variation.few and (id(base), variation.resized) not in self._elastic:
            return None  # one of something may stand for many: no other size ran
        if {variation.guard, variation.unless} & self._tally.guards.keys():
            return None  # nothing more is to be learned from it
        self._tally.none_tried |= variation.no_iterations
        worst: Result | None = None
        for way in variation.ways:
            for attempt in way:
                made = self._make(base, variation, attempt())
                if made is None:
                    continue
                result = self._trial.judge(made)
                if result.unusable:
                    self._tally.last_unusable = result.unusable
                    continue
                self.results[id(made)] = result
                if result.agreed:
                    self._note_agreement(base, made, variation, result)
                    return made
                if variation.guard or variation.no_iterations:
                    # Where the loop went round tells more than where it did not.
                    worst = result if worst is None or result.ticks >= worst.ticks else worst
                elif result.ticks < self._trial.loop.loops:  # one of them did not go round
                    if not result.raised:
                        self._tally.guards[ONCE] = None
                elif result.aspect in _KINDS or self._in_domain(base, made, variation):
                    worst = result
            if worst is not None and not worst.raised:
                break
        if worst is not None:
            self._settle(base, variation, worst)
        return None

    def _note_agreement(
        self, base: Input, made: Input, variation: Variation, result: Result
    ) -> None:
        if result.untyped:
            self._tally.guards["the list is not empty"] = None
        self._kept.append(made)  # so that no other input gets its id
        changes = bool(variation.resized) and not variation.no_iterations
        if changes:
            self._elastic |= {(id(base), variation.resized), (id(made), variation.resized)}
        shared = result.copies.values()
        written = any(is_changed(s.paths, self._candidate.changed) for s in shared)
        if result.copies and variation.few and not written:
            for name in result.copies:
                self._tally.views_at.setdefault(name, variation.label)
        elif result.copies and not variation.no_iterations:
            raise StopError("refuted", next(iter(shared)).reason, tuple(result.copies))
        if not variation.no_iterations:
            self._tally.taken.add(result.taken)
        if variation.counted:
            self._tally.agree(made, result, resized=changes, smooth=variation.smooth)
            if variation.finite:
                self._tally.finite.append(made)

    def _make(self, base: Input, variation: Variation, change: Change) -> Input | None:
        """Return the changed input, or ``None`` where it cannot be had."""
        try:
            anew = self._trial.made
            names = self._trial.copy(base, change, names=self._trial.kept).names
            ticks = variation.ticks or 50 * max(base.iterations, 1) + _SPARE_TICKS
            made = Input(
                variation.label,
                names,
                variation.no_iterations,
                variation.cancels,
                ticks,
                base.iterations,
            )
            now = self._trial.scene(made).names
            names |= {name: now[name] for name in anew}
            if _unchanged(self._trial.leaves(base), self._trial.leaves(made), anew):
                return None
            if not all(eval(guard, now) for guard in self._candidate.guards):
                return None
        except Exception:  # the change does not fit, or the setup does not run on it
            return None
        return made

    def _broadcasts(self, base: Input, result: Result) -> bool:
        """Whether a dimension of one that no loop goes over gives the result another shape."""
        return result.aspect == "shape" and result.ticks == self._ticks(base)

    def _settle(self, base: Input, variation: Variation, result: Result) -> None:
        if variation.guard and variation.no_iterations and result.raised:
            return  # sizes that may not go together; nobody is misled by an exception
        # With fewer iterations than before, it is an inner loop that does not go round.
        fewer = variation.no_iterations and result.ticks < self._ticks(base)
        if variation.guard and result.ticks and not fewer:
            self._tally.guards[variation.guard] = None
        elif variation.guard or variation.no_iterations:
            self._tally.guards[ONCE] = None
        elif variation.few and (result.raised or self._broadcasts(base, result)):
            self._tally.guards[variation.few] = None
        elif self._begins_unknown and self._trial.judge(self._first).agreed:
            raise StopError(
                "unverified",
                f"what `{self._begins_unknown}` begins with may depend on the input: "
                "verify the rewrite with the statements that set it up",
            )
        else:
            raise StopError("refuted", f"{result.difference}, on {variation.label}")

    def _ticks(self, base: Input) -> int:
        known = self.results.get(id(base))
        return known.ticks if known else self._trial.run(self._trial.loop, base).ticks

    def _informative(self, first: Input) -> str:
        """Return a name bound anew whose first value is no constant, so may be computed."""
        for name in self._candidate.fresh:
            match first.namespace.get(name):
                case torch.Tensor() as value if value.numel():
                    first_value = value.detach().flatten()[0]
                    if not bool((value == first_value).all()) or _computed(first_value.item()):
                        return name
                case float() as number if _computed(number):
                    return name
                case (list() | dict() | set()) as items if items:
                    return name
        return ""

    def _in_domain(self, base: Input, made: Input, variation: Variation) -> bool:
        """Whether the loop gets to all ends of an input that it got to before it was changed."""
        fresh = self._trial.begun
        leaves = self._trial.leaves(made)
        before = self._trial.leaves(base)
        places = [p for p in variation.places if p.axis is not None]
        places += [
            Position(path, axis)
            for path, leaf in leaves.items()
            if is_kept(path, fresh)
            for axis in range(getattr(leaf, "ndim", 0))
        ]
        known = (p for p in places if p.path in before and not _is_one(before[p.path], p.axis))
        places = list(dict.fromkeys(known))[:_MOST_PLACES]
        unknown = [p for p in places if (id(base), p) not in self._reached]
        if unknown:
            reached = self._trial.reach(base, unknown)
            self._reached |= {(id(base), p): p in reached for p in unknown}
        wanted = [p for p in places if self._reached[id(base), p]]
        return set(wanted) <= self._trial.reach(made, wanted)


def _is_one(leaf: Any, axis: int | None) -> bool:  # noqa: ANN401 (leaves are of any type)
    """Whether the end of an axis is its beginning, so that getting there says nothing."""
    shape = getattr(leaf, "shape", None) or (len(leaf),)
    return axis is not None and shape[axis] == 1


def _unchanged(before: Mapping[str, Any], after: Mapping[str, Any], anew: Collection[str]) -> bool:
    """Whether a change found nothing to change: what it made counts as no further input.

    What the setup makes ``anew`` follows the rest; memory that it leaves unset does not.
    """
    paths, others = (
        [path for path in leaves if root_of(path) not in anew] for leaves in (before, after)
    )
    return paths == others and all(_same(before[path], after[path]) for path in paths)


def _same(a: Any, b: Any) -> bool:  # noqa: ANN401 (leaves are of any type)
    match a:
        case torch.Tensor():
            alike = isinstance(b, torch.Tensor) and (a.dtype, a.stride()) == (b.dtype, b.stride())
            return alike and torch.equal(a, b)
        case np.ndarray():
            return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)
        case list() | tuple() if not number_list(a):
            return len(a) == len(b)  # its items are leaves of their own
    return bool(a == b)


def _computed(number: float) -> bool:
    """Whether a number is none of those that code begins with."""
    return number == number and abs(number) not in (0, 1, float("inf")) and abs(number) < 1e6
