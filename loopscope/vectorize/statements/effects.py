"""Calls for their effect: ``append``, ``add_``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.in_place import IN_PLACE
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators import combine
from loopscope.vectorize.statements.stored import note_store
from loopscope.vectorize.value import ListValue, NotLiftable, Value


def lift_effect(lifter: Lifter, call: ast.Call) -> None:
    """Lift a call whose result is not used."""
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr="append"), args=[item]):
            name = dotted(receiver)
            known = lifter.env.get(name)
            if known is None or known.list_of is None:
                raise NotLiftable(f"{name or code.text(receiver)} is no list that begins empty")
            lifter.env[name] = _appended(lifter, known, lifter.lift(item))
        case ast.Call(
            func=ast.Attribute(value=receiver, attr="insert"), args=[ast.Constant(value=0), item]
        ):
            name = dotted(receiver)
            known = lifter.env.get(name)
            if known is None or known.list_of is None:
                raise NotLiftable(f"{name or code.text(receiver)} is no list that begins empty")
            lifter.env[name] = _appended(lifter, known, lifter.lift(item), front=True)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=[item]) if (
            attr in IN_PLACE and name in lifter.env and not call.keywords
        ):
            lifter.env[name] = combine(lifter, lifter.env[name], IN_PLACE[attr], lifter.lift(item))
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() as target, attr=attr), args=[item]
        ) if attr in (*IN_PLACE, "copy_", "fill_") and not call.keywords:
            note_store(lifter, target, lifter.lift(item), IN_PLACE.get(attr))
        case _:
            raise NotLiftable(f"{code.text(call.func)}() is called for its effect")


def _appended(lifter: Lifter, known: Value, item: Value, *, front: bool = False) -> Value:
    filled = known.list_of or ListValue()
    if filled.item is not None:
        if filled.mask is not None or filled.front or front or filled.axes:
            raise NotLiftable("several items are appended in one iteration")
        return replace(known, list_of=replace(filled, more=(*filled.more, item)))
    return replace(known, list_of=ListValue((), item, None, front=front))
