"""Decide whether a rewrite may be called verified."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Callable, Sequence

import torch

from loopscope.model.candidate import Candidate, Outcome
from loopscope.model.finding import Verdict
from loopscope.verify.explore import Explorer
from loopscope.verify.gradients import Gradients
from loopscope.verify.inputs.literals import constants_of, limits_of
from loopscope.verify.inputs.sizes import sizes_of
from loopscope.verify.inputs.trips import literal_sizes, trip_sizes
from loopscope.verify.inputs.variation import resized, size_variations, value_variations
from loopscope.verify.memory import LargestTensor, extrapolate, fits
from loopscope.verify.purity import why_impure
from loopscope.verify.replay import Program, compile_program
from loopscope.verify.sandbox import sandbox
from loopscope.verify.scene import Namespace, TooMuchToCopyError, reached_names
from loopscope.verify.tally import StopError, Tally
from loopscope.verify.ticks import OutOfTimeError
from loopscope.verify.timing import take_times
from loopscope.verify.trial import Input, Trial, describe_error

__all__ = ["Candidate", "Outcome", "verify_rewrite"]

_FEWEST_INPUTS = 3
_SMALL = (9, 7, 6, 5)  # iterations of the small input, outermost loop first
_PART_FOR_INPUTS = 0.5
_PART_FOR_GRADIENTS = 0.7
_PART_FOR_ONE_LOOP = 0.1
_GRADIENT_INPUTS = 4


def verify_rewrite(
    candidate: Candidate,
    make_namespaces: Sequence[Callable[[], Namespace]],
    *,
    budget_ns: int,
    min_speedup: float = 1.0,
    grad_enabled: bool = True,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> Outcome:
    """Run the user's loop and its rewrite on what was observed and on other inputs; compare.

    Nothing is run before its purity is shown, and nothing of the program is changed: random
    states, modes and defaults are as before.

    Args:
        candidate: Loop and rewrite.
        make_namespaces: Each returns a new namespace as it was when the loop was entered, globals
            and locals in one.
        budget_ns: How long all this may take.
        min_speedup: A rewrite that is not this many times faster is withdrawn.
        grad_enabled: Whether autograd was on when the loop was entered.
        clock: Nanoseconds, from any beginning.
    """
    with sandbox():
        try:
            budget = Budget(budget_ns, clock)
            verification = _Verification(candidate, make_namespaces, budget, grad_enabled)
            return verification.outcome(min_speedup)
        except StopError as stop:
            return stop.outcome
        except TooMuchToCopyError:
            return Outcome("unverified", None, "the loop reads too many objects to copy them")


class Budget:
    """The time that is left.

    Args:
        budget_ns: How long runs may take, from now on.
        clock: Nanoseconds, from any beginning.
    """

    def __init__(self, budget_ns: int, clock: Callable[[], int]) -> None:
        self.total_ns, self.clock = budget_ns, clock
        self.start()

    def start(self) -> None:
        """Begin to count now: nothing was run before."""
        self._start_ns = self.clock()
        self.deadline_ns = self._start_ns + self.total_ns

    def has_left(self, part: float) -> bool:
        """Whether less than a part of it is used."""
        return self.clock() - self._start_ns < part * self.total_ns


class _Verification:
    def __init__(
        self,
        candidate: Candidate,
        make_namespaces: Sequence[Callable[[], Namespace]],
        budget: Budget,
        grad_enabled: bool,
    ) -> None:
        self._candidate, self._budget = candidate, budget
        self._loop = _compile(candidate.loop, "loop")
        self._rewrite = _compile(candidate.rewrite, "rewrite")
        setup = _compile(candidate.setup, "setup")
        if not make_namespaces:
            raise StopError("unverified", "nothing was observed of what the loop reads")
        try:
            self._observed = [Input("", make()) for make in make_namespaces]
        except Exception as error:  # what was observed is gone, or was never kept
            why = f"what the loop read is not to be had: {describe_error(error)}"
            raise StopError("unverified", why) from None
        self._refuse_impure(setup)
        budget.start()
        self._trial = Trial(
            self._loop,
            self._rewrite,
            setup if setup.tree.body else None,
            _names(candidate, self._loop, self._rewrite, setup, self._observed[0].namespace),
            candidate.live,
            candidate.fresh,
            grad_enabled,
            budget.deadline_ns,
            budget.clock,
            unset=self._loop.leaves_memory_unset or self._rewrite.leaves_memory_unset,
        )
        self._tally = Tally()
        self._error = 0.0
        self._explorer = Explorer(self._trial, candidate, self._tally, self._observed[0])

    def outcome(self, min_speedup: float) -> Outcome:
        small = self._small_input()
        self._check_memory(small)
        measured = self._judge_observed(small)
        self._explore(small or measured)
        if small is not None and self._budget.has_left(_PART_FOR_INPUTS):
            self._explore_values(measured, 1)
        self._demand_enough()
        gradients = self._compare_gradients(measured)
        return self._time(measured, gradients, min_speedup)

    def _refuse_impure(self, setup: Program) -> None:
        programs = {"loop": self._loop, "rewrite": self._rewrite, "setup": setup}
        for what, program in programs.items():
            reason = why_impure(program.tree, self._observed[0].namespace)
            if reason:
                raise StopError("unverified", f"not run again: the {what} {reason}")

    def _small_input(self) -> Input | None:
        """Return the observed input with few iterations, if loop and rewrite agree on it."""
        first = self._observed[0]
        leaves = self._trial.leaves(first)
        trips = dict.fromkeys(self._trips(first))
        wanted = {old: new for old, new in zip(trips, _SMALL, strict=False) if old > new + 3}
        for new in (wanted, dict(list(wanted.items())[:1])):
            if new:
                variation = resized(sizes_of(leaves), leaves, new)
                found = self._explorer.try_variation(first, variation)
                if found is not None:
                    return found
        return None

    def _trips(self, given: Input) -> tuple[int, ...]:
        leaves = self._trial.leaves(given)
        return trip_sizes(self._loop.tree, self._candidate.trip_names, leaves)

    def _check_memory(self, small: Input | None) -> None:
        """Refuse a rewrite that would ask for too much memory on what was observed."""
        trips = self._trips(self._observed[0])
        if small is None or not trips:
            return
        points = []
        for new in (_SMALL[0], 2 * _SMALL[0]):
            leaves = self._trial.leaves(self._observed[0])
            for way in resized(sizes_of(leaves), leaves, {trips[0]: new}).ways:
                scene = self._trial.copy(self._observed[0], way[-1]())
                with LargestTensor() as largest:
                    ending = self._trial.run(self._rewrite, Input("", scene.names))
                if ending.error is None:
                    points.append((new, largest.nbytes))
                    break
        if len(points) == 2 and not fits(extrapolate(points[0], points[1], trips[0])):
            raise StopError("refuted", "the rewrite needs too much memory at once")

    def _judge_observed(self, small: Input | None) -> Input:
        """Judge what was observed where there is time; return what is to be timed."""
        measured: Input | None = None
        for observed in self._observed:
            given = (
                observed if small is None else self._as_much_as_there_is_time_for(observed, small)
            )
            if given is small:
                continue
            result = self._trial.judge(given)
            if isinstance(result.stopped, OutOfTimeError):
                raise StopError("unverified", "the loop takes too long to be run again")
            if result.unusable:
                why = f"the loop does not run again on its own input: {result.unusable}"
                raise StopError("unverified", why)
            if result.difference:
                raise StopError("refuted", result.difference)
            if result.copies:
                why = next(iter(result.copies.values()))
                raise StopError("refuted", why, tuple(result.copies))
            for name in result.not_contiguous:
                self._tally.guards[f"later code needs no contiguous `{name}`"] = None
            self._error = max(self._error, result.error)
            self._tally.agree(given, result, resized=False, smooth=True)
            measured = measured or given
        chosen = measured or small
        assert chosen is not None
        return chosen

    def _as_much_as_there_is_time_for(self, given: Input, small: Input) -> Input:
        """Return the input, or a smaller one of which a loop takes a small part of the budget."""
        ending = self._trial.run(self._loop, small)
        large, little = (dict.fromkeys(self._trips(i)) for i in (given, small))
        growth = math.prod(a / b for a, b in zip(large, little, strict=False) if a > b)
        allowed = _PART_FOR_ONE_LOOP * self._budget.total_ns / max(ending.duration_ns, 1)
        if growth <= allowed:
            return given
        part = (allowed / growth) ** (1 / max(len(large), 1))
        new = {old: max(int(old * part), least) for old, least in zip(large, little, strict=False)}
        leaves = self._trial.leaves(given)
        found = self._explorer.try_variation(given, resized(sizes_of(leaves), leaves, new))
        return found or small

    def _explore(self, base: Input) -> None:
        self._explore_values(base, 1 << 30)
        leaves = self._trial.leaves(base)
        trees = [self._loop.tree] + ([self._trial.setup.tree] if self._trial.setup else [])
        rigid = literal_sizes(*trees)
        trips = self._trips(base)
        beyond = limits_of(self._rewrite.tree)
        fresh = self._candidate.fresh
        for variation in size_variations(leaves, fresh, trips, rigid, beyond):
            if not self._budget.has_left(_PART_FOR_INPUTS):
                return
            self._explorer.try_variation(base, variation)

    def _explore_values(self, base: Input, most: int) -> None:
        leaves = self._trial.leaves(base)
        constants = constants_of(self._loop.tree, self._candidate.constants, leaves)
        keep = self._candidate.fresh
        variations = value_variations(leaves, keep, constants, self._trips(base))
        for variation, _ in zip(variations, range(most), strict=False):
            if not self._budget.has_left(_PART_FOR_INPUTS):
                return
            self._explorer.try_variation(base, variation)

    def _demand_enough(self) -> None:
        tally = self._tally
        if tally.agreed < _FEWEST_INPUTS:
            why = f": {tally.last_unusable}" if tally.last_unusable else ""
            raise StopError(
                "unverified",
                f"the loop ran on {tally.agreed} inputs only, {_FEWEST_INPUTS} are needed{why}",
            )

    def _compare_gradients(self, measured: Input) -> bool:
        """Return whether gradients were compared and are equal.

        Raises:
            StopError: They differ, and the user's own inputs require them.
        """
        wanted = bool(self._trial.scene(measured).leaves) and self._trial.grad_enabled
        answers = []
        inputs = sorted(self._tally.smooth, key=lambda given: given is measured)
        for given in inputs[:_GRADIENT_INPUTS] + inputs[-1:] * wanted:
            if not self._budget.has_left(_PART_FOR_GRADIENTS):
                break
            if wanted and self._trial.gradients(given, "as observed") is Gradients.DIFFERENT:
                raise StopError("refuted", "its gradients differ from the loop's")
            answers.append(self._trial.gradients(given, "all"))
        return Gradients.EQUAL in answers and not {Gradients.DIFFERENT, Gradients.PRESENCE} & set(
            answers
        )

    def _time(self, measured: Input, gradients: bool, min_speedup: float) -> Outcome:
        times = take_times(
            self._loop.plain,
            self._rewrite.plain,
            lambda: self._trial.scene(measured),
            grad_enabled=self._trial.grad_enabled,
            deadline_ns=self._budget.deadline_ns,
            clock=self._budget.clock,
        )
        if times.speedup <= min_speedup:
            took = f"{times.rewrite_ns / 1e6:.3g} ms against {times.loop_ns / 1e6:.3g} ms"
            return Outcome("none", None, f"the rewrite is not faster: {took}")
        verdict = Verdict(
            inputs=self._tally.agreed,
            max_error=self._error,
            gradients=gradients,
            loop_ns=times.loop_ns,
            rewrite_ns=times.rewrite_ns,
            speedup=times.speedup,
            device=_device(self._trial.scene(measured).objects.values()),
        )
        return Outcome("verified", verdict, "", guards=tuple(self._tally.guards))


def _compile(text: str, what: str) -> Program:
    try:
        return compile_program(text, what)
    except SyntaxError as error:
        raise StopError(
            "unverified", f"the {what} is no piece of code by itself: {error.msg}"
        ) from None


def _names(
    candidate: Candidate, loop: Program, rewrite: Program, setup: Program, namespace: Namespace
) -> tuple[str, ...]:
    """Return the names that runs can read or change."""
    trees: list[ast.AST] = [loop.tree, rewrite.tree, setup.tree]
    trees += [ast.parse(guard) for guard in candidate.guards]
    found = {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return reached_names(namespace, found | {*candidate.live, *candidate.fresh})


def _device(values: object) -> str:
    devices = {v.device.type for v in values if isinstance(v, torch.Tensor)}  # type: ignore[attr-defined]
    accelerators = sorted(devices - {"cpu"})
    return accelerators[0] if accelerators else "cpu"
