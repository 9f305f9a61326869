"""What the loop's tests have not shown on any input so far.

A rewrite may lose a test and agree wherever it holds. A result that is changed under tests alone
may have another type where none of them holds.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
from collections.abc import Iterator

from loopscope.verify.branches import Branch
from loopscope.verify.case import Case
from loopscope.verify.inputs.branch_variations import branch_variations
from loopscope.verify.inputs.value_variations import with_other_values
from loopscope.verify.inputs.variation import Variation
from loopscope.verify.trial import Input

_SEEDS_OF_FEW = range(41, 57)


def untaken_variations(case: Case, base: Input) -> Iterator[Variation]:
    """Yield inputs on which tests may come out another way, as long as one has not."""
    leaves = case.trial.leaves(base)
    for number, test in enumerate(case.trial.loop.tests.texts):
        for variation in branch_variations(test, leaves, case.trial.begun):
            if all(branch.test != number for branch in _untaken(case)):
                break
            yield variation


def unchanged_variations(
    case: Case, base: Input, made: Input, few: Variation
) -> Iterator[Variation]:
    """Yield inputs of few items, as long as a result has been changed on all inputs.

    Args:
        case: What is verified.
        base: What has more items.
        made: The input of few items.
        few: What made it smaller.
    """
    begun, live = case.trial.begun, case.trial.live
    others = with_other_values(few, case.trial.leaves(base), begun, _SEEDS_OF_FEW)
    tests = (
        dataclasses.replace(variation, label=f"{variation.label}, {few.label}")
        for test in case.trial.loop.tests.texts
        for variation in branch_variations(test, case.trial.leaves(made), {*begun, *live})
        if not variation.guard
    )
    for variation in itertools.chain(others, tests):
        if not _always_changed(case):
            break
        yield variation


def guard_untaken(case: Case) -> None:
    """Say of every test that came out the same on all inputs that the rewrite relies on it.

    What was not tested at all stands under one of these.
    """
    untaken = _untaken(case)
    for branch in untaken:
        if Branch(branch.test, holds=not branch.holds) in untaken:
            continue
        test = ast.unparse(case.trial.loop.tests.texts[branch.test])
        when = "in no iteration" if branch.holds else "whenever it is tested"
        case.tally.guards[f"`{test}` holds {when}"] = None


def _untaken(case: Case) -> list[Branch]:
    taken = frozenset[Branch]().union(*case.tally.taken)
    numbers = range(len(case.trial.loop.tests.texts))
    every = (Branch(number, holds) for number in numbers for holds in (True, False))
    return [branch for branch in every if branch not in taken]


def _always_changed(case: Case) -> bool:
    """Whether there is a result that was changed on every input, and need not be."""
    changes = case.trial.loop.tests.changes
    return any(
        all(not taken.isdisjoint(changes[name]) for taken in case.tally.taken if taken)
        for name in case.trial.live
        if name in changes
    )
