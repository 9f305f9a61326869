"""Ways in which a carried variable is updated, and the numbers that they begin with."""

from __future__ import annotations

import ast

from loopscope.vectorize import code

NEUTRAL = {"add": 0, "mul": 1, "or": False, "and": True}


def is_number(node: ast.expr | None, number: object) -> bool:
    """Whether code is this number."""
    return (
        number is not None
        and isinstance(node, ast.Constant)
        and not isinstance(node.value, str)
        and node.value == number
    )


def is_neutral(node: ast.expr | None, form: str) -> bool:
    """Whether code is what such an update begins with if nothing came before."""
    if form in ("max", "min", "logaddexp"):
        return is_infinite(node, "min" if form == "min" else "max")
    return is_number(node, NEUTRAL.get(form))


def is_infinite(node: ast.expr | None, form: str) -> bool:
    """Whether code is what a running extremum begins with: an infinity."""
    text = "" if node is None else code.text(node)
    sign = "-" if form == "max" else ""
    return text in (
        f"{sign}float('inf')", f"float('{sign}inf')", f"{sign}torch.inf", f"{sign}math.inf",
        f"{sign}np.inf", f"{sign}numpy.inf", f"{sign}inf",
    )  # fmt: skip
