"""Loop and rewrite on what the user's program had."""

from __future__ import annotations

import ast

from loopscope.verify.case import Case
from loopscope.verify.compare import Endings, compare_endings
from loopscope.verify.replay import Ending
from loopscope.verify.shifted_memory import refuse_shifted_writes
from loopscope.verify.small_input import as_much_as_there_is_time_for
from loopscope.verify.tally import StopError
from loopscope.verify.ticks import OutOfTimeError
from loopscope.verify.trial import Input, Result, describe_error
from loopscope.verify.unseen_sharing import refuse_unseen_sharing

TOO_LONG = "the loop takes too long to be run again"
_PART_FOR_ONE = 0.3
NOT_CONTIGUOUS = "need not be contiguous later"


def judge_observed(case: Case, small: Input | None) -> Input:
    """Judge the observed inputs, or what of them there is time for; return what is to be timed.

    Raises:
        StopError: The loop does not run on them, or the rewrite does something else.
    """
    measured: Input | None = None
    for observed in case.observed:
        if measured is not None and not case.budget.has_left(_PART_FOR_ONE):
            case.tally.cut_short = True  # other values and sizes tell more than more of the same
            break
        given = as_much_as_there_is_time_for(case, observed, small)
        if given is None:
            continue
        if given is observed:
            result = case.trial.judge(given)
            _refuse(result)
            case.tally.agree(given, result, resized=False, smooth=True)
        else:
            result = case.explorer.results[id(given)]
        refuse_unseen_sharing(case, observed, given, result.ticks)
        if given is observed:
            refuse_shifted_writes(case, observed)
        _look_at_memory(case, result)
        measured = measured or given
    if measured is not None:
        return measured
    assert small is not None
    refuse_unseen_sharing(case, case.observed[0], small, 0)
    _look_at_memory(case, case.explorer.results[id(small)])
    return small


def refuse_other_setup(case: Case) -> None:
    """Refuse a setup that does not make what was observed.

    Raises:
        StopError: It does not.
    """
    setup, given = case.trial.setup, case.observed[0]
    if setup is None or setup.leaves_memory_unset:
        return
    needed = {n.id for n in ast.walk(setup.tree) if isinstance(n, ast.Name)}
    needed |= {*case.candidate.fresh}
    try:
        made = case.trial.scene(given, names=needed)
    except Exception as error:  # whatever the user's statements raise
        raise StopError("unverified", f"its setup raises {describe_error(error)}") from None
    seen, made_ending = (
        Ending(s, None, 0, 0) for s in (case.trial.copy(given, names=needed), made)
    )
    names = [name for name in case.candidate.fresh if name in given.namespace]
    others = {*seen.scene.names, *case.candidate.fresh}
    found = compare_endings(Endings(seen, made_ending), names, others)
    if found.difference:
        why = f"its setup does not make what was observed: {found.difference}"
        raise StopError("unverified", why)


def refuse_unmet_guards(case: Case) -> None:
    """Refuse a rewrite that assumes what does not hold of the user's own inputs.

    Raises:
        StopError: One of its guards is false there, or cannot be evaluated.
    """
    for given in case.observed:
        names = case.trial.scene(given).names if case.candidate.guards else {}
        for guard in case.candidate.guards:
            try:
                holds = bool(eval(guard, names))
            except Exception as error:  # whatever it raises on this input
                why = f"its guard `{guard}` raises {describe_error(error)}"
                raise StopError("unverified", why) from None
            if not holds:
                raise StopError("unverified", f"it would need {guard}")


def _refuse(result: Result) -> None:
    if isinstance(result.stopped, OutOfTimeError):
        raise StopError("unverified", TOO_LONG)
    if result.unusable:
        why = f"the loop does not run again on its own input: {result.unusable}"
        raise StopError("unverified", why)
    if result.untyped:
        raise StopError("refuted", "it gives an empty list another dtype or shape")
    if result.difference:
        raise StopError("refuted", result.difference)


def _look_at_memory(case: Case, result: Result) -> None:
    if result.copies:
        raise StopError("refuted", next(iter(result.copies.values())).reason, tuple(result.copies))
    for name in result.not_contiguous:
        case.tally.guards[f"`{name}` {NOT_CONTIGUOUS}"] = None
    case.tally.error = max(case.tally.error, result.error)
