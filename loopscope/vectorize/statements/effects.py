"""Calls for their effect: ``append``, ``add_``."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.in_place import IN_PLACE, innermost
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.ops.elementwise_names import BINARY, UNARY
from loopscope.vectorize.statements.changed_items import change_items
from loopscope.vectorize.statements.note_store import note_item_store, note_store
from loopscope.vectorize.value import ListValue, NotLiftable, whole_number

_ELEMENT_WISE = {*UNARY, *BINARY}


def lift_effect(lifter: Lifter, call: ast.Call) -> None:
    """Lift a call whose result is not used."""
    call = _unchained(lifter, call)
    if change_items(lifter, call):
        return
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr="append"), args=[item]):
            _append(lifter, receiver, item)
        case ast.Call(
            func=ast.Attribute(value=receiver, attr="insert"), args=[ast.Constant(value=0), item]
        ):
            _append(lifter, receiver, item, front=True)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=[item]) if (
            attr in IN_PLACE and name in lifter.env and not call.keywords
        ):
            _change_name(lifter, name, IN_PLACE[attr], item)
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() as target, attr=attr), args=[item]
        ) if attr in (*IN_PLACE, "copy_", "fill_") and not call.keywords:
            note_store(lifter, target, lifter.lift(item), IN_PLACE.get(attr))
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() as target, attr="add_" | "sub_" as attr),
            args=[item],
            keywords=[ast.keyword(arg="alpha", value=alpha)],
        ):
            scaled = combine(lifter, lifter.lift(item), ast.Mult(), lifter.lift(alpha))
            note_store(lifter, target, scaled, IN_PLACE[attr])
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() as target, attr="zero_"), args=[], keywords=[]
        ):
            note_store(lifter, target, whole_number(code.const(0)), None)
        case ast.Call(func=ast.Attribute(value=ast.Subscript() as target, attr=attr)) if (
            attr.endswith("_") and attr.removesuffix("_") in _ELEMENT_WISE
        ):
            note_store(lifter, target, lifter.lift(_made_anew(call, target, attr)), None)
        case _:
            raise NotLiftable(f"{code.text(call.func)}() is called for its effect")


def _made_anew(call: ast.Call, target: ast.Subscript, method: str) -> ast.Call:
    """``x[i].clamp(0, 1)`` of ``x[i].clamp_(0, 1)``."""
    made = copy.deepcopy(call)
    made.func = ast.Attribute(target, method.removesuffix("_"), ast.Load())
    return made


def _change_name(lifter: Lifter, name: str, op: ast.operator, item: ast.expr) -> None:
    """``row.mul_(2)``: of a row of a tensor, or of what the iteration has made."""
    value = lifter.lift(item)
    if name in lifter.aliases:
        note_item_store(lifter, name, value, op)
    elif lifter.env[name].axes and name not in lifter.made_in:
        raise NotLiftable(f"{name} is changed in place")
    else:
        lifter.env[name] = combine(lifter, lifter.env[name], op, value)


def _unchained(lifter: Lifter, call: ast.Call) -> ast.Call:
    """``x[i].sub_(m).div_(s)``: the first change, then ``x[i].div_(s)``."""
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Attribute(value=target, attr=first)) as inner):
            if first.endswith("_") and not first.endswith("__"):
                lift_effect(lifter, inner)
                again = copy.deepcopy(innermost(target))
                function = ast.Attribute(value=again, attr=call.func.attr, ctx=ast.Load())
                return ast.Call(func=function, args=call.args, keywords=call.keywords)
        case _:
            pass
    return call


def _append(lifter: Lifter, receiver: ast.expr, node: ast.expr, *, front: bool = False) -> None:
    name = dotted(receiver)
    known = lifter.env.get(name)
    if known is None or known.list_of is None:
        raise NotLiftable(f"{name or code.text(receiver)} is no list that begins empty")
    item, filled = lifter.lift(node), known.list_of
    if filled.item is None:
        filled = ListValue((), item, front=front)
    elif filled.mask is not None or filled.front or front or filled.axes:
        raise NotLiftable("several items are appended in one iteration")
    else:
        filled = replace(filled, more=(*filled.more, item))
    lifter.env[name] = replace(known, list_of=filled)
