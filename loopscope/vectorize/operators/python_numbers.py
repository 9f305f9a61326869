"""Python's own numbers, all iterations of them together: its floats are doubles."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.source.names import last_name
from loopscope.vectorize import code
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.value import Value

_WHOLE = ("int", "int64")
FLOATS = ("float16", "bfloat16", "float32", "float64")
_DOUBLE = code.attribute("torch.float64")


_STEPS = {"floor", "ceil", "round", "trunc", "int"}
_EXACT = {"float", "int", "max", "min", "abs", "sum", "item", "len"}


def uses_doubles(seen: Iterable[Seen]) -> bool:
    """Whether every float of the loop is a double: its tensors', or Python's own alone.

    A tensor of no dimension takes part as a number does: doubles that meet it stay doubles.
    """
    every = [*seen]
    held = [s for s in every if s.kind in ("tensor", "array") and s.dtype in FLOATS]
    tensors = {s.dtype for s in held if s.rank} or {s.dtype for s in held}
    numbers = any((s.kind, s.dtype) == ("number", "float") for s in every)
    return tensors == {"float64"} or (not tensors and numbers)


def needs_doubles(trees: Iterable[ast.AST], what: Callable[[ast.AST], Seen | None]) -> bool:
    """Whether a loop computes with Python floats what makes a small error a large one."""
    for node in (n for tree in trees for n in ast.walk(tree)):
        match node:
            case ast.Call(func=function):
                name = (
                    function.attr if isinstance(function, ast.Attribute) else code.text(function)
                )
                grows = name not in _EXACT
            case ast.BinOp(op=ast.Pow() | ast.Mod() | ast.FloorDiv()):
                grows = True
            case _:
                continue
        seen = what(node)
        if grows and seen is not None and (seen.kind, seen.dtype) == ("number", "float"):
            return True
    return False


def rounds_numbers(trees: Iterable[ast.AST], seen: Mapping[int, Seen]) -> bool:
    """Whether a loop rounds Python floats that it computed: a small error is a whole number."""
    nodes = [n for tree in trees for n in ast.walk(tree)]

    def is_float(node: ast.AST) -> bool:
        what = seen.get(getattr(node, NUMBER, -1))
        return what is not None and (what.kind, what.dtype) == ("number", "float")

    computes = any(isinstance(n, ast.BinOp) and is_float(n) for n in nodes)
    calls = [n for n in nodes if isinstance(n, ast.Call) and len(n.args) == 1]
    return computes and any(last_name(c.func) in _STEPS and is_float(c.args[0]) for c in calls)


def as_doubles(value: Value) -> Value:
    """A tensor of Python's floats with all the digits that they have."""
    if value.dtype not in FLOATS or value.dtype == "float64":
        return value
    return replace(value, code=code.method(value.code, "double"), dtype="float64")


def as_python_computes(
    operands: Sequence[Value], *, in_doubles: bool
) -> tuple[tuple[Value, ...], bool]:
    """Operands of a computation, and whether Python alone computes it.

    ``in_doubles``, whole numbers are made doubles: ``torch.arange(n) / 3`` would be less exact.
    """
    if not all(is_python(v) for v in operands):
        return tuple(as_tensors_compute(operands)), False
    single = any(v.axes and v.dtype not in (*_WHOLE, "bool", "float64") for v in operands)
    if not in_doubles or single:
        return tuple(operands), True
    return tuple(_in_double(v) for v in operands), True


def as_tensors_compute(operands: Sequence[Value]) -> list[Value]:
    """A Python float that meets a tensor is taken as the tensor's dtype."""
    tensors = [v for v in operands if v.kind == "tensor" and not is_python(v)]
    met = next((v for v in tensors if v.dtype in FLOATS), tensors[0] if tensors else None)
    return [_of_dtype(v, met) if met is not None else v for v in operands]


def gives_float(left: Value, op: ast.operator, right: Value, seen: Seen | None) -> bool:
    """Whether Python's result is a float."""
    if seen is not None and seen.kind == "number":
        return seen.dtype == "float"
    return isinstance(op, ast.Div) or any(v.dtype in ("float", "float64") for v in (left, right))


def joined_dtype(values: Sequence[Value]) -> str:
    """What a tensor has that holds any of them: numbers count only among themselves."""
    tensors = [v.dtype for v in values if v.kind == "tensor"]
    floats = [d for d in tensors if d in FLOATS or d.startswith("complex")]
    if {*tensors} == {"bool"} and any(v.kind != "tensor" and v.dtype == "int" for v in values):
        return "int64"
    if floats or (tensors and not any(v.dtype == "float" for v in values)):
        return max(floats) if floats else tensors[0]
    numbers = {v.dtype for v in values}
    if "float" in numbers:
        return "float32"
    return "bool" if numbers == {"bool"} else "int64"


def is_python(value: Value) -> bool:
    """Whether it is one of Python's own numbers in the loop."""
    return value.python or value.kind == "number"


def _of_dtype(value: Value, met: Value) -> Value:
    dtype = met.dtype if met.dtype in FLOATS else "float32"
    if not (value.python and value.axes and value.dtype == "float64") or dtype == "float64":
        return value
    named = _named(met.code)
    if dtype == met.dtype and named is not None:
        made = code.method(value.code, "to", code.attribute_of(named, "dtype"))
    elif dtype == "float32":
        made = code.method(value.code, "float")
    else:
        made = code.method(value.code, "to", code.attribute(f"torch.{dtype}"))
    return replace(value, code=made, dtype=dtype, python=False)


def _named(node: ast.expr) -> ast.expr | None:
    """The variable that an item is taken from."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node if isinstance(node, ast.Name | ast.Attribute) else None


def _in_double(value: Value) -> Value:
    if not value.axes or value.dtype not in _WHOLE:
        return value
    made = _counted_in_double(value.code) or code.method(value.code, "double")
    return replace(value, code=made, kind="tensor", dtype="float64", counter=None, python=True)


def _counted_in_double(node: ast.expr) -> ast.expr | None:
    """``torch.arange(n, dtype=torch.float64) + 1``, where that is all there is."""
    match node:
        case ast.Call(func=function, args=args, keywords=[]) if (
            code.text(function) == "torch.arange"
        ):
            return code.call("torch.arange", *args, dtype=_DOUBLE)
        case ast.UnaryOp(op=op, operand=operand):
            inner = _counted_in_double(operand)
            return None if inner is None else ast.UnaryOp(op, inner)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            first, second = _counted_in_double(left), _counted_in_double(right)
            if (first is None) == (second is None):
                return None
            return code.binary(first or left, op, second or right)
        case _:
            return None
