"""What a loop's header binds in all of its iterations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target
from loopscope.vectorize.headers.dict_entries import bind_entries
from loopscope.vectorize.headers.elements import bind_elements
from loopscope.vectorize.headers.named_items import bind_named_items
from loopscope.vectorize.headers.ranges import bind_range
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.named_entries import tensors_alone
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.value import NotLiftable, Value

_WRAPPERS = {"tqdm", "tqdm.tqdm", "list", "tuple", "iter"}


def bind_header(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis:
    """Bind the loop's names and return its axis.

    Raises:
        NotLiftable: What is iterated is no counter, tensor or list of equal tensors.
    """
    name, args = _called(iterable)
    if name in _WRAPPERS and args:
        return bind_header(lifter, target, args[0])
    if isinstance(target, ast.Name) and name in ("zip", "enumerate"):
        walked = [target, args[0]] if name == "enumerate" else args
        return _bind_tuple(lifter, target.id, iterable, walked)
    match name:
        case "range":
            return bind_range(lifter, target, iterable, args)
        case "reversed" if args:
            axis = bind_header(lifter, target, args[0])
            return _turned(lifter, axis)
        case "enumerate" if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            axis = bind_header(lifter, target.elts[1], args[0])
            start = _start(lifter, iterable, args)
            counted = Counter(axis, start - axis.start)
            if axis.reverse:  # ``enumerate(reversed(x))`` counts up all the same
                counted = Counter(axis, start + axis.stop - Linear((), 1), -1)
            value = counter_value(counted)
            bind_target(lifter, target.elts[0], replace(value, kind="number", dtype="int"))
            return axis
        case "zip" if isinstance(target, ast.Tuple) and len(target.elts) == len(args) > 0:
            return _zip(lifter, target, args)
        case _:
            named = (
                _bind_named(lifter, target, iterable)
                or bind_entries(lifter, target, iterable)
                or bind_named_items(lifter, target, iterable)
            )
            return named or bind_elements(lifter, target, iterable)


def _bind_named(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis | None:
    """``for name, p in model.named_parameters()`` whose names nothing reads."""
    tensors = tensors_alone(iterable)
    match target:
        case ast.Tuple(elts=[ast.Name(id=key), element]) if tensors is not None:
            unread = not lifter.uses.get(key) and key not in lifter.live
            return bind_elements(lifter, element, tensors) if unread else None
        case _:
            return None


def _bind_tuple(lifter: Lifter, name: str, iterable: ast.expr, walked: list[ast.expr]) -> Axis:
    """``for pair in zip(xs, ys)``: one name for an item of each, its ``pair_x`` and ``pair_y``."""
    names: list[str] = []
    for k, whole in enumerate(walked):
        one = f"{name}_{dotted(whole).rpartition('.')[2].removesuffix('s') or k}"
        names.append(one if one not in {*names, *lifter.taken} else f"{one}_of_{name}_{k}")
    stored = [ast.Name(id=n, ctx=ast.Store()) for n in names]
    axis = bind_header(lifter, ast.Tuple(elts=[*stored], ctx=ast.Store()), iterable)
    parts = tuple(lifter.env.pop(n) for n in names)
    made = code.tuple_of([part.code for part in parts])
    lifter.env[name] = Value(made, (axis,), kind="other", parts=parts)
    return axis


def _zip(lifter: Lifter, target: ast.Tuple, args: list[ast.expr]) -> Axis:
    axes = []
    lengths = {seen.shape[0] for a in args if (seen := lifter.what(a)) is not None and seen.shape}
    if len(lengths) > 1:
        raise NotLiftable("sequences of different lengths are zipped")
    first: Axis | None = None
    for element, arg in zip(target.elts, args, strict=True):
        if first is not None:
            lifter.shared_axis = first
        axes.append(bind_header(lifter, element, _forward(lifter, arg)))
        if axes[-1].reverse:
            raise NotLiftable("a sequence is zipped from behind")
        first = first or axes[0]
    lifter.shared_axis = None
    return axes[0]


def _forward(lifter: Lifter, node: ast.expr) -> ast.expr:
    """``x.flip(0)`` for ``reversed(x)``: what it is zipped with runs the other way."""
    match node:
        case ast.Call(func=ast.Name(id="reversed"), args=[whole]):
            seen = lifter.what(whole)
            if seen is None or seen.kind != "tensor":
                return node
            made = code.method(whole, "flip", code.const(0))
            setattr(made, NUMBER, getattr(whole, NUMBER, -1))
            return made
        case _:
            return node


def _turned(lifter: Lifter, axis: Axis) -> Axis:
    turned = replace(axis, reverse=not axis.reverse)
    lifter.axes[-1] = turned
    for name, value in list(lifter.env.items()):
        if axis in value.axes:
            counter = value.counter
            if counter is not None:
                counter = replace(counter, axis=turned)
            axes = tuple(turned if a == axis else a for a in value.axes)
            lifter.env[name] = replace(value, axes=axes, counter=counter)
    return turned


def _start(lifter: Lifter, iterable: ast.expr, args: list[ast.expr]) -> Linear:
    keywords = {k.arg: k.value for k in getattr(iterable, "keywords", [])}
    start = keywords.get("start", args[1] if len(args) > 1 else None)
    return Linear() if start is None else linear(lifter.fixed(start))


def _called(node: ast.expr) -> tuple[str, list[ast.expr]]:
    return (dotted(node.func), list(node.args)) if isinstance(node, ast.Call) else ("", [])
