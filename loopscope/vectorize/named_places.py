"""The iterations in which a test holds: ``i, j = mask.nonzero(as_tuple=True)``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value


def named_places(lifter: Lifter, test: ast.expr, axes: Sequence[Axis]) -> list[str]:
    """Return the names of the places, one of each loop; they are written once for a test."""
    keys = [f"{axis.name} where {code.text(test)}" for axis in axes]
    if keys[0] not in lifter.ranges:
        names = [lifter.fresh(axis.name) for axis in axes]
        whole = code.method(test, "nonzero", as_tuple=True)
        lifter.statements.append(code.unpacking(names, whole))
        lifter.ranges |= {k: Value(code.name(n)) for k, n in zip(keys, names, strict=True)}
    return [code.text(lifter.ranges[key].code) for key in keys]
