"""Ops on the rows of a group, as segment operations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.groups.joined import is_joined
from loopscope.vectorize.groups.members import grouped
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.ops.corrections import without_correction
from loopscope.vectorize.ops.elementwise import elementwise
from loopscope.vectorize.ops.elementwise_names import BINARY, UNARY
from loopscope.vectorize.ops.embedding_bags import bag_of_segments
from loopscope.vectorize.ops.row_losses import class_loss_of_rows
from loopscope.vectorize.ops.rows_alone import of_each_row, wider
from loopscope.vectorize.ops.rows_apart import of_rows_apart
from loopscope.vectorize.ops.segments import (
    axes_of_groups,
    counted,
    extremum_of_groups,
    members_of,
    summed,
)
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value, align, whole_number

_EXTREMA = {"max": "amax", "min": "amin", "amax": "amax", "amin": "amin"}


@batches("<members>")
def of_members(lifter: Lifter, call: Call) -> Value:
    """An op on the rows of a group."""
    value = call.args[0]
    if isinstance(value.code, ast.Subscript) and is_joined(lifter, value):
        key = f"picked {code.text(value.code)}"
        value = lifter.owners[key] = lifter.owners.get(key) or lifter.bind("picked", value)
        call = replace(call, args=[value, *call.args[1:]])
    alone = of_each_row(call, value)
    if alone is not None:
        return alone
    if call.name in ("sum", "mean", "std", "var", "prod", "logsumexp", *_EXTREMA):
        return _kept_dim(lifter, call, value)
    if call.name in ("softmax", "log_softmax") and members_of(value).edges is None:
        return _softmax(lifter, call, value)
    if call.name == "unsqueeze" and len(call.args) == 2:
        dim = code.integer(call.args[1].code)
        if dim in (-1, value.rank):
            return wider(value)
    if call.name in ("len", "numel", "size", "shape"):
        return _size(lifter, call, value)
    if call.name in ("matmul", "mm") and len(call.args) == 2:
        return _product(lifter, call)
    if call.name in ("stack", "tensor") and is_joined(lifter, value) and len(call.args) == 1:
        return _stacked(lifter, call, value)
    apart = of_rows_apart(lifter, call) or class_loss_of_rows(lifter, call)
    if apart is not None:
        return apart
    operands, members = grouped([*call.args, *call.keywords.values()])
    plain = call.with_operands(operands)
    if call.name not in {*UNARY, *BINARY}:
        raise NotLiftable(f"{call.name} of a group's rows")
    return replace(elementwise(lifter, plain), members=members)


def _stacked(lifter: Lifter, call: Call, value: Value) -> Value:
    """``torch.stack([w[a] for a in items])``: the rows themselves."""
    seen, dim = lifter.what(call.node), call.keywords.get("dim")
    if call.keywords.keys() - {"dim"} or (dim is not None and code.integer(dim.code) != 0):
        raise NotLiftable(f"{call.name} of a group's rows")
    return value if seen is None or not seen.dtype else cast(value, seen.dtype)


def _product(lifter: Lifter, call: Call) -> Value:
    """``x[owner == k] @ w[k]``: each row by its own matrix."""
    left, right = call.args
    if right.members is not None and left.members == right.members and left.rank == 1:
        return _weighed(lifter, left, right)
    members = members_of(left)
    plain = left.rank == 2 and members.edges is None and not members.outer
    if plain and right.rank == 1 and right.is_fixed:
        made = code.binary(left.code, ast.MatMult(), right.code)
        return replace(left, code=made, rank=1, shape=(None,))
    if (
        left.rank != 2
        or right.members is not None
        or members.outer
        or right.rank != 2
        or members.edges is not None
    ):
        raise NotLiftable("a product of a group's rows")
    if members.axis not in right.axes:
        made = code.binary(left.code, ast.MatMult(), right.code)
        return replace(left, code=made, shape=(None, None))
    lifter.used_ops += ["torch.einsum", "torch.bmm"]
    matrices = code.subscript(right.code, [members.owner])
    rows = code.subscript(left.code, [code.FULL, code.NONE])
    made = code.method(code.binary(rows, ast.MatMult(), matrices), "squeeze", code.const(1))
    return replace(left, code=made, shape=(None, None))


def _weighed(lifter: Lifter, weights: Value, rows: Value) -> Value:
    """``w @ x`` of a group's rows: the sum of its rows, each by its weight."""
    if rows.rank == 2:
        weights = wider(weights)
    product = combine(lifter, weights, ast.Mult(), rows)
    return summed(lifter, members_of(rows), product)


def _kept_dim(lifter: Lifter, call: Call, value: Value) -> Value:
    """``x[owner == k].mean(0, keepdim=True)``: a row of what there is of each group."""
    keep = call.keywords.get("keepdim")
    if keep is None:
        return _reduced(lifter, call, value)
    keywords = {k: v for k, v in call.keywords.items() if k != "keepdim"}
    found = _reduced(lifter, replace(call, keywords=keywords), value)
    match keep.code:
        case ast.Constant(value=False):
            return found
        case ast.Constant(value=True) if found.rank == value.rank - 1 and found.parts is None:
            made = code.method(found.code, "unsqueeze", code.const(len(found.axes)))
            return replace(found, code=made, rank=value.rank, shape=(1, *found.shape))
        case _:
            raise NotLiftable(f"{call.name} over a dimension of a group's rows")


def _size(lifter: Lifter, call: Call, value: Value) -> Value:
    """How many rows each group has; or all sizes of it."""
    counts = counted(lifter, members_of(value))
    if call.name == "len" or value.rank == 1:
        return counts
    shape, front = code.attribute_of(value.code, "shape"), len(value.axes)
    rest = [
        whole_number(code.subscript(shape, [code.const(front + k)])) for k in range(1, value.rank)
    ]
    dim = call.argument(1, "dim")
    number = code.integer(dim.code) if dim is not None else None
    if call.name == "numel" or (dim is not None and number is None):
        raise NotLiftable(f"{call.name} of a group's rows")
    parts = (counts, *rest)
    return Value(shape, kind="other", parts=parts) if number is None else parts[number]


def _reduced(lifter: Lifter, call: Call, value: Value) -> Value:
    members = members_of(value)
    dim = call.argument(1, "dim", "axis")
    whole = dim is None and value.rank > 1
    call, correction = without_correction(call)
    first = dim is None or code.integer(dim.code) in (0, -value.rank)
    if not first or call.keywords.keys() - {"dim", "axis"}:
        raise NotLiftable(f"{call.name} over a dimension of a group's rows")
    if whole:
        dims = [code.const(len(value.axes) + k) for k in range(1, value.rank)]
        if call.name not in ("sum", "mean", *_EXTREMA):
            raise NotLiftable(f"{call.name} of all of a group's rows")
        inner = code.method(
            value.code,
            _EXTREMA.get(call.name, call.name),
            dim=dims[0] if len(dims) == 1 else code.tuple_of(dims),
        )
        value = replace(value, code=inner, rank=1)
    bag = bag_of_segments(lifter, members, value, call.name)
    match call.name:
        case "sum" | "mean" if bag is not None:
            return bag
        case "sum":
            return summed(lifter, members, value)
        case "mean":
            total = summed(lifter, members, value)
            counts = counted(lifter, members)
            axes = total.axes
            mean = code.binary(total.code, ast.Div(), align(counts, axes, total.rank))
            return replace(total, code=mean)
        case "logsumexp" if value.rank == 1 and not members.outer and members.edges is None:
            return _logsumexp(lifter, members, value)
        case "var" | "std" if not members.outer:
            return _spread(lifter, call, members, value, correction or 0)
        case _ if call.name in _EXTREMA:
            top = (
                bag.code
                if bag is not None
                else extremum_of_groups(lifter, members, value, _EXTREMA[call.name])
            )
            axes, rows = axes_of_groups(members), value.shape[1:]
            found = Value(top, axes, value.rank - 1, "tensor", value.dtype, rows)
            if dim is not None and call.name in ("max", "min"):
                places = replace(found, code=code.unwritten("the place of an extremum in a group"))
                return Value(top, found.axes, found.rank, "other", parts=(found, places))
            return found
        case _:
            raise NotLiftable(f"{call.name} of a group's rows")


def _spread(lifter: Lifter, call: Call, members: Members, value: Value, correction: int) -> Value:
    """Variance or deviation in each group."""
    if members.edges is not None:
        raise NotLiftable(f"{call.name} of a group's rows")
    lifter.used_ops += [f"torch.{call.name}", "torch.var_mean"]
    total = summed(lifter, members, value)
    numbers = counted(lifter, members)
    if not isinstance(numbers.code, ast.Name):
        numbers = lifter.bind("counts", numbers)
    counts = align(numbers, total.axes, total.rank)
    mean = lifter.bind("mean", replace(total, code=code.binary(total.code, ast.Div(), counts)))
    off = code.binary(value.code, ast.Sub(), code.subscript(mean.code, [members.owner]))
    squares = code.binary(off, ast.Pow(), code.const(2))
    squared = summed(lifter, members, replace(value, code=squares, counter=None, factors=None))
    if correction:
        counts = _or_one(lifter, members, code.binary(counts, ast.Sub(), code.const(correction)))
    made = code.binary(squared.code, ast.Div(), counts)
    if call.name == "std":
        made = _or_one(lifter, members, made)
    return replace(squared, code=code.method(made, "sqrt") if call.name == "std" else made)


def _or_one(lifter: Lifter, members: Members, made: ast.expr) -> ast.expr:
    """One where a test keeps the loop from it: ``0 / 0`` and the root of zero have no gradient."""
    guard = lifter.guard
    if guard is None or guard.axes != (members.axis,) or guard.rank or guard.carry is not None:
        return made
    return code.call("torch.where", guard.code, made, code.const(1))


def _logsumexp(lifter: Lifter, members: Members, value: Value) -> Value:
    """By the greatest in each group, so that nothing overflows."""
    lifter.used_ops.append("torch.logsumexp")
    top = lifter.bind("top", Value(extremum_of_groups(lifter, members, value, "amax")))
    off = code.binary(value.code, ast.Sub(), code.subscript(top.code, [members.owner]))
    total = summed(lifter, members, _named(lifter, "exp", value, code.method(off, "exp")))
    made = code.binary(top.code, ast.Add(), code.method(total.code, "log"))
    return replace(total, code=made)


def _named(lifter: Lifter, name: str, value: Value, made: ast.expr) -> Value:
    return lifter.bind(name, replace(value, code=made, counter=None, factors=None))


def _softmax(lifter: Lifter, call: Call, value: Value) -> Value:
    """Stable softmax in each group."""
    members = members_of(value)
    dim = call.argument(1, "dim")
    number = None if dim is None else code.integer(dim.code)
    if number is None or number not in (0, -value.rank) or members.outer:
        raise NotLiftable("softmax over a dimension of a group's rows")
    if isinstance(value.code, ast.BinOp | ast.Call):
        value = _named(lifter, "scores", value, value.code)
    top = lifter.bind("top", Value(extremum_of_groups(lifter, members, value, "amax")))
    shifted: ast.expr = code.binary(
        value.code, ast.Sub(), code.subscript(top.code, [members.owner])
    )
    exps = _named(lifter, "exp", value, code.method(shifted, "exp"))
    total = summed(lifter, members, replace(value, code=exps.code))
    norm = code.subscript(total.code, [members.owner])
    made = code.binary(exps.code, ast.Div(), norm)
    if call.name == "log_softmax":
        made = code.method(made, "log")
    return replace(value, code=made)
