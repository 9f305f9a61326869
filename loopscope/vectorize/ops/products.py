"""Products of vectors and matrices, and solves."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.picked import pairs_of_rows
from loopscope.vectorize.value import NotLiftable, Value, align

_MATMUL = ast.MatMult()


@batches("matmul", "mm", "mv", "bmm", "dot", "vdot", "inner", "vecdot")
def product(lifter: Lifter, call: Call) -> Value:
    """``a @ b`` of items by their ranks."""
    left, right = call.args[:2]
    if "other" in (left.kind, right.kind):
        raise NotLiftable("a product of what is no tensor")
    axes = union([left.axes, right.axes])
    match left.rank, right.rank:
        case 1, 1:
            return dot(lifter, call, left, right, axes)
        case 2, 1:
            return _matrix_vector(lifter, call, left, right, axes)
        case 1, 2:
            lifter.used_ops.append("torch.matmul")
            if right.is_fixed or left.is_fixed or _are_rows(left, right):
                return lifter.of(call.node, code.binary(left.code, _MATMUL, right.code), axes, 1)
            made = code.binary(_row(left, axes), _MATMUL, align(right, axes, 2))
            return lifter.of(call.node, code.method(made, "squeeze", code.const(-2)), axes, 1)
        case (2, 2) | (3, 3):
            rank = left.rank
            lifter.used_ops.append("torch.matmul")
            made = code.binary(align(left, axes, rank), _MATMUL, align(right, axes, rank))
            return lifter.of(call.node, made, axes, rank)
        case _:
            raise NotLiftable(f"a product of {left.rank}- and {right.rank}-dimensional tensors")


@batches("outer", "ger")
def outer(lifter: Lifter, call: Call) -> Value:
    """``u[:, :, None] * v[:, None]``."""
    left, right = call.args
    axes = union([left.axes, right.axes])
    lifter.used_ops += ["torch.einsum", "broadcasting"]
    made = code.binary(_column(left, axes), ast.Mult(), _row(right, axes))
    return replace(lifter.of(call.node, made, axes, 2), factors=(left, right), outer=True)


@batches("solve", "solve_triangular", "lstsq", "cholesky_solve")
def solve(lifter: Lifter, call: Call) -> Value:
    """Solves take batches of matrices; a vector becomes a column."""
    first, second = call.args[:2]
    axes = union([first.axes, second.axes])
    lifter.used_ops.append(op_name(call.name))
    rank = second.rank if call.name != "cholesky_solve" else first.rank
    if call.name == "solve" and second.rank == 1:
        made = call.rebuild([align(first, axes, 2), _column(second, axes)])
        return lifter.of(call.node, code.method(made, "squeeze", code.const(-1)), axes, 1)
    if first.rank != 2 or second.rank != 2 or call.name == "lstsq":
        raise NotLiftable(f"{call.name} of these shapes")
    return lifter.of(
        call.node, call.rebuild([align(a, axes, 2) for a in (first, second)]), axes, rank
    )


@batches("cross")
def cross(lifter: Lifter, call: Call) -> Value:
    """``torch.linalg.cross`` works on the last dimension."""
    left, right = call.args[:2]
    if left.rank != 1 or right.rank != 1:
        raise NotLiftable("a cross product of matrices")
    axes = union([left.axes, right.axes])
    lifter.used_ops.append("torch.linalg.cross")
    made = code.call("torch.linalg.cross", align(left, axes, 1), align(right, axes, 1))
    return lifter.of(call.node, made, axes, 1)


@batches("cdist")
def distances(lifter: Lifter, call: Call) -> Value:
    """``torch.cdist`` takes batches."""
    left, right = call.args[:2]
    axes = union([left.axes, right.axes])
    lifter.used_ops.append("torch.cdist")
    made = call.rebuild(
        [align(left, axes, 2), align(right, axes, 2), *(a.code for a in call.args[2:])]
    )
    return lifter.of(call.node, made, axes, 2)


@batches("linear")
def linear_layer(lifter: Lifter, call: Call) -> Value:
    """``F.linear`` takes any leading dimensions."""
    value, *weights = call.args
    if any(not w.is_fixed for w in (*weights, *call.keywords.values())):
        raise NotLiftable("a linear layer whose weights differ between iterations")
    lifter.used_ops += ["torch.nn.functional.linear", "batched_call"]
    made = call.rebuild([value.code, *(w.code for w in weights)])
    return lifter.of(call.node, made, value.axes, value.rank)


def dot(lifter: Lifter, call: Call, left: Value, right: Value, axes: tuple[object, ...]) -> Value:
    """The dot product of two vectors, typed as the call was seen."""
    lifter.used_ops += ["torch.einsum", "torch.matmul", "torch.sum"]
    both = union([left.axes, right.axes])
    pairs = pairs_of_rows(lifter, left, right, lambda a, b: dot(lifter, call, a, b, axes))
    if pairs is not None:
        return pairs
    if left.is_fixed or right.is_fixed:
        matrix, vector = (right, left) if left.is_fixed else (left, right)
        made = code.binary(matrix.code, _MATMUL, vector.code)
        return lifter.of(call.node, made, both, 0)
    if are_pairs(left, right):
        rows, columns = (
            (left, right) if left.axes[-1].order < right.axes[-1].order else (right, left)
        )
        turned = code.transposed(columns.code) if len(both) <= 2 else _turned(columns)
        return lifter.of(call.node, code.binary(rows.code, _MATMUL, turned), both, 0)
    times = code.binary(align(left, both, 1), ast.Mult(), align(right, both, 1))
    return lifter.of(call.node, code.method(times, "sum", dim=len(axes)), both, 0)


def are_pairs(left: Value, right: Value) -> bool:
    """Whether each vector of the one meets each of the other, in every iteration around."""
    *around, _ = left.axes or (None,)
    last = {v.axes[-1] for v in (left, right) if v.axes}
    return list(right.axes[:-1]) == around and len(last) == 2 and len(right.axes) > 0


def _matrix_vector(
    lifter: Lifter, call: Call, left: Value, right: Value, axes: tuple[object, ...]
) -> Value:
    lifter.used_ops.append("torch.matmul")
    both = union([left.axes, right.axes])
    if left.is_fixed:
        made = code.binary(right.code, _MATMUL, code.transposed(left.code))
        return lifter.of(call.node, made, both, 1)
    if right.is_fixed:
        return lifter.of(call.node, code.binary(left.code, _MATMUL, right.code), both, 1)
    if _are_rows(right, left):
        made = code.binary(right.code, _MATMUL, _turned(left))
        return lifter.of(call.node, made, both, 1)
    made = code.binary(align(left, both, 2), _MATMUL, _column(right, both))
    return lifter.of(call.node, code.method(made, "squeeze", code.const(-1)), both, 1)


def _are_rows(vectors: Value, matrices: Value) -> bool:
    """Whether the innermost loop gives one matrix several vectors: they are a matrix's rows."""
    return bool(matrices.axes) and vectors.axes[:-1] == matrices.axes


def _turned(value: Value) -> ast.expr:
    """A batch of matrices, each transposed; of ``x.transpose(1, 2)`` it is ``x``."""
    dims = len(value.axes) + value.rank
    match value.code:
        case ast.Attribute(value=inner, attr="mT"):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr="transpose"), args=[a, b]):
            numbers = {code.integer(a), code.integer(b)}
            if numbers in ({dims - 2, dims - 1}, {-2, -1}):
                return inner
    return code.attribute_of(value.code, "mT")


def _column(value: Value, axes: tuple[object, ...]) -> ast.expr:
    """A vector as a matrix of one column, its axes aligned."""
    index = [code.FULL if a in value.axes else code.NONE for a in axes] if value.axes else []
    while index and index[0] is code.NONE:
        index.pop(0)
    return code.subscript(value.code, [*index, code.FULL, code.NONE])


def _row(value: Value, axes: tuple[object, ...]) -> ast.expr:
    """A vector as a matrix of one row, its axes aligned."""
    index = [code.FULL if a in value.axes else code.NONE for a in axes] if value.axes else []
    while index and index[0] is code.NONE:
        index.pop(0)
    if not value.axes:
        return value.code
    return code.subscript(value.code, [*index, code.NONE])
