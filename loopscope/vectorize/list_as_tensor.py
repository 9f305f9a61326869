"""A list of tensors or numbers of one shape, as a tensor."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.put_in_place import put_in_place
from loopscope.vectorize.value import NotLiftable, Value


def list_as_tensor(lifter: Lifter, node: ast.expr, base: Value, at: ast.AST) -> Value:
    """A list of tensors of one shape, stacked."""
    seen = lifter.what(node)
    if seen is None or seen.kind != "list" or seen.item is None or not base.is_fixed:
        raise NotLiftable(f"{code.text(node)} is no tensor")
    item = seen.item
    if (
        item.kind == "list"
        and item.item is not None
        and item.item.kind == "number"
        and (None not in item.shape and not item.mixed)
    ):
        made: ast.expr = code.call("torch.tensor", base.code)
        return Value(made, (), 2, "tensor", "float32", (*seen.shape, *item.shape))
    if item.kind not in ("tensor", "array", "number") and not item.mixed:
        raise NotLiftable(f"the items of {code.text(node)} are no tensors")
    if item.mixed or None in item.shape:
        raise NotLiftable(f"the items of {code.text(node)} differ in shape")
    if item.kind == "tensor":
        if lifter.items == "guarded" and item.rank:
            lifter.assume(_alike(base.code))
        made = code.call("torch.stack", base.code)
        lifter.used_ops.append("torch.stack")
    elif item.kind == "number":
        return of_numbers(lifter, base.code, item, seen.shape)
    else:
        numpy = lifter.imports.get("numpy")
        if numpy is None:
            raise NotLiftable("a list of arrays, and numpy is not imported")
        lifter.used_ops += ["numpy.stack", "torch.from_numpy"]
        made = code.call(f"{numpy}.stack", base.code)
    dtype = {"int": "int64", "float": "float32"}.get(item.dtype, item.dtype)
    array = item.kind == "array"
    shape = (*seen.shape, *item.shape)
    return Value(made, (), item.rank + 1, "tensor", dtype, shape, array=array)


def _alike(items: ast.expr) -> str:
    """That all items of a list have the shape of the first."""
    match items:
        case ast.ListComp(elt=entry, generators=[walk]) if isinstance(walk.target, ast.Name):
            item, listed = code.text(entry), code.text(walk.iter)
            first = code.text(
                put_in_place(walk.target.id, code.subscript(walk.iter, [code.const(0)]), entry)
            )
            return f"all({item}.shape == {first}.shape for {walk.target.id} in {listed})"
        case _:
            listed = code.text(items)
            return f"all(item.shape == {listed}[0].shape for item in {listed})"


def of_numbers(
    lifter: Lifter, listed: ast.expr, item: Seen, shape: tuple[int | None, ...]
) -> Value:
    """Python's numbers in a list: where all floats of a loop are doubles, these stay doubles."""
    dtype = {"int": "int64", "float": "float32"}.get(item.dtype, item.dtype)
    made = code.call("torch.tensor", listed)
    if dtype == "float32" and lifter.doubles:
        dtype = "float64"
        made = code.call("torch.tensor", listed, dtype=code.attribute("torch.float64"))
    return Value(made, (), 1, "tensor", dtype, shape, python=True)


def array_as_tensor(lifter: Lifter, value: Value) -> Value:
    """A numpy array, where iterations take its items: its memory as a tensor."""
    if not value.array or not value.is_fixed:
        return value
    lifter.used_ops.append("torch.from_numpy")
    return replace(value, code=code.call("torch.from_numpy", value.code), array=False)
