"""Where a name that a loop uses comes from."""

from __future__ import annotations

import ast
from enum import Enum

from loopscope.source.loop import Loop, dotted


class Container(Enum):
    """What holds the items, as far as the source says."""

    DICT = "a dict or set"
    LIST = "a list or tuple"
    UNKNOWN = "a tensor, or not to be seen"


_DICTS = {"dict", "defaultdict", "Counter", "OrderedDict", "set"}
_LISTS = {"list", "tuple", "parameters", "buffers", "values", "children", "chunk", "split"}


def find_container(loop: Loop, iterated: ast.expr) -> Container:
    """Return what an expression is; a name is followed to where the function sets it."""
    name = dotted(iterated)
    values = [iterated] if not name else list(_values_of(name, loop))
    kinds = {_container(value) for value in values}
    return kinds.pop() if len(kinds) == 1 else Container.UNKNOWN


def _values_of(name: str, loop: Loop) -> list[ast.expr]:
    around = loop.function or loop.module
    return [
        value
        for node in ast.walk(around)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for whole in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for target, value in _pairs(whole, node.value)
        if dotted(target) == name
    ]


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """``a, b = x, y`` as two assignments."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            return list(zip(targets, values, strict=True))
        case _:
            return [(target, value)]


def _container(value: ast.expr) -> Container:
    match value:
        case ast.Dict() | ast.DictComp() | ast.Set() | ast.SetComp():
            return Container.DICT
        case ast.List() | ast.ListComp() | ast.Tuple():
            return Container.LIST
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if name in _DICTS:
                return Container.DICT
            return Container.LIST if name in _LISTS else Container.UNKNOWN
        case _:
            return Container.UNKNOWN
