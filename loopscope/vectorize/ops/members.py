"""Ops on the rows of a group, as segment operations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.groups.joined import is_joined
from loopscope.vectorize.groups.members import grouped, groups_alone, outer_index, sizes_of_groups
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.corrections import without_correction
from loopscope.vectorize.ops.elementwise import elementwise
from loopscope.vectorize.ops.elementwise_names import BINARY, UNARY
from loopscope.vectorize.ops.selected import count_rows
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import Axis, Members, NotLiftable, Value, align, union

_EXTREMA = {"max": "amax", "min": "amin", "amax": "amax", "amin": "amin"}


@batches("<members>")
def of_members(lifter: Lifter, call: Call) -> Value:
    """An op on the rows of a group."""
    value = call.args[0]
    if isinstance(value.code, ast.Subscript) and is_joined(lifter, value):
        key = f"picked {code.text(value.code)}"
        value = lifter.owners[key] = lifter.owners.get(key) or lifter.bind("picked", value)
        call = replace(call, args=[value, *call.args[1:]])
    if call.name in ("sum", "mean", "std", "var", "prod", "logsumexp", *_EXTREMA):
        return _reduced(lifter, call, value)
    if call.name in ("softmax", "log_softmax") and _members(value).edges is None:
        return _softmax(lifter, call, value)
    if call.name in ("len", "numel", "size", "shape"):
        return _counts(lifter, _members(value))
    if call.name in ("matmul", "mm") and len(call.args) == 2:
        return _product(lifter, call)
    if call.name in ("stack", "tensor") and is_joined(lifter, value) and len(call.args) == 1:
        return _stacked(lifter, call, value)
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
    members = _members(left)
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


def _reduced(lifter: Lifter, call: Call, value: Value) -> Value:
    members = _members(value)
    dim = call.argument(1, "dim", "axis")
    whole = dim is None and value.rank > 1
    call, correction = without_correction(call)
    if (dim is not None and code.integer(dim.code) != 0) or call.keywords.keys() - {"dim", "axis"}:
        if dim is not None and (code.integer(dim.code) or 0) > 0 and value.rank > 1:
            number = (code.integer(dim.code) or 0) + len(value.axes)
            made = code.method(value.code, call.name, dim=number)
            return replace(value, code=made, rank=value.rank - 1)
        raise NotLiftable(f"{call.name} over a dimension of a group's rows")
    if whole:
        dims = [code.const(len(value.axes) + k) for k in range(1, value.rank)]
        if call.name not in ("sum", *_EXTREMA):
            raise NotLiftable(f"{call.name} of all of a group's rows")
        inner = code.method(
            value.code,
            _EXTREMA.get(call.name, "sum"),
            dim=dims[0] if len(dims) == 1 else code.tuple_of(dims),
        )
        value = replace(value, code=inner, rank=1)
    match call.name:
        case "sum":
            return _summed(lifter, members, value)
        case "mean":
            total = _summed(lifter, members, value)
            counts = _counts(lifter, members)
            axes = total.axes
            mean = code.binary(total.code, ast.Div(), align(counts, axes, total.rank))
            return replace(total, code=mean)
        case "logsumexp" if value.rank == 1 and not members.outer and members.edges is None:
            return _logsumexp(lifter, members, value)
        case "var" | "std" if value.rank == 1 and not members.outer:
            return _spread(lifter, call, members, value, correction or 0)
        case _ if call.name in _EXTREMA:
            top = _extremum(lifter, members, value, _EXTREMA[call.name])
            axes, rows = _axes(members), value.shape[1:]
            found = Value(top, axes, value.rank - 1, "tensor", value.dtype, rows)
            if dim is not None and call.name in ("max", "min"):
                return Value(top, found.axes, found.rank, "other", parts=(found, found))
            return found
        case _:
            raise NotLiftable(f"{call.name} of a group's rows")


def _spread(lifter: Lifter, call: Call, members: Members, value: Value, correction: int) -> Value:
    """Variance or deviation in each group."""
    if members.edges is not None:
        raise NotLiftable(f"{call.name} of a group's rows")
    lifter.used_ops += [f"torch.{call.name}", "torch.var_mean"]
    total = _summed(lifter, members, value)
    counts = lifter.bind("counts", _counts(lifter, members)).code
    mean = lifter.bind("mean", replace(total, code=code.binary(total.code, ast.Div(), counts)))
    off = code.binary(value.code, ast.Sub(), code.subscript(mean.code, [members.owner]))
    squares = code.binary(off, ast.Pow(), code.const(2))
    summed = _summed(lifter, members, replace(value, code=squares, counter=None, factors=None))
    if correction:
        counts = _or_one(lifter, members, code.binary(counts, ast.Sub(), code.const(correction)))
    made = code.binary(summed.code, ast.Div(), counts)
    if call.name == "std":
        made = _or_one(lifter, members, made)
    return replace(summed, code=code.method(made, "sqrt") if call.name == "std" else made)


def _or_one(lifter: Lifter, members: Members, made: ast.expr) -> ast.expr:
    """One where a test keeps the loop from it: ``0 / 0`` and the root of zero have no gradient."""
    guard = lifter.guard
    if guard is None or guard.axes != (members.axis,) or guard.rank or guard.carry is not None:
        return made
    return code.call("torch.where", guard.code, made, code.const(1))


def _summed(lifter: Lifter, members: Members, value: Value) -> Value:
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.scatter_reduce"]
    shape = code.attribute_of(value.code, "shape")
    sizes = [
        *sizes_of_groups(members),
        *(
            code.subscript(shape, [code.const(len(members.outer) + 1 + k)])
            for k in range(value.rank - 1)
        ),
    ]
    zeros = code.method(value.code, "new_zeros", *sizes)
    deep = len(members.outer)
    if not members.outer:
        made = code.method(zeros, "index_add_", code.const(0), members.owner, value.code)
    elif value.rank == 1 and value.axes == members.outer:
        made = code.method(zeros, "scatter_add_", code.const(deep), members.owner, value.code)
    else:
        index = code.tuple_of([*outer_index(members, 1), members.owner])
        made = code.method(zeros, "index_put_", index, value.code, accumulate=True)
    found = groups_alone(members, made)
    return Value(found, _axes(members), value.rank - 1, "tensor", value.dtype, value.shape[1:])


def _counts(lifter: Lifter, members: Members) -> Value:
    counts = count_rows(lifter, members)
    if members.outer:
        return replace(counts, code=code.method(counts.code, "clamp", min=1))
    return counts


def _extremum(lifter: Lifter, members: Members, value: Value, how: str) -> ast.expr:
    if members.outer or value.rank > 2:
        raise NotLiftable("an extremum of a group's rows over several dimensions")
    lifter.used_ops.append("torch.scatter_reduce")
    limit = ast.parse("float('-inf')" if how == "amax" else "float('inf')", mode="eval").body
    sizes, index = sizes_of_groups(members), members.owner
    if value.rank == 2:
        width = code.subscript(code.attribute_of(value.code, "shape"), [code.const(1)])
        sizes = [*sizes, width]
        column = code.subscript(index, [code.FULL, code.NONE])
        index = code.method(column, "expand_as", value.code)
    start = code.method(value.code, "new_full", code.tuple_of(sizes), limit)
    made = code.method(start, "scatter_reduce", code.const(0), index, value.code, code.const(how))
    return groups_alone(members, made)


def _logsumexp(lifter: Lifter, members: Members, value: Value) -> Value:
    """By the greatest in each group, so that nothing overflows."""
    lifter.used_ops.append("torch.logsumexp")
    top = lifter.bind("top", Value(_extremum(lifter, members, value, "amax")))
    off = code.binary(value.code, ast.Sub(), code.subscript(top.code, [members.owner]))
    total = _summed(lifter, members, _named(lifter, "exp", value, code.method(off, "exp")))
    made = code.binary(top.code, ast.Add(), code.method(total.code, "log"))
    return replace(total, code=made)


def _named(lifter: Lifter, name: str, value: Value, made: ast.expr) -> Value:
    return lifter.bind(name, replace(value, code=made, counter=None, factors=None))


def _softmax(lifter: Lifter, call: Call, value: Value) -> Value:
    """Stable softmax in each group."""
    members = _members(value)
    dim = call.argument(1, "dim")
    if dim is None or code.integer(dim.code) not in (0, -1) or value.rank != 1 or members.outer:
        raise NotLiftable("softmax over a dimension of a group's rows")
    top = lifter.bind("top", Value(_extremum(lifter, members, value, "amax")))
    shifted: ast.expr = code.binary(
        value.code, ast.Sub(), code.subscript(top.code, [members.owner])
    )
    exps = lifter.bind("exp", Value(code.method(shifted, "exp"), rank=1, dtype=value.dtype))
    total = _summed(lifter, members, replace(value, code=exps.code))
    norm = code.subscript(total.code, [members.owner])
    made = code.binary(exps.code, ast.Div(), norm)
    if call.name == "log_softmax":
        made = code.method(made, "log")
    return replace(value, code=made)


def _axes(members: Members) -> tuple[Axis, ...]:
    return union([members.outer, (members.axis,)])


def _members(value: Value) -> Members:
    if value.members is None:
        raise NotLiftable("what is no group")
    return value.members
