"""Tests of what one iteration hands to the next."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.subscripts.stored_elements import stored_element
from loopscope.vectorize.value import NotLiftable, Value


def is_carried(lifter: Lifter, test: ast.expr) -> bool:
    """Whether a test reads a carried variable, or an element that several iterations store to."""
    known = (_known(lifter, n) for n in ast.walk(test))
    return any(value is not None and value.carry is not None for value in known)


def _known(lifter: Lifter, node: ast.AST) -> Value | None:
    match node:
        case ast.Name() | ast.Attribute():
            return lifter.env.get(dotted(node))
        case ast.Subscript(value=whole) if dotted(whole) in lifter.written:
            try:
                return stored_element(lifter, node)
            except NotLiftable:
                return None
        case _:
            return None
