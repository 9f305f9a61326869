"""An extremum that begins with an item of what is walked: ``best = x[0]`` before ``x[1:]``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value


def with_first_item(lifter: Lifter, start: Value, total: Value, form: str) -> Value | None:
    """``x[0]`` with the extremum of ``x[1:]`` is the extremum of ``x``; ``None`` for any other."""
    match start.code, total.code:
        case (
            ast.Subscript(value=first, slice=place),
            ast.Call(func=ast.Attribute(value=items, attr=attr), args=args, keywords=keywords),
        ) if attr in (form, f"a{form}") and form in ("max", "min"):
            walked, (span, *rest) = _taken(lifter, items)
            item, *same = _places(place)
            if code.text(first) != code.text(walked) or not _is_beside(item, span):
                return None
            of_all = not (rest or args or keywords)  # has every element, wherever it stands
            if not of_all and _texts(rest) != _texts(same):
                return None
            whole = code.subscript(walked, [ast.Slice(), *rest]) if rest else walked
            made = ast.Call(code.attribute_of(whole, attr), args, keywords)
            return replace(total, code=made)
        case _:
            return None


def _is_beside(item: ast.expr, span: ast.expr) -> bool:
    """Whether a span with this item is all of it: ``0`` and ``1:``; or has it: ``3`` and ``:``."""
    position = code.integer(item)
    if position is None or not isinstance(span, ast.Slice):
        return False
    match code.text(span):
        case ":":
            return True
        case "1:":
            return position == 0
        case ":-1":
            return position == -1
        case _:
            return False


def _taken(lifter: Lifter, items: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """A tensor and what of it is walked: ``x`` and ``1:, 0`` of ``x[1:, 0]``."""
    match lifter.defined(items):
        case ast.Subscript(value=whole, slice=place):
            places = _places(place)
            match lifter.defined(whole):
                case ast.Subscript(value=outer, slice=ast.Slice() as span) if (
                    code.text(places[0]) == ":"
                ):
                    return outer, [span, *places[1:]]
                case _:
                    return whole, places
        case whole:
            return whole, [ast.Slice()]


def _places(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [code.text(node) for node in nodes]
