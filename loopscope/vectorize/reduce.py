"""What a carried variable is after the loop, and in each of its iterations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carried import carried_binary
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.recurrence import recurrence
from loopscope.vectorize.value import Axis, Carry, Form, NotLiftable, Value, align, expand, union

_REDUCED = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin", "or": "any", "and": "all",
            "logaddexp": "logsumexp"}  # fmt: skip
_NEUTRAL = {"add": 0, "mul": 1, "or": False, "and": True}
_SCANNED = {"add": "cumsum", "mul": "cumprod", "max": "cummax", "min": "cummin",
            "logaddexp": "logcumsumexp"}  # fmt: skip


def reduced(lifter: Lifter, value: Value, axis: Axis, before: Value | None, name: str) -> Value:
    """Return what the variable is once the loop over ``axis`` has ended.

    Raises:
        NotLiftable: Its update is no reduction that we know.
    """
    carry = value.carry
    if carry is None or carry.term is None:
        raise NotLiftable(f"{name} of one iteration is read by the next")
    if carry.form == "compared":
        return _picked(lifter, value, axis)
    if carry.form == "cat":
        return _grown(lifter, carry.term, axis, before)
    if carry.form == "first":
        return _first(lifter, carry, name, before)
    if carry.form in ("left", "right"):
        return _matrix_chain(lifter, carry, axis, name)
    if carry.form == "affine":
        whole = _recurrent(lifter, value, value, axis, name)
        last = code.const(0 if axis.reverse else -1)
        return replace(whole, code=code.subscript(whole.code, [last]), axes=())
    total = over_axis(lifter, carry.form, carry.term, axis)
    if carry.first is not None:
        return _from_none(lifter, carry, total, name)
    if before is not None and before.carry is not None:  # an outer loop carries it on
        return _combined(lifter, carry.form, before, total)
    result = _with_start(lifter, carry.form, total, before, name)
    return _as_number(lifter, carry, result, name)


def _as_number(lifter: Lifter, carry: Carry, value: Value, name: str) -> Value:
    """A Python number stays one."""
    made, term = lifter.initial.get(name), carry.term
    stays = (
        made is not None
        and made.scalar
        and term is not None
        and (term.python or term.kind == "number")
    )
    if not stays or made is None or not value.is_fixed or value.rank:
        return value
    whole = isinstance(made.fill, ast.Constant) and isinstance(made.fill.value, int)
    counted = term is not None and (term.dtype.startswith(("int", "bool")))
    kind = "int" if whole and counted else "float"
    if carry.form in ("or", "and"):
        kind = "bool"
    return replace(value, code=code.call(kind, value.code), kind="number", dtype=kind)


def _first(lifter: Lifter, carry: Carry, name: str, before: Value | None) -> Value:
    """The first match, or what the variable was before."""
    value, found = carry.term, carry.scale
    made = lifter.initial.get(name)
    if value is None or found is None or value.rank or made is None:
        raise NotLiftable(f"{name} is set by the first match")
    hit = code.method(found.code, "any")
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    lifter.dropped.add(name)
    yes = code.text(value.code) in ("True", "torch.tensor(True)")
    if yes and made.is_fill(False):
        result = code.call("bool", hit) if value.kind == "number" else hit
        return Value(result, (), 0, value.kind, "bool")
    place = code.method(code.method(found.code, "int"), "argmax")
    if value.counter is not None and value.counter.sign == 1 and value.counter.axis.step == 1:
        offset = value.counter.axis.start + value.counter.offset
        picked: ast.expr = (
            place if offset.is_zero else code.binary(place, ast.Add(), offset.code())
        )
    elif value.axes:
        picked = code.subscript(value.code, [place])
    else:
        picked = value.code
    if value.kind == "number":
        chosen: ast.expr = ast.IfExp(hit, code.call("int", picked), made.code)
        return Value(chosen, (), 0, "number", "int")
    start = made.fill if made.fill is not None else made.code
    chosen = code.call("torch.where", hit, picked, start)
    return Value(chosen, (), 0, "tensor", value.dtype)


def _matrix_chain(lifter: Lifter, carry: Carry, axis: Axis, name: str) -> Value:
    """A product of matrices; of one matrix it is a power."""
    term = carry.term
    if term is None:
        raise NotLiftable(f"{name} of one iteration is read by the next")
    if axis in term.axes:
        whole = _matrix_scan(lifter, carry, axis, name)
        last = code.const(0 if axis.reverse else -1)
        return replace(whole, code=code.subscript(whole.code, [last]), axes=())
    if term.axes:
        raise NotLiftable(f"{name} is carried through loops in a way that is not understood")
    lifter.used_ops.append("torch.linalg.matrix_power")
    power = code.call("torch.linalg.matrix_power", term.code, axis.size)
    made = lifter.initial.get(name)
    if made is not None and made.is_identity:
        lifter.dropped.add(name)
        return replace(term, code=power)
    sides = (power, _name(name)) if carry.form == "left" else (_name(name), power)
    return replace(term, code=code.binary(sides[0], ast.MatMult(), sides[1]))


def _matrix_scan(lifter: Lifter, carry: Carry, axis: Axis, name: str) -> Value:
    """All prefix products of matrices, by doubling."""
    term = carry.term
    known = lifter.recurrences.get(name)
    if known is not None:
        return known
    if term is None or term.axes != (axis,) or axis.reverse:
        raise NotLiftable(f"{name} is carried through loops in a way that is not understood")
    lifter.used_ops += ["associative_scan", "torch.matmul"]
    made = lifter.initial.get(name)
    h, step = lifter.fresh(name), lifter.fresh("step")
    items, start = code.text(term.code), code.text(_name(name))
    lines = [f"{h} = {items}"]
    if made is None or not made.is_identity:
        first = f"{items}[0] @ {start}" if carry.form == "left" else f"{start} @ {items}[0]"
        lines = [f"{h} = torch.cat([({first})[None], {items}[1:]])"]
    pair = f"{h}[{step}:] @ {h}[:-{step}]"
    if carry.form == "right":
        pair = f"{h}[:-{step}] @ {h}[{step}:]"
    lines += [
        f"{step} = 1",
        f"while {step} < len({h}):",
        f"    {h} = torch.cat([{h}[:{step}], {pair}])",
        f"    {step} *= 2",
    ]
    lifter.statements += ast.parse("\n".join(lines)).body
    lifter.recurrences[name] = replace(term, code=code.name(h))
    return lifter.recurrences[name]


def _from_none(lifter: Lifter, carry: Carry, total: Value, name: str) -> Value:
    """A reduction whose variable is ``None`` before its first iteration."""
    made = lifter.initial.get(name)
    if carry.first is None or carry.term is None or not total.is_fixed:
        raise NotLiftable(f"{name} is set in the first iteration only")
    if code.text(carry.first.code) != code.text(carry.term.code):
        raise NotLiftable(f"{name} begins with something else than what is added")
    if made is not None and made.is_none:
        lifter.dropped.add(name)
        return total
    start = Value(_name(name), rank=total.rank)
    joined = _join(lifter, carry.form, start, total)
    test = ast.Compare(_name(name), [ast.Is()], [code.const(None)])
    return replace(total, code=ast.IfExp(test, total.code, joined.code))


def scanned(
    lifter: Lifter, value: Value, update: Value, axis: Axis, before: Value | None
) -> Value:
    """Return the variable's value in every iteration, as the body saw it."""
    seen, carry = value.carry, update.carry
    if seen is not None and carry is not None and carry.form in ("left", "right"):
        if seen != carry:
            raise NotLiftable(f"{carry.name} is read before it is updated")
        return _matrix_scan(lifter, carry, axis, carry.name)
    if seen is not None and carry is not None and carry.form == "affine":
        return _recurrent(lifter, value, update, axis, carry.name)
    if seen is None or carry is None or carry.term is None or carry.form not in _SCANNED:
        raise NotLiftable("a variable that each iteration reads as the last one left it")
    name = _SCANNED[carry.form]
    term = expand(carry.term, union([carry.term.axes, (axis,)]))
    if term.dtype == "bool" or (carry.form == "add" and term.kind == "number"):
        raise NotLiftable("a running count")
    dim = term.axes.index(axis)
    initial = lifter.start_of.get(carry.name)
    if initial is None and before is not None and before.carry is None:
        initial = before
    initial = initial or _made_before(lifter, carry.name, value)
    inclusive = seen == carry
    operand = term.code
    if axis.reverse:
        operand = code.method(operand, "flip", code.const(dim))
    lifter.used_ops.append(f"torch.{name}")
    made: ast.expr = code.call(f"torch.{name}", operand, dim=dim)
    if carry.form in ("max", "min"):
        made = code.attribute_of(made, "values")
    if axis.reverse:
        made = code.method(made, "flip", code.const(dim))
    result = replace(term, code=made, counter=None)
    if not inclusive:
        if seen.form != "keep" or carry.form != "add":
            raise NotLiftable(f"{carry.name} is read before it is updated")
        result = replace(result, code=code.binary(made, ast.Sub(), term.code))
    neutral = _NEUTRAL.get(carry.form)
    start = initial
    if start is not None and _is_number(start.fill or start.code, neutral):
        return result
    if carry.form in ("max", "min") and start is not None and _is_first(start, term, axis):
        return result
    if start is None or start.carry is not None:
        start = Value(_name(carry.name), rank=value.rank)
    return _join(lifter, carry.form, start, result)


def _recurrent(lifter: Lifter, value: Value, update: Value, axis: Axis, name: str) -> Value:
    """The values of a linear recurrence, written once."""
    carry = update.carry
    if carry is None or carry.term is None or carry.scale is None or value.carry != carry:
        raise NotLiftable(f"{name} is read before it is updated")
    known = lifter.recurrences.get(name)
    if known is None:
        start = lifter.start_of.get(name) or _made_before(lifter, name, update)
        if start is None:
            start = Value(_name(name), rank=update.rank)
        elif _is_number(start.fill, 0):
            start = None
        made = lifter.initial.get(name)
        fresh = made is not None and made.is_none
        wanted = "state" if " " in name else name.rsplit(".", 1)[-1]
        known = recurrence(
            lifter, f"{wanted}", carry.scale, carry.term, start, axis, carry.first, fresh
        )
        lifter.recurrences[name] = known
    return known


def over_axis(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value:
    """Reduce the update's term over the loop."""
    if axis not in term.axes:
        match form:
            case "add":
                return lifter.combine(
                    term,
                    ast.Mult(),
                    Value(axis.size, kind="number", dtype="int"),
                    ast.Constant(value=0),
                )
            case "max" | "min" | "or" | "and":
                return term
            case _:
                raise NotLiftable("the same factor in every iteration")
    matrix = _contraction(lifter, form, term, axis)
    if matrix is not None:
        return matrix
    member = _membership(lifter, form, term, axis)
    if member is not None:
        return member
    dim = term.axes.index(axis)
    rest = tuple(a for a in term.axes if a != axis)
    name = _REDUCED[form]
    lifter.used_ops.append(f"torch.{name}")
    made: ast.expr
    if len(term.axes) == 1 and term.rank == 0 and form in ("max", "min"):
        made = code.method(term.code, form)
    elif len(term.axes) == 1 and term.rank == 0 and form != "logaddexp":
        made = code.method(term.code, name)
    else:
        made = _merged_sum(term.code, name, dim) or code.method(term.code, name, code.const(dim))
    return replace(term, code=made, axes=rest, counter=None, fill=None)


def _merged_sum(operand: ast.expr, name: str, dim: int) -> ast.expr | None:
    """``x.sum(1).sum(0)`` as ``x.sum((0, 1))``."""
    match operand:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[dims], keywords=[]) if (
            attr == name == "sum"
        ):
            pass
        case ast.Call(
            func=ast.Attribute(value=inner, attr=attr),
            args=[],
            keywords=[ast.keyword(arg="dim", value=dims)],
        ) if attr == name == "sum":
            pass
        case _:
            return None
    taken = (
        [code.integer(d) for d in dims.elts]
        if isinstance(dims, ast.Tuple)
        else [code.integer(dims)]
    )
    if any(t is None or t < 0 for t in taken):
        return None
    numbers = sorted(t for t in taken if t is not None)
    moved = dim
    for t in numbers:
        moved += t <= moved
    whole = sorted([*numbers, moved])
    return code.method(inner, name, dim=code.tuple_of([code.const(n) for n in whole]))


def _contraction(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value | None:
    """A sum of products is a matrix product."""
    if form != "add" or term.factors is None or term.mask is not None or term.members is not None:
        return None
    left, right = term.factors
    if not term.dtype.startswith(("float", "bfloat")) or "bool" in (left.dtype, right.dtype):
        return None
    if axis not in left.axes or axis not in right.axes or left.kind != right.kind:
        return None
    rest = tuple(a for a in term.axes if a != axis)
    if term.outer and left.axes == right.axes == (axis,) and left.rank == right.rank == 1:
        lifter.used_ops += ["torch.matmul", "torch.einsum"]
        made = code.binary(code.transposed(left.code), ast.MatMult(), right.code)
        return replace(term, code=made, axes=(), factors=None)
    if left.rank or right.rank:
        return None
    made_ = _matrix_product(left, right, axis, rest)
    if made_ is None:
        return None
    lifter.used_ops += ["torch.matmul", "torch.einsum"]
    return replace(term, code=made_, axes=rest, factors=None, counter=None)


def _matrix_product(
    left: Value, right: Value, axis: Axis, rest: tuple[Axis, ...]
) -> ast.expr | None:
    """``a @ b`` for factors that share ``axis``; ``None`` where that is no plain product."""
    if left.axes == right.axes == (axis,):
        return code.binary(left.code, ast.MatMult(), right.code)
    if right.axes == (axis,) and len(left.axes) == 2:
        matrix = left.code if left.axes[1] == axis else code.transposed(left.code)
        return code.binary(matrix, ast.MatMult(), right.code)
    if left.axes == (axis,) and len(right.axes) == 2:
        return _matrix_product(right, left, axis, rest)
    if len(left.axes) == len(right.axes) == 2 and len(rest) == 2:
        rows = left if rest[0] in left.axes else right
        columns = right if rows is left else left
        first = rows.code if rows.axes[1] == axis else code.transposed(rows.code)
        second = columns.code if columns.axes[0] == axis else code.transposed(columns.code)
        return code.binary(first, ast.MatMult(), second)
    return None


def _membership(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value | None:
    """``x == v`` for any ``v`` of a tensor is ``torch.isin``."""
    match term.code:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if (
            form == "or" and term.axes == (axis,)
        ):
            pass
        case _:
            return None
    for items, elements in ((right, left), (left, right)):
        match items:
            case ast.Subscript(value=tensor, slice=ast.Tuple(elts=[head, *nones])) if (
                code.is_full(head)
                and len(nones) == term.rank
                and all(isinstance(n, ast.Constant) and n.value is None for n in nones)
                and code.text(tensor) == axis.over
            ):
                lifter.used_ops += ["torch.isin", "torch.any"]
                return replace(term, code=code.call("torch.isin", elements, tensor), axes=())
            case _:
                pass
    return None


def _combined(lifter: Lifter, form: Form, before: Value, total: Value) -> Value:
    carry = before.carry
    if carry is None or (carry.form not in ("keep", form)):
        raise NotLiftable("a variable that two loops update in different ways")
    if form == "add":
        return carried_binary(lifter, before, ast.Add(), total)
    if form == "mul":
        return carried_binary(lifter, before, ast.Mult(), total)
    if carry.form == "keep":
        return replace(before, carry=Carry(carry.name, form, total))
    raise NotLiftable("a variable that is updated twice in an iteration")


def _with_start(lifter: Lifter, form: str, total: Value, before: Value | None, name: str) -> Value:
    initial = before if before is not None else _made_before(lifter, name, total)
    if initial is not None and initial.carry is None:
        filled = initial.fill if initial.fill is not None else initial.code
        if _is_number(filled, _NEUTRAL.get(form)) and total.rank >= initial.rank:
            lifter.dropped.add(name)
            return total
        if form in ("max", "min") and _is_infinite(filled, form):
            lifter.dropped.add(name)
            return total
        whole = _from_second(initial, total, form)
        if whole is not None:
            lifter.dropped.add(name)
            return whole
        if initial.kind == "number":
            lifter.dropped.add(name)
            return _join(lifter, form, initial, total)
    return _join(lifter, form, Value(_name(name), rank=total.rank), total)


def _from_second(initial: Value, total: Value, form: str) -> Value | None:
    """``x[0]`` with the extremum of ``x[1:]`` is the extremum of ``x``."""
    match initial.code, total.code:
        case (
            ast.Subscript(value=first, slice=ast.Constant(value=0)),
            ast.Call(
                func=ast.Attribute(
                    value=ast.Subscript(value=rest, slice=ast.Slice() as part), attr=attr
                ),
                args=args,
            ),
        ) if (
            form in ("max", "min")
            and code.text(first) == code.text(rest)
            and code.text(part) in ("1:", ":")
        ):
            return replace(total, code=code.method(rest, attr, *args))
        case _:
            return None


def _made_before(lifter: Lifter, name: str, like: Value) -> Value | None:
    """What a name was made as right before the loop."""
    made = lifter.initial.get(name)
    if made is None or made.is_list or made.is_none:
        return None
    if made.is_item:
        return Value(made.code, rank=like.rank, dtype=like.dtype)
    if made.scalar:
        return Value(made.code, kind="number", dtype="float", fill=made.fill)
    return Value(made.code, rank=like.rank, fill=made.fill, dtype=like.dtype)


def _join(lifter: Lifter, form: str, start: Value, total: Value) -> Value:
    axes = union([start.axes, total.axes])
    rank = max(start.rank, total.rank)
    left, right = align(start, axes, rank), align(total, axes, rank)
    made: ast.expr
    match form:
        case "add":
            made = code.binary(left, ast.Add(), right)
        case "mul":
            made = code.binary(left, ast.Mult(), right)
        case "or":
            made = code.binary(left, ast.BitOr(), right)
        case "and":
            made = code.binary(left, ast.BitAnd(), right)
        case "logaddexp":
            made = code.call("torch.logaddexp", left, right)
        case _ if start.kind == "number" and start.is_fixed:
            made = code.method(right, "clamp", **{"min" if form == "max" else "max": left})
        case _:
            made = code.call(f"torch.{form}imum", left, right)
    return Value(made, axes, rank, "tensor", total.dtype, total.shape)


def _grown(lifter: Lifter, term: Value, axis: Axis, before: Value | None) -> Value:
    """``out = torch.cat([out, piece])`` of every iteration."""
    from loopscope.vectorize.ops.building import _unflattened

    if axis not in term.axes or len(term.axes) != 1 or term.rank < 1:
        raise NotLiftable("a tensor that grows across loops")
    lifter.used_ops.append("torch.cat")
    made = _unflattened(code.method(term.code, "flatten", code.const(0), code.const(1)))
    return Value(made, (), term.rank, "tensor", term.dtype, (None,) * term.rank)


def _picked(lifter: Lifter, value: Value, axis: Axis) -> Value:
    """The index, or the item, that goes with an extremum."""
    carry = value.carry
    if carry is None or carry.term is None or carry.scale is None:
        raise NotLiftable("a test of a carried variable")
    form = "max" if "max" in carry.op else "min"
    compared, chosen = carry.term, carry.scale
    if axis.reverse or compared.axes != (axis,) or compared.rank != 0:
        raise NotLiftable("an extremum over several loops")
    place = code.method(compared.code, f"arg{form}")
    lifter.used_ops.append(f"torch.arg{form}")
    if chosen.counter is not None and chosen.counter.sign == 1:
        offset = chosen.counter.axis.start + chosen.counter.offset
        made: ast.expr = place
        if not offset.is_zero:
            made = code.binary(place, ast.Add(), offset.code())
        found = Value(made, (), 0, "tensor", "int64")
        if chosen.kind == "number":
            return replace(found, code=code.call("int", made), kind="number", dtype="int")
        return found
    return replace(chosen, code=code.subscript(chosen.code, [place]), axes=())


def _is_number(node: ast.expr | None, number: object) -> bool:
    return (
        number is not None
        and isinstance(node, ast.Constant)
        and not isinstance(node.value, str)
        and node.value == number
    )


def _is_infinite(node: ast.expr | None, form: str) -> bool:
    text = "" if node is None else code.text(node)
    sign = "-" if form == "max" else ""
    return text in (
        f"{sign}float('inf')", f"float('{sign}inf')", f"{sign}torch.inf", f"{sign}math.inf",
        f"{sign}np.inf", f"{sign}numpy.inf", f"{sign}inf",
    )  # fmt: skip


def _is_first(start: Value, term: Value, axis: Axis) -> bool:
    """Whether a running extremum starts from its own first item."""
    position = "-1" if axis.reverse else "0"
    return code.text(start.code) == f"{code.text(term.code)}[{position}]"


def _name(dotted_name: str) -> ast.expr:
    return code.attribute(dotted_name)
