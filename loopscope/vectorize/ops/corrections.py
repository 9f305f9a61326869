"""What a variance's squares are divided by: their number, or one less."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.calls import Call
from loopscope.vectorize.value import NotLiftable


def without_correction(call: Call) -> tuple[Call, int | None]:
    """The call without ``unbiased=False`` or ``correction=0``, and what that says.

    Raises:
        NotLiftable: The correction is no literal, or another.
    """
    if call.name not in ("var", "std"):
        return call, None
    known = {"unbiased", "correction"} & call.keywords.keys()
    rest = {k: v for k, v in call.keywords.items() if k not in known}
    if not known:
        return call, 1
    given = call.keywords[known.pop()].code
    number = given.value if isinstance(given, ast.Constant) else None
    if not isinstance(number, int) or number > 1 or len(rest) + 1 != len(call.keywords):
        raise NotLiftable(f"{call.name} with a correction of its own")
    return replace(call, keywords=rest), int(number)
