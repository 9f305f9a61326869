"""A carried variable's values in all iterations, for the statements that read them."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.carried import placeholder
from loopscope.vectorize.carries.scanned import scanned
from loopscope.vectorize.carries.shifted import shifted
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import value_after, value_before
from loopscope.vectorize.value import NotLiftable, Value

_WANTED = {"mul": "products", "add": "sums", "max": "greatest", "min": "least"}


def note_scan(
    lifter: Lifter, name: str, axis: Axis, before: Value | None, readers: frozenset[str]
) -> None:
    """Bind what the variable was before and after its update to the names that read it.

    Args:
        lifter: The update is lifted.
        name: The variable.
        axis: The loop.
        before: What it was before the loop, where the loops around it know.
        readers: Which of ``value_before(name)`` and ``value_after(name)`` are read.

    Raises:
        NotLiftable: Its update is no scan that we know.
    """
    update = lifter.env.get(name)
    if update is None or update.carry is None or update.carry.form in ("keep", "compared", "cat"):
        raise NotLiftable(f"{name} of one iteration is read by the next")
    if before is not None and before.carry is not None:
        raise NotLiftable(f"{name} is carried through loops in a way that is not understood")
    start = before or made_before(lifter, name, update)
    if start is None:
        start = Value(code.attribute(name), rank=update.rank)
    ends, begins = value_after(name) in readers, value_before(name) in readers
    summed = update.carry.form == "add" and (start.fill is not None or start.kind == "number")
    if begins and not ends and summed:
        kept = placeholder(name, update)
        before_each = scanned(lifter, kept, update, axis, before)
        lifter.env[value_before(name)] = named_scan(lifter, name, before_each)
        return
    after = replace(scanned(lifter, update, update, axis, before), counter=None)
    seen = lifter.loaded.get(name)
    if seen is not None and (seen.kind, seen.dtype) == ("number", "int"):
        after = replace(after, python=True, dtype="int64")
    if ends:
        after = lifter.env[value_after(name)] = named_scan(lifter, name, after)
    elif not isinstance(after.code, ast.Name):
        after = lifter.bind(_WANTED.get(update.carry.form, "states"), after)
    if begins:
        before_each = shifted(lifter, after, start, axis)
        if not ends:
            before_each = named_scan(lifter, name, before_each)
        elif lifter.uses.get(name, 0) > 2:
            before_each = lifter.bind(f"{name.rsplit('.', 1)[-1]}_before", before_each)
        lifter.env[value_before(name)] = before_each


def named_scan(lifter: Lifter, name: str, value: Value) -> Value:
    """Return the scan under the variable's own name, where nothing else needs that."""
    if isinstance(value.code, ast.Name):
        return value
    last = name.rsplit(".", 1)[-1]
    free = name in lifter.initial and name not in lifter.live and "." not in name
    many = f"running_{last}" if last.endswith("s") else f"{last}s"
    return lifter.bind(last if free else many, value)
