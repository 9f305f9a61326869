"""Items of a tensor or of a list."""

from __future__ import annotations

import ast
import keyword
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.groups.joined import items_of
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.headers.datasets import bind_dataset
from loopscope.vectorize.headers.pieces import read_pieces
from loopscope.vectorize.headers.stack_items import stack_items
from loopscope.vectorize.headers.uneven_pieces import bind_uneven_pieces
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.list_as_tensor import array_as_tensor
from loopscope.vectorize.normal_form.columns import column_key
from loopscope.vectorize.operators.python_numbers import as_doubles
from loopscope.vectorize.ops.ensembles import module_class
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.value import NotLiftable, Value


def bind_elements(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis:
    """Items of a tensor along its first dimension."""
    uneven = bind_uneven_pieces(lifter, target, iterable, _plural(target))
    if uneven is not None:
        return uneven
    pieces = read_pieces(lifter, iterable)
    value = pieces or _copied_before(lifter, target, iterable)
    if value is None:
        walked = _without_tolist(iterable)
        value = lifter.lift(walked)
        if walked is not iterable and lifter.numbers == "double":
            value = as_doubles(value)
    if value.kind == "other" and value.list_of is None and value.is_fixed:
        dataset = bind_dataset(lifter, target, iterable, value)
        if dataset is not None:
            return dataset
        ragged = _ragged(lifter, target, iterable, value) or _modules(
            lifter, target, iterable, value
        )
        if ragged is not None:
            return ragged
        value = stack_items(lifter, target, iterable, value)
    of_numbers = (value.array or value.python) and value.rank == 1
    value = array_as_tensor(lifter, value)
    if value.list_of is not None:
        value = list_tensor(lifter, value)
    if value.rank == 0 or value.carry is not None:
        raise NotLiftable(f"{code.text(iterable)} is no tensor")
    length = value.shape[0] if value.shape else None
    if value.axes and length is None:
        raise NotLiftable("an inner loop whose length differs between iterations")
    whole = value.code
    if _is_gathered(whole) or (not value.axes and not isinstance(whole, ast.Name | ast.Attribute)):
        value = lifter.bind(_plural(target), value)
        match whole:
            case ast.Call(func=function, args=[items]) if code.text(function) == "torch.stack":
                lifter.stacked[code.text(value.code)] = items
            case _:
                pass
        whole = value.code
    if value.axes:
        size: ast.expr = code.subscript(
            code.attribute_of(whole, "shape"), [code.const(len(value.axes))]
        )
    else:
        size = code.call("len", whole)
    stop = Linear(((code.text(size), 1),))
    axis = new_axis(lifter, target, Linear(), stop, size, length, over=code.text(whole))
    item = replace(
        value,
        axes=(*value.axes, axis),
        rank=value.rank - 1,
        shape=value.shape[1:],
        counter=None,
        fill=None,
        python=of_numbers,
    )
    if any(a.order > axis.order for a in value.axes):
        raise NotLiftable("loops in an order that is not understood")
    if lifter.fetched:
        target, lifter.fetched = ast.Name(id=lifter.fetched, ctx=ast.Store()), ""
    if isinstance(target, ast.Name) and isinstance(whole, ast.Name | ast.Attribute):
        lifter.aliases[target.id] = axis
    bind_target(lifter, target, item)
    return axis


def _ragged(lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value) -> Axis | None:
    """A list of tensors that differ, or may differ, in size, or whose gradients are read.

    A list of lists of numbers is one, too.
    """
    seen, name = lifter.what(iterable), target.id if isinstance(target, ast.Name) else "item"
    item = lifter.loaded.get(name)
    if seen is not None and seen.kind == "list":
        item = seen.item
    elif not _gives_parameters(iterable) and (seen is None or seen.value != "ParameterList"):
        return None
    items = items_of(lifter, value, item, name)
    if items is None or (None not in items.shape and not _reads_gradient(lifter, name)):
        return None
    if column_key(value.code):
        value = lifter.bind(_plural(target), value)
        items = replace(items, code=value.code)
    size = code.call("len", value.code)
    stop = Linear(((code.text(size), 1),))
    over = code.text(value.code)
    length = _length(seen)
    axis = new_axis(lifter, target, Linear(), stop, size, length, over=over)
    bind_target(lifter, target, replace(items, axes=(axis,)))
    return axis


def _modules(lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value) -> Axis | None:
    """A list of modules of one class."""
    kind = module_class(lifter.what(iterable))
    if not kind or not isinstance(target, ast.Name):
        return None
    size, over = code.call("len", value.code), code.text(value.code)
    length = _length(lifter.what(iterable))
    stop = Linear(((code.text(size), 1),))
    axis = new_axis(lifter, target, Linear(), stop, size, length, over=over)
    bind_target(lifter, target, replace(value, axes=(axis,), modules=kind, item=target.id))
    return axis


def _length(seen: Seen | None) -> int | None:
    return seen.shape[0] if seen is not None and seen.shape else None


def _gives_parameters(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(func=ast.Attribute(attr="parameters" | "buffers")):
            return True
        case _:
            return False


def _reads_gradient(lifter: Lifter, name: str) -> bool:
    return lifter.outermost is not None and any(
        isinstance(n, ast.Attribute) and n.attr == "grad" and dotted(n.value) == name
        for n in ast.walk(lifter.outermost)
    )


def _copied_before(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Value | None:
    """Items of a copy that is made before the loop changes the tensor: ``x.tolist()``."""
    match iterable:
        case ast.Call(func=ast.Attribute(value=whole, attr="tolist" | "clone"), args=[]) if (
            dotted(whole) in lifter.written and not lifter.axes
        ):
            copied = replace(lifter.typed(whole, whole), code=code.method(whole, "clone"))
            wanted = _plural(target)
            return lifter.bind(f"{wanted}_before" if wanted in lifter.written else wanted, copied)
        case _:
            return None


def _is_gathered(node: ast.expr) -> bool:
    """Whether index tensors pick it: a copy that is made once."""
    if not isinstance(node, ast.Subscript):
        return False
    index = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return any(not isinstance(i, ast.Slice | ast.Constant | ast.UnaryOp) for i in index)


def _without_tolist(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="tolist"), args=[]):
            return value
        case _:
            return node


def _plural(target: ast.expr) -> str:
    name = target.id if isinstance(target, ast.Name) else "item"
    plain = not name.endswith("s") and not keyword.iskeyword(f"{name}s")
    return plural(name) if plain else f"all_{name}"
