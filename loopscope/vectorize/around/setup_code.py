"""Statements that make what the loop fills."""

from __future__ import annotations

import ast

from loopscope.source.callees import RANDOM
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.graph_before import graph_before
from loopscope.vectorize.around.named_sizes import named_sizes
from loopscope.vectorize.around.region import Region
from loopscope.vectorize.names import count_uses

_DERIVING = {
    "len",
    "sum",
    "max",
    "min",
    "int",
    "abs",
    "range",
    "list",
    "tuple",
    "enumerate",
    "zip",
}


def setup_code(region: Region) -> str:
    """The statements that make what the loop fills and counts up to, and what these read."""
    found = {id(made.statement): made.statement for made in region.initial.values()}
    found |= {id(statement): statement for statement in graph_before(region)}
    wanted = {n for s in found.values() for n in count_uses(s)}
    sizes = named_sizes(region.function)  # ``rows, cols = x.shape`` goes along with x
    wanted |= {n for s in region.statements for n in count_uses(s) if n in sizes}
    read = {n for s in region.statements for n in count_uses(s)}
    for statement in reversed(region.block[: region.at]):
        match statement:
            case ast.Assign(targets=targets, value=value) if id(
                statement
            ) not in found and _is_derived(value):
                names = {n for t in targets for n in _plain_names(t)}
                if names & set(count_uses(statement)):
                    wanted -= names  # ``x = x[0]``: run again, it makes something else
                elif names & wanted or (names & read and is_extent(value)):
                    found[id(statement)] = statement
                    wanted |= set(count_uses(statement))
            case _:
                pass
    in_order = sorted(found.values(), key=lambda s: (s.lineno, s.col_offset))
    return "\n".join(map(code.text, in_order))


def is_extent(node: ast.expr) -> bool:
    """``max(len(x) for x in xs)``: it goes along with the items."""
    match node:
        case ast.Call(
            func=ast.Name(id="max" | "min" | "sum"),
            args=[ast.GeneratorExp(elt=size) | ast.ListComp(elt=size)],
        ):
            pass
        case _:
            return False
    match size:
        case ast.Call(func=ast.Name(id="len")) | ast.Call(func=ast.Attribute(attr="size")):
            return True
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case _:
            return False


def _is_derived(node: ast.expr) -> bool:
    """Whether an expression only computes with what is there: it makes no data of its own."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Name(id=name)) if name not in _DERIVING:
                return False
            case ast.Call(func=ast.Attribute() as function) if (
                dotted(function).startswith(("torch.", "np.", "numpy.", "random."))
                or function.attr in RANDOM
            ):
                return False
            case _:
                pass
    return True


def _plain_names(target: ast.expr) -> set[str]:
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=elts):
            return {n for e in elts for n in _plain_names(e)}
        case _:
            return set()
