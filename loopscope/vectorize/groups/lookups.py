"""Dicts with whole numbers for keys, as tables that a tensor of keys is looked up in."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


def is_table(lifter: Lifter, node: ast.expr) -> bool:
    """Whether an expression was a dict with whole numbers for keys."""
    seen = lifter.what(node)
    return (
        seen is not None and seen.value == "dict" and seen.dtype in ("int", "range")
    ) and not seen.mixed


def look_up(lifter: Lifter, node: ast.expr, key: Value, default: Value | None = None) -> Value:
    """``d[k]``, or ``d.get(k, default)``, for all keys at once.

    Raises:
        NotLiftable: The dict's values have no common shape, or the keys are no whole numbers.
    """
    base, seen = lifter.fixed(node), lifter.what(node)
    item = seen.item if seen is not None else None
    if seen is None or item is None or not _is_key(key):
        raise NotLiftable(f"{code.text(node)} is no table")
    partial = default is not None or lifter.guard is not None
    if default is not None and (not default.is_fixed or default.kind != "number" or item.shape):
        raise NotLiftable(f"what {code.text(node)} gives for other keys differs")
    values, dtype, shape = _values(base, item)
    text = f"table {code.text(base)} {code.text(key.code) if partial else ''}"
    table = lifter.owners.get(text)
    if table is None:
        table = _table(lifter, base, seen, values, dtype, shape, key, default, partial)
        lifter.owners[text] = table
    lifter.used_ops += ["advanced_indexing", "torch.gather", "torch.index_select"]
    made = code.subscript(table.code, [key.code])
    python = item.kind == "number"
    return Value(made, key.axes, len(shape), "tensor", dtype, shape, python=python)


def _table(
    lifter: Lifter, base: ast.expr, seen: Seen, values: ast.expr, dtype: str,
    shape: tuple[int | None, ...], key: Value, default: Value | None, partial: bool,
) -> Value:  # fmt: skip
    """The table itself, written before the rewrite."""
    text = code.text(base)
    table = Value(values, (), len(shape) + 1, "tensor", dtype)
    if seen.dtype == "range" and not partial:
        lifter.assume(f"list({text}) == list(range(len({text})))")
        return lifter.bind("table", table)
    if shape:
        raise NotLiftable(f"{text} has other keys than 0, 1, …")
    lifter.assume(f"min({text}) >= 0")
    size = code.call("max", base)
    if partial:
        keys = code.text(key.code)
        if any(isinstance(n, ast.Name) and n.id in lifter.made for n in ast.walk(key.code)):
            raise NotLiftable(f"{keys} may be no key")
        lifter.assume(f"bool(({keys} >= 0).all())")
        size = code.call("max", size, code.call("int", code.method(key.code, "max")))
    sizes = code.binary(size, ast.Add(), code.const(1))
    fill = default.code if default is not None else code.const(0)
    made: ast.expr
    if default is not None and default.dtype != "float" and dtype == "float32":
        fill = code.call("float", fill)
    if default is None and dtype == "int64":
        made = code.call("torch.zeros", sizes, dtype=code.attribute("torch.long"))
    elif default is None:
        made = code.call("torch.zeros", sizes)
    else:
        made = code.call("torch.full", code.tuple_of([sizes]), fill)
    found = lifter.bind("table", replace(table, code=made))
    target = code.subscript(found.code, [code.call("list", base)])
    lifter.statements.append(code.assignment(target, values))
    return found


def _values(base: ast.expr, item: Seen) -> tuple[ast.expr, str, tuple[int | None, ...]]:
    """A dict's values as a tensor, with its dtype and the shape of one."""
    listed = code.call("list", code.method(base, "values"))
    number = item.item if item.kind == "list" else item
    if item.mixed or None in item.shape or number is None or number.mixed:
        raise NotLiftable(f"the items of {code.text(base)} differ in shape")
    if item.kind == "tensor":
        return code.call("torch.stack", listed), item.dtype, item.shape
    if number.kind != "number":
        raise NotLiftable(f"the items of {code.text(base)} are no numbers")
    dtype = {"int": "int64", "float": "float32"}.get(number.dtype, number.dtype)
    return code.call("torch.tensor", listed), dtype, item.shape


def _is_key(key: Value) -> bool:
    whole = key.dtype.startswith(("int", "uint")) and key.dtype != "uint8"
    return (
        bool(key.axes) and not key.rank and key.kind in ("tensor", "number") and whole
    ) and key.carry is None
