"""Read a store into a subscript."""

from __future__ import annotations

import ast
from collections.abc import Callable

from loopscope.source.access import read_access, read_accesses
from loopscope.source.facts import Store
from loopscope.source.fold import folded_term
from loopscope.source.names import root_name
from loopscope.source.replace import replace
from loopscope.source.scope import Scope
from loopscope.source.update import Update, classify_update


def read_store(
    target: ast.Subscript,
    value: ast.expr,
    scope: Scope,
    guarded: bool,
    form: Update | None = None,
) -> tuple[ast.Subscript, Store]:
    """Return the subscript with its temporaries in place, and the store into it.

    ``form`` is the update's, where the statement gives it: ``op=``.
    """
    place = _place(target, scope)
    value = term = scope.expand(value)
    if form is None:
        form = form_in(value, place)
        if form is not Update.NONE:
            element = ast.Name("#element", ast.Load())
            renamed = replace(value, _element_test(place), element)
            term = folded_term("#element", renamed, form)
    return place, Store(
        place=read_access(place, scope),
        augment=form,
        value=value,
        reads=read_accesses(value, scope),
        constant=_is_literal(term),
        guarded=guarded,
    )


def form_in(value: ast.expr, place: ast.expr) -> Update:
    """Return the form of ``value`` in the element that it is stored to."""
    return classify_update(value, _element_test(place))


def _element_test(place: ast.expr) -> Callable[[ast.expr], bool]:
    """Whether an expression is the element: ``c[k]``, or ``c.get(k, 0)`` of a dict."""
    text = ast.unparse(place)

    def is_element(node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, _]):
                return f"{ast.unparse(base)}[{ast.unparse(key)}]" == text
            case _:
                return ast.unparse(node) == text

    return is_element


def _place(target: ast.Subscript, scope: Scope) -> ast.Subscript:
    """The subscript with temporaries in place; into a tensor that is built here it stays."""
    place = scope.expand(target)
    if isinstance(place, ast.Subscript) and root_name(place) and not _has_call(place.value):
        return place
    scope.temporaries.pop(root_name(target), None)
    return target


def _has_call(node: ast.expr) -> bool:
    return any(isinstance(n, ast.Call) for n in ast.walk(node))


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand)
        case ast.Attribute(attr="inf" | "nan" | "pi"):
            return True
        case ast.Call(func=ast.Name(id="float" | "int" | "bool"), args=[ast.Constant()]):
            return True
        case _:
            return False
