"""Tests that are the same in every iteration: they stay an ``if``, and only one arm runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.pending import is_pending, mentions
from loopscope.vectorize.value import NotLiftable, Value, expand

_SHORT = 60


@contextmanager
def aside(lifter: Lifter, condition: Value) -> Iterator[list[ast.stmt]]:
    """Take aside what is written in an arm of a test that stays; else it is written at once."""
    start = len(lifter.statements)
    written: list[ast.stmt] = []
    yield written
    if stays(condition):
        written += lifter.statements[start:]
        del lifter.statements[start:]


def stays(condition: Value) -> bool:
    """Whether a test is none of the items': ``mask is not None``."""
    return (
        condition.is_fixed
        and condition.carry is None
        and not isinstance(condition.code, ast.Constant)
    )


def write_arms(
    lifter: Lifter, condition: Value, then: list[ast.stmt], orelse: list[ast.stmt]
) -> None:
    """Write the statements of both arms, where they were taken aside, under their test."""
    if then:
        lifter.statements.append(ast.If(condition.code, then, orelse))
    elif orelse:
        lifter.statements.append(ast.If(code.negated(condition.code), orelse, []))


def rebind(
    lifter: Lifter,
    name: str,
    values: tuple[Value, Value],
    arms: tuple[list[ast.stmt], list[ast.stmt]],
    before: Value | None,
    others: object,
) -> Value | None:
    """Bind a name in the arms that change it; ``None`` where a conditional expression will do.

    Args:
        lifter: Where what the name was before is written.
        name: The user's name.
        values: What it is after each arm.
        arms: The arms' statements; added to.
        before: What it was before both.
        others: What the arms leave behind beside it.

    Raises:
        NotLiftable: The arms leave values of different shape.
    """
    if any(v.carry is not None or v.kind == "other" or v.mask is not None for v in values):
        return None
    texts = [code.text(v.code) for v in values]
    if not any(arms) and sum(map(len, texts)) <= _SHORT:
        return None
    if values[0].rank != values[1].rank:
        raise NotLiftable("a fixed test chooses between values of different shape")
    axes = union([v.axes for v in values])
    unchanged = [v is before for v in values]
    target = _own_name(lifter, name, before) if any(unchanged) else ""
    if any(unchanged) and before is not None and (not target or before.axes != axes):
        target = lifter.fresh(name)
        lifter.statements.append(code.assignment(target, expand(before, axes).code))
    target = target or lifter.fresh(name)
    for value, arm, same in zip(values, arms, unchanged, strict=True):
        if not same:
            _assign(arm, target, expand(value, axes).code, others)
    shape = values[0].shape if values[0].shape == values[1].shape else ()
    return Value(code.name(target), axes, values[0].rank, values[0].kind, values[0].dtype, shape)


def _assign(arm: list[ast.stmt], target: str, value: ast.expr, others: object) -> None:
    """``h = e``; where the arm has just written ``h_2 = e``, that with the other name."""
    last = arm[-1] if arm else None
    match last, value:
        case ast.Assign(targets=[ast.Name(id=own)]), ast.Name(id=name):
            if own == name and not mentions(others, own):
                arm[-1] = code.assignment(target, last.value)
                return
        case _:
            pass
    arm.append(code.assignment(target, value))


def _own_name(lifter: Lifter, name: str, before: Value | None) -> str:
    """The name of our own that holds what it was, where nothing else is to read it."""
    if before is None or not isinstance(before.code, ast.Name):
        return ""
    own = before.code.id
    return own if own in lifter.made and not is_pending(lifter, own, name, ()) else ""
