"""How one iteration's value of a carried variable follows from the last one's.

Symbolic evaluation over the shapes of update: with ``s`` the carried value, ``s + e`` is a sum,
``a * s`` a product, ``a * s + b`` affine, ``maximum(s, e)`` an extremum; whatever else reads ``s``
is a general recurrence.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum

from loopscope.source.loop import dotted


class Update(Enum):
    """The form of a carried variable's update."""

    NONE = "does not read it"
    KEEP = "unchanged"
    ADD = "sum"
    MUL = "product"
    AFFINE = "affine"
    MATMUL = "matrix product"
    MAX = "maximum"
    MIN = "minimum"
    OR = "or"
    AND = "and"
    LOGADDEXP = "logsumexp"
    CAT = "concatenation"
    LAG = "the last iteration's item"
    LATEST = "the latest item that met a condition"
    RESTARTED = "set anew where a condition holds, updated else"
    GENERAL = "general"


UPDATED = {Update.ADD, Update.MUL, Update.AFFINE}
LINEAR = {Update.KEEP, Update.ADD, *UPDATED}
_BINARY_CALLS = {
    "maximum": Update.MAX,
    "max": Update.MAX,
    "fmax": Update.MAX,
    "minimum": Update.MIN,
    "min": Update.MIN,
    "fmin": Update.MIN,
    "logaddexp": Update.LOGADDEXP,
    "logical_or": Update.OR,
    "logical_and": Update.AND,
    "add": Update.ADD,
    "mul": Update.MUL,
    "sub": Update.ADD,
    "matmul": Update.MATMUL,
    "mm": Update.MATMUL,
}
ADDING = {"index_add", "scatter_add"}
_KEEPING_METHODS = {"clone", "detach", "contiguous", "to", "float", "double"}


def classify_update(value: ast.expr, is_symbol: Callable[[ast.expr], bool]) -> Update:
    """Return the form of ``value`` as a function of the sub-expressions that are the symbol."""
    if is_symbol(value):
        return Update.KEEP
    if not any(is_symbol(n) for n in ast.walk(value) if isinstance(n, ast.expr)):
        return Update.NONE

    def form(node: ast.expr) -> Update:
        return classify_update(node, is_symbol)

    match value:
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(form(left), op, form(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _scaled(form(operand))
        case ast.UnaryOp(op=ast.Not(), operand=operand) if is_symbol(operand):
            return Update.MUL  # turned every time
        case ast.BoolOp(op=op, values=values):
            forms = {form(v) for v in values} - {Update.NONE}
            kept = forms == {Update.KEEP}
            return (
                (Update.OR if isinstance(op, ast.Or) else Update.AND) if kept else Update.GENERAL
            )
        case ast.IfExp(test=test, body=body, orelse=orelse):
            if _is_none_test(test, is_symbol):  # the first iteration's initialization
                return form(orelse)
            extremum = _extremum(test, body, orelse, is_symbol)
            return extremum or _choice(form(test), form(body), form(orelse))
        case ast.Call():
            match value.args:
                case [test, body, orelse] if _name(value) == "where":
                    extremum = _extremum(test, body, orelse, is_symbol)
                    return extremum or _choice(form(test), form(body), form(orelse))
                case _:
                    return _call(value, form)
        case _:
            return Update.GENERAL


def _binary(left: Update, op: ast.operator, right: Update) -> Update:
    both = {left, right}
    match op:
        case ast.Add() | ast.Sub() if both <= LINEAR | {Update.NONE}:
            if Update.NONE in both and (both & {Update.KEEP, Update.ADD}):
                # ``e - s`` turns the sign every time: affine, not a sum.
                turned = isinstance(op, ast.Sub) and left is Update.NONE
                return Update.AFFINE if turned else Update.ADD
            return Update.AFFINE
        case ast.Mult() if Update.NONE in both:
            return _scaled(left if right is Update.NONE else right)
        case ast.Div() if right is Update.NONE:
            return _scaled(left)
        case ast.MatMult() if Update.NONE in both and both & {Update.KEEP, Update.MATMUL}:
            return Update.MATMUL
        case ast.BitOr() if both == {Update.KEEP, Update.NONE}:
            return Update.OR
        case ast.BitAnd() if both == {Update.KEEP, Update.NONE}:
            return Update.AND
        case ast.BitXor() if both == {Update.KEEP, Update.NONE}:
            return Update.MUL
        case _:
            return Update.GENERAL


def _scaled(form: Update) -> Update:
    match form:
        case Update.KEEP | Update.MUL:
            return Update.MUL
        case Update.ADD | Update.AFFINE:
            return Update.AFFINE
        case _:
            return Update.GENERAL


def _is_none_test(test: ast.expr, is_symbol: Callable[[ast.expr], bool]) -> bool:
    match test:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return is_symbol(left)
        case _:
            return False


def _extremum(
    test: ast.expr, body: ast.expr, orelse: ast.expr, is_symbol: Callable[[ast.expr], bool]
) -> Update | None:
    """``e if e > s else s`` is a maximum."""
    match test:
        case ast.Compare(
            left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op], comparators=[right]
        ):
            arms = [ast.unparse(converted(body)), ast.unparse(converted(orelse))]
            sides = [ast.unparse(converted(left)), ast.unparse(converted(right))]
            kept = [is_symbol(body), is_symbol(orelse)]
            if sorted(arms) != sorted(sides) or kept.count(True) != 1:
                return None
            grows = isinstance(op, ast.Gt | ast.GtE) == (arms == sides)
            return Update.MAX if grows else Update.MIN
        case _:
            return None


def converted(node: ast.expr) -> ast.expr:
    """Return what is converted: ``x`` of ``x.item()`` and ``float(x)``, the same number."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[], keywords=[]) if (
            attr == "item" or attr in _KEEPING_METHODS
        ):
            return converted(inner)
        case ast.Call(func=ast.Name(id="float"), args=[inner], keywords=[]):
            return converted(inner)
        case _:
            return node


def _choice(test: Update, body: Update, orelse: Update) -> Update:
    forms = {body, orelse}
    if test is not Update.NONE:
        return Update.GENERAL
    if Update.KEEP in forms and len(forms) == 2:
        other = (forms - {Update.KEEP}).pop()
        return Update.LATEST if other is Update.NONE else other
    if len(forms) == 1:
        return body
    if Update.NONE in forms and forms <= UPDATED | {Update.NONE}:
        return Update.RESTARTED
    return Update.AFFINE if forms <= LINEAR | {Update.NONE} else Update.GENERAL


def _call(node: ast.Call, form: Callable[[ast.expr], Update]) -> Update:
    name = _name(node)
    args = list(node.args)
    if isinstance(node.func, ast.Attribute) and form(node.func.value) is not Update.NONE:
        name = node.func.attr
        args.insert(0, node.func.value)
    if name in ("cat", "concat", "hstack", "vstack", "stack") and args:
        parts = args[0].elts if isinstance(args[0], ast.List | ast.Tuple) else []
        forms = [form(p) for p in parts]
        return (
            Update.CAT
            if forms.count(Update.KEEP) == 1 and set(forms) <= {Update.KEEP, Update.NONE}
            else Update.GENERAL
        )
    forms = [form(a) for a in args]
    if name in _KEEPING_METHODS and forms:
        return forms[0]
    if name == "lerp" and forms[:1] == [Update.KEEP]:
        return Update.AFFINE
    if name in ADDING and forms[:1] == [Update.KEEP] and set(forms[1:]) == {Update.NONE}:
        return Update.ADD
    if name in _BINARY_CALLS and len(forms) == 2 and set(forms) == {Update.KEEP, Update.NONE}:
        return _BINARY_CALLS[name]
    return Update.GENERAL


def _name(node: ast.Call) -> str:
    return dotted(node.func).rsplit(".", 1)[-1]
