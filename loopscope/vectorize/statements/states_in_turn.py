"""Variables that one step of a kept inner loop hands to the next, for all iterations around it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.value import NotLiftable, Value, expand

Loop: TypeAlias = ast.For | ast.While

_NUMBERS = {"int": "int64", "bool": "bool"}  # of Python's; its floats are doubles
_MADE_OF_SIZES = {"torch.zeros", "torch.ones"}


def begin_states(
    lifter: Lifter, node: Loop, later: Collection[str], before: Mapping[str, Value]
) -> dict[str, Value]:
    """Write what the variables of a loop are before its first step; return what they are in each.

    Args:
        lifter: Where it is written.
        node: The loop.
        later: Names that are read after it.
        before: What names stand for before it.

    Raises:
        NotLiftable: One is no tensor of one shape, or what it begins as is not known.
    """
    own = {n.id for n in ast.walk(getattr(node, "target", ast.Pass())) if isinstance(n, ast.Name)}
    tested = count_uses(node.test) if isinstance(node, ast.While) else ()
    return {
        name: _begin(lifter, node, name, before.get(name))
        for name in assigned_names(node.body)
        if name not in own and (name in later or name in tested or is_read_first(name, node.body))
    }


def _begin(lifter: Lifter, node: Loop, name: str, known: Value | None) -> Value:
    """Write what a variable is before the first step, and return what it is in each."""
    state = _made(lifter, node, name)
    if known is None and is_read_first(name, node.body):
        raise NotLiftable(f"what {name} is before an inner loop is not known")
    if known is None:
        state = replace(state, code=code.name(lifter.fresh(name)))
    else:
        plain = known.kind != "other" and known.carry is None and known.list_of is None
        if not plain or known.rank != state.rank or known.mask is not None:
            raise NotLiftable(f"what {name} is before an inner loop is not understood")
        begun = _of_all(replace(known, code=lifter.written_out(known.code)), known, state)
        reused = isinstance(begun, ast.Name) and begun.id in lifter.made
        made = begun if reused else lifter.bind(name, Value(begun)).code
        state = replace(state, code=made)
    lifter.env[name] = state
    return state


def _made(lifter: Lifter, node: Loop, name: str) -> Value:
    """What the loop makes of a variable, for all iterations around.

    Raises:
        NotLiftable: It is not always the same kind of tensor.
    """
    seen = next((found for n in ast.walk(node) if (found := _assigned(lifter, n, name))), None)
    axes = tuple(lifter.axes)
    if seen is not None and seen.kind == "number" and seen.dtype in _NUMBERS:
        return Value(code.name(name), axes, 0, "tensor", _NUMBERS[seen.dtype], python=True)
    if seen is None or seen.mixed or seen.kind != "tensor" or None in seen.shape:
        raise NotLiftable(f"what an inner loop makes of {name} is not known")
    return Value(code.name(name), axes, seen.rank, "tensor", seen.dtype, seen.shape)


def _assigned(lifter: Lifter, node: ast.AST, name: str) -> Seen | None:
    """What a statement was seen to assign to a name; ``None`` where it assigns nothing to it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return lifter.what(value)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False)
            return next((lifter.what(v) for t, v in pairs if dotted(t) == name), None)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value) if name in map(
            dotted, targets
        ):
            whole = lifter.what(value)
            return whole.item if whole is not None else None
        case ast.AugAssign(target=ast.Name(id=target)) if target == name:
            return lifter.loaded.get(name)
        case _:
            return None


def _of_all(written: Value, known: Value, state: Value) -> ast.expr:
    """The value for every iteration around: ``torch.zeros(len(x), 8)`` for ``torch.zeros(8)``."""
    sizes = [axis.size for axis in state.axes]
    number = known.code if known.kind == "number" else None
    match written.code:
        case ast.Call(func=function, args=args, keywords=keywords) if (
            not known.axes
            and code.text(function) in _MADE_OF_SIZES
            and not any(isinstance(a, ast.Tuple | ast.List | ast.Starred) for a in args)
        ):
            return ast.Call(function, [*sizes, *args], keywords)
        case ast.Call(func=function, args=[ast.Constant(value=float()) as only], keywords=[]) if (
            code.text(function) == "torch.tensor" and state.dtype == "float32"
        ):
            number = only
        case _:
            pass
    if number is None:
        return expand(known if known.axes else written, state.axes).code
    typed = {"dtype": code.attribute(f"torch.{state.dtype}")} if state.dtype != "float32" else {}
    if code.text(number) in ("0", "0.0", "False"):
        return code.call("torch.zeros", *sizes, **typed)
    return code.call("torch.full", code.tuple_of(sizes), number, **typed)


def handed_on(lifter: Lifter, states: Mapping[str, Value]) -> list[ast.stmt]:
    """What a step hands to the next where it has another name: at once, if one reads another.

    Raises:
        NotLiftable: It is another kind of value, or has another shape.
    """
    names: list[ast.expr] = []
    values: list[ast.expr] = []
    for name, state in states.items():
        value = lifter.env[name]
        if value.kind == "other" or value.carry is not None or value.rank != state.rank:
            raise NotLiftable(f"what an inner loop makes of {name} is not understood")
        made = expand(value, state.axes).code
        if code.text(made) != code.text(state.code):
            names.append(state.code)
            values.append(made)
    apart = all(
        code.text(name) not in count_uses(made)
        for k, name in enumerate(names)
        for made in values[k + 1 :]
    )
    if apart:
        return [code.assignment(code.text(n), v) for n, v in zip(names, values, strict=True)]
    return [code.unpacking([code.text(n) for n in names], code.tuple_of(values))]
