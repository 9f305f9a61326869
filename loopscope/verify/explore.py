"""Try inputs that are made from an observed one, and say what a difference on them means."""

from __future__ import annotations

from loopscope.model.candidate import Candidate
from loopscope.verify.inputs.sizes import Position
from loopscope.verify.inputs.value_changes import is_kept
from loopscope.verify.inputs.variation import Variation
from loopscope.verify.replay import Program
from loopscope.verify.scene import Change
from loopscope.verify.tally import StopError, Tally
from loopscope.verify.trial import Input, Result, Trial

_SPARE_TICKS = 20_000
_MOST_PLACES = 12


class Explorer:
    """Tries variations of inputs and keeps the tally.

    Args:
        trial: Runs and compares.
        candidate: What is verified.
        setup: The candidate's setup, compiled.
        tally: Where the results go.
    """

    def __init__(self, trial: Trial, candidate: Candidate, setup: Program, tally: Tally) -> None:
        self._trial, self._candidate, self._setup = trial, candidate, setup
        self._tally = tally
        self._reached: dict[tuple[int, Position], bool] = {}

    def try_variation(self, base: Input, variation: Variation) -> Input | None:
        """Try the ways to make an input until one agrees; return that.

        Raises:
            StopError: The rewrite is refuted.
        """
        changes = variation.resized and not variation.no_iterations
        differing: tuple[Input, Result] | None = None
        for attempt in variation.attempts:
            made = self._make(base, variation, attempt())
            if made is None:
                continue
            result = self._trial.judge(made)
            if result.unusable:
                self._tally.last_unusable = result.unusable
                continue
            if result.agreed:
                self._tally.resized_ran |= changes
                self._tally.agree(made, result, resized=changes, smooth=variation.smooth)
                return made
            if variation.guard or variation.no_iterations:
                differing = differing or (made, result)
            elif self._in_domain(base, made, variation):
                self._tally.resized_ran |= changes
                differing = made, result
                break
        if differing is not None:
            self._settle(variation, differing[1])
        return None

    def _make(self, base: Input, variation: Variation, change: Change) -> Input | None:
        """Return the changed input, or ``None`` where it cannot be had."""
        try:
            names = self._trial.scene(base, change).names
            if self._setup.tree.body:
                exec(self._setup.plain, names)  # its purity was shown before
            if not all(eval(guard, names) for guard in self._candidate.guards):
                return None
        except Exception:  # the change does not fit, or the setup does not run on it
            return None
        names.pop("__builtins__", None)
        ticks = 50 * max(base.iterations, 1) + _SPARE_TICKS
        return Input(variation.label, names, variation.no_iterations, ticks, base.iterations)

    def _settle(self, variation: Variation, result: Result) -> None:
        if variation.guard:
            self._tally.guards[variation.guard] = None
        elif variation.no_iterations:
            self._tally.guards["the loop goes round at least once"] = None
        else:
            raise StopError("refuted", f"{result.difference}, on {variation.label}")

    def _in_domain(self, base: Input, made: Input, variation: Variation) -> bool:
        """Whether the loop gets to all ends of an input that it got to before it was changed."""
        fresh = self._candidate.fresh
        leaves = self._trial.leaves(made)
        before = self._trial.leaves(base)
        places = [p for p in variation.places if p.axis is not None]
        places += [
            Position(path, axis)
            for path, leaf in leaves.items()
            if is_kept(path, fresh)
            for axis in range(getattr(leaf, "ndim", 0))
        ]
        places = list(dict.fromkeys(p for p in places if p.path in before))[:_MOST_PLACES]
        unknown = [p for p in places if (id(base), p) not in self._reached]
        if unknown:
            reached = self._trial.reach(base, unknown)
            self._reached |= {(id(base), p): p in reached for p in unknown}
        wanted = [p for p in places if self._reached[id(base), p]]
        return set(wanted) <= self._trial.reach(made, wanted)

