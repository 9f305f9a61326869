"""Decide whether a rewrite may be called verified."""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import torch

from loopscope.model.candidate import Candidate, Outcome
from loopscope.model.finding import NOT_FASTER, Verdict
from loopscope.vectorize.around.liveness import is_read_first, is_set_first
from loopscope.verify.budget import Budget
from loopscope.verify.case import Case
from loopscope.verify.explore import Explorer
from loopscope.verify.gradients import Gradients
from loopscope.verify.inputs.item_lists import mixed_list_variations
from loopscope.verify.inputs.literals import (
    constants_of,
    limits_of,
    mentioned_in,
    past_tests,
)
from loopscope.verify.inputs.size_variations import size_variations
from loopscope.verify.inputs.trips import literal_sizes
from loopscope.verify.inputs.value_variations import (
    BARE_ROW,
    SEEDS_OF_FEW,
    value_variations,
    with_other_values,
)
from loopscope.verify.inputs.variation import Variation
from loopscope.verify.observed import judge_observed, refuse_other_setup, refuse_unmet_guards
from loopscope.verify.purity import called_bodies, why_impure
from loopscope.verify.replay import Program, compile_program, leaves_memory_unset
from loopscope.verify.sandbox import sandbox
from loopscope.verify.scene import Namespace, TooMuchToCopyError, reached_names
from loopscope.verify.small_input import is_costly, refuse_too_large, small_input
from loopscope.verify.tally import ONCE, StopError, Tally
from loopscope.verify.timing import take_times
from loopscope.verify.trial import Input, Trial, describe_error
from loopscope.verify.untaken import guard_untaken, unchanged_variations, untaken_variations

__all__ = ["Candidate", "Outcome", "verify_rewrite"]

_FEWEST_INPUTS = 3
_ENOUGH_INPUTS = 5
_VALUES_FIRST = 5
_PART_FOR_INPUTS = 0.5
_PART_FOR_GRADIENTS = 0.7  # also for inputs while there are few
_PART_FOR_FEWEST = 0.85
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
            case = _prepare(candidate, make_namespaces, budget_ns, clock, grad_enabled)
            refuse_other_setup(case)
            refuse_unmet_guards(case)
            small = small_input(case)
            refuse_too_large(case, small)
            variations = _variations(case, small) if small is not None else None
            if small is not None and variations is not None and is_costly(case, small):
                _try_all(case, small, itertools.islice(variations, _VALUES_FIRST))
            measured = judge_observed(case, small)
            _demand_chunks(case, measured)
            _try_all(case, small or measured, variations or _variations(case, measured))
            if small is not None and measured is not small:
                _try_all(case, measured, itertools.islice(_value_variations(case, measured), 1))
            _try_untaken(case, small or measured)
            _demand_enough(case.tally)
            gradients = _compare_gradients(case, measured)
            return _take_times(case, measured, min_speedup, gradients=gradients)
        except StopError as stop:
            return stop.outcome
        except TooMuchToCopyError:
            return Outcome("unverified", None, "the loop reads too many objects to copy them")


def _prepare(
    candidate: Candidate,
    make_namespaces: Sequence[Callable[[], Namespace]],
    budget_ns: int,
    clock: Callable[[], int],
    grad_enabled: bool,
) -> Case:
    """Compile everything, look whether it may be run, and only then let the time begin."""
    loop = _compile(candidate.loop, "loop")
    rewrite = _compile(candidate.rewrite, "rewrite")
    if not make_namespaces:
        raise StopError("unverified", "nothing was observed of what the loop reads")
    try:
        observed = tuple(Input("", make()) for make in make_namespaces)
    except Exception as error:  # what was observed is gone
        why = f"what the loop read is not to be had: {describe_error(error)}"
        raise StopError("unverified", why) from None
    namespace = observed[0].namespace
    setup = _compile(_repeatable(candidate, namespace), "setup")
    for what, program in (("loop", loop), ("rewrite", rewrite), ("setup", setup)):
        reason = why_impure(program.tree, namespace)
        if reason:
            raise StopError("unverified", f"not run again: the {what} {reason}")
    called = called_bodies(loop.tree, namespace)
    unset = any(p.leaves_memory_unset for p in (loop, rewrite, setup))
    budget = Budget(budget_ns, clock)
    trial = Trial(
        loop,
        rewrite,
        setup if setup.tree.body else None,
        _names(candidate, (loop, rewrite, setup), namespace),
        candidate.live,
        candidate.fresh,
        _begun(candidate.fresh, setup),
        [name for name in candidate.fresh if is_set_first(name, setup.tree.body)],
        grad_enabled,
        budget.deadline_ns,
        clock,
        unset=unset or any(map(leaves_memory_unset, called)),
        changed=candidate.changed,
    )
    tally = Tally()
    explorer = Explorer(trial, candidate, tally, observed[0])
    return Case(candidate, observed, trial, explorer, tally, budget)


def _repeatable(candidate: Candidate, namespace: Namespace) -> str:
    """The setup without what cannot or must not be run again: that is as it was observed.

    ``h = self.lin(x)`` may have effects, of ``s = self.size`` the loop does not read ``self``:
    nothing was kept of it.
    """
    try:
        body = ast.parse(candidate.setup).body
    except SyntaxError:
        return candidate.setup
    known = namespace.keys() | vars(builtins).keys() | {n for s in body for n in _sets(s)}
    kept = [
        s
        for s in body
        if not _sets(s) <= namespace.keys()
        or (_sets(s) & set(candidate.fresh) and _names_in(s) <= known)
        or (_names_in(s) <= known and not why_impure(ast.Module([s], type_ignores=[]), namespace))
    ]
    return candidate.setup if len(kept) == len(body) else "\n".join(map(ast.unparse, kept))


def _begun(fresh: Collection[str], setup: Program) -> tuple[str, ...]:
    """Names that the setup makes of nothing of their own: ``x = x.clone()`` follows its ``x``."""
    return tuple(name for name in fresh if not is_read_first(name, setup.tree.body))


def _names_in(statement: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}


def _sets(statement: ast.stmt) -> set[str]:
    return {
        n.id
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _compile(text: str, what: str) -> Program:
    try:
        return compile_program(text, what)
    except SyntaxError as error:
        why = f"the {what} is no piece of code by itself: {error.msg}"
        raise StopError("unverified", why) from None


def _names(
    candidate: Candidate, programs: Iterable[Program], namespace: Namespace
) -> tuple[str, ...]:
    """Return the names that runs can read or change."""
    trees: list[ast.AST] = [program.tree for program in programs]
    trees += [ast.parse(guard) for guard in candidate.guards]
    found = {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return reached_names(namespace, found | {*candidate.live, *candidate.fresh})


def _variations(case: Case, base: Input) -> Iterator[Variation]:
    """Yield other values and other sizes in turn: in little time some of both are tried."""
    values, sizes = _value_variations(case, base), _size_variations(case, base)
    mixed = mixed_list_variations(case.trial.leaves(base), case.candidate.mixed)
    first = itertools.islice(values, _VALUES_FIRST)
    pairs = itertools.zip_longest(sizes, values)
    in_turn = (variation for pair in pairs for variation in pair if variation is not None)
    return itertools.chain(mixed, first, in_turn)


def _try_all(case: Case, base: Input, variations: Iterable[Variation]) -> None:
    for variation in variations:
        if not _time_for_inputs(case):
            case.tally.cut_short = True
            return
        made = case.explorer.try_variation(base, variation)
        if made is not None and variation.few and not variation.no_iterations:
            case.tally.few.append((made, variation))
            leaves = case.trial.leaves(base)
            others = with_other_values(variation, leaves, case.trial.begun, SEEDS_OF_FEW)
            _try_each(case, made, others)


def _try_each(case: Case, base: Input, variations: Iterable[Variation]) -> None:
    for variation in variations:
        if _time_for_inputs(case):
            case.explorer.try_variation(base, variation)


def _try_untaken(case: Case, base: Input) -> None:
    """Try inputs on which tests come out as they have on none; name those that never do."""
    _try_each(case, base, untaken_variations(case, base))
    for few, variation in case.tally.few:
        _try_each(case, few, unchanged_variations(case, base, few, variation))
    guard_untaken(case)


def _size_variations(case: Case, base: Input) -> Iterator[Variation]:
    trial = case.trial
    trees = [trial.loop.tree] + ([trial.setup.tree] if trial.setup else [])
    leaves = trial.leaves(base)
    observed = min(case.trips(case.observed[0]), default=0)
    return size_variations(
        leaves,
        trial.begun,
        case.trips(base),
        literal_sizes(*trees),
        limits_of(trial.rewrite.tree, trial.loop.tree),
        [n for n in past_tests(trial.loop.tree) if n > observed],
    )


def _value_variations(case: Case, base: Input) -> Iterator[Variation]:
    candidate, tree = case.candidate, case.trial.loop.tree
    leaves = case.trial.leaves(base)
    called = called_bodies(tree, base.namespace)
    setup = [case.trial.setup.tree] if case.trial.setup else []
    constants = constants_of(tree, [*setup, *called], candidate.constants, leaves)
    mentioned = mentioned_in([tree, *called])
    begun = case.trial.begun
    return value_variations(leaves, begun, constants, case.trips(base), mentioned)


def _time_for_inputs(case: Case) -> bool:
    agreed = case.tally.agreed
    if agreed < _FEWEST_INPUTS:
        return case.budget.has_left(_PART_FOR_FEWEST)
    return case.budget.has_left(
        _PART_FOR_INPUTS if agreed >= _ENOUGH_INPUTS else _PART_FOR_GRADIENTS
    )


def _demand_chunks(case: Case, measured: Input) -> None:
    chunk = case.candidate.chunk
    if chunk and not any(trips > chunk for trips in case.trips(measured)):
        raise StopError("unverified", f"there was no time for more than {chunk} iterations")


def _demand_enough(tally: Tally) -> None:
    if tally.agreed < _FEWEST_INPUTS:
        why = f": {tally.last_unusable}" if tally.last_unusable else ""
        text = f"the loop ran on {tally.agreed} inputs only, {_FEWEST_INPUTS} are needed{why}"
        raise StopError("unverified", text, cut_short=tally.cut_short)


def _compare_gradients(case: Case, measured: Input) -> bool:
    """Return whether gradients were compared and are equal.

    Raises:
        StopError: They differ, and the user's own inputs require them.
    """
    trial = case.trial
    wanted = bool(trial.copy(measured).leaves) and trial.grad_enabled
    inputs = sorted(case.tally.smooth, key=lambda given: given is measured)
    answers = []
    # Of nothing a mean is 0 / 0, whose gradient a choice does not stop.
    bare = [given for given in inputs[_GRADIENT_INPUTS:] if given.label == BARE_ROW]
    smooth = inputs[:_GRADIENT_INPUTS] + bare + inputs[-1:] * wanted
    others = case.tally.finite + inputs[-1:]
    pairs = [(given, False) for given in smooth] + [(given, True) for given in others]
    for given, only_finite in pairs:
        if not case.budget.has_left(_PART_FOR_GRADIENTS):
            case.tally.cut_short = True
            break
        compare = functools.partial(trial.gradients, given, only_finite=only_finite)
        match compare("as observed") if wanted else Gradients.NONE:
            case Gradients.DIFFERENT:
                raise StopError("refuted", "its gradients differ from the loop's")
            case Gradients.KEPT:
                why = "backward needs a result that later code changes in place"
                raise StopError("refuted", why, trial.changed_results)
            case _:
                answers.append(compare("all"))
    return {*answers} - {Gradients.NONE} == {Gradients.EQUAL}


def _take_times(case: Case, measured: Input, min_speedup: float, *, gradients: bool) -> Outcome:
    trial = case.trial
    times = take_times(
        trial.loop.plain,
        trial.rewrite.plain,
        lambda: trial.scene(measured),
        grad_enabled=trial.grad_enabled,
        deadline_ns=case.budget.deadline_ns,
        clock=case.budget.clock,
    )
    if times.speedup < min_speedup:
        took = f"{times.rewrite_ns / 1e6:.3g} ms against {times.loop_ns / 1e6:.3g} ms"
        return Outcome("none", None, f"{NOT_FASTER}: {took}")
    verdict = Verdict(
        inputs=case.tally.agreed,
        max_error=case.tally.error,
        gradients=gradients,
        loop_ns=times.loop_ns,
        rewrite_ns=times.rewrite_ns,
        speedup=times.speedup,
        device=_device(trial.copy(measured).objects.values()),
    )
    if not case.tally.none_tried:
        case.tally.guards[ONCE] = None
    views = case.tally.views_at
    guards = (
        *case.tally.guards,
        *(f"later code does not write to `{name}`, with {size}" for name, size in views.items()),
    )
    return Outcome(
        "verified",
        verdict,
        "",
        guards=guards,
        copies=tuple(views),
        cut_short=case.tally.cut_short,
    )


def _device(values: Iterable[object]) -> str:
    devices = {v.device.type for v in values if isinstance(v, torch.Tensor)}
    accelerators = sorted(devices - {"cpu"})
    return accelerators[0] if accelerators else "cpu"
