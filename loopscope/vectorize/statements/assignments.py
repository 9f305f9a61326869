"""Assignments to names, attributes, elements and several of them."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.statements.note_store import note_store
from loopscope.vectorize.statements.temporaries import assigned_at_once, kept
from loopscope.vectorize.unbinding import bind_parts, bind_unbound, unbound
from loopscope.vectorize.value import NotLiftable, Value


def assign(lifter: Lifter, target: ast.expr, value: Value, *waiting: Value) -> None:
    """Assign a value to a name, an attribute, an element or several of them.

    ``waiting`` are values that are assigned together with it, after it.
    """
    match target:
        case ast.Name(id=name):
            lifter.env[name] = kept(lifter, name, value, *waiting)
            lifter.made_in[name] = len(lifter.axes)
        case ast.Attribute() if dotted(target):
            lifter.env[dotted(target)] = value
        case ast.Subscript():
            note_store(lifter, target, value, None)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            names = [e.id for e in elts if isinstance(e, ast.Name)]
            if len(names) == len(elts) and value.parts is None and value.axes:
                lifter.env.update(bind_unbound(lifter, value, names))
                return
            pair = bind_parts(lifter, value, names) if len(names) == len(elts) else None
            if pair is not None:
                lifter.env.update(pair)
                return
            parts = _unpacked(lifter, value, len(elts))
            if len(names) == len(elts) and assigned_at_once(lifter, names, parts):
                return
            for k, (element, part) in enumerate(zip(elts, parts, strict=True), 1):
                assign(lifter, element, part, *parts[k:], *waiting)
        case _:
            raise NotLiftable(f"an assignment to {code.text(target)}")


def _unpacked(lifter: Lifter, value: Value, count: int) -> tuple[Value, ...]:
    """Items of a value that is unpacked into ``count`` names."""
    parts = value.parts
    if parts is None and value.kind != "other" and value.rank > 0:
        parts = unbound(lifter, value).parts
    if parts is None and value.is_fixed:
        parts = tuple(
            replace(value, code=code.subscript(value.code, [code.const(k)])) for k in range(count)
        )
    if parts is None or len(parts) != count:
        raise NotLiftable("an unpacking that is not understood")
    return parts
