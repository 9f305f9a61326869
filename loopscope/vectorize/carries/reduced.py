"""What a carried variable is after the loop."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import number_in
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.carried import carried_binary
from loopscope.vectorize.carries.first_item import with_first_item
from loopscope.vectorize.carries.first_match import first_match
from loopscope.vectorize.carries.flags import as_flag, begins_as_anything, set_or_left
from loopscope.vectorize.carries.forms import is_infinite, is_neutral
from loopscope.vectorize.carries.latest import last_of_all
from loopscope.vectorize.carries.matrix_chain import matrix_chain
from loopscope.vectorize.carries.over_axis import over_axis
from loopscope.vectorize.carries.passing import may_be_nan, passing
from loopscope.vectorize.carries.pick_at_extremum import pick_at_extremum
from loopscope.vectorize.carries.recurrence import recurrent
from loopscope.vectorize.carries.restarted import restarted
from loopscope.vectorize.carries.scattered import all_added
from loopscope.vectorize.carries.start import join_start, made_before
from loopscope.vectorize.carries.toggled import turned_at_the_end
from loopscope.vectorize.carries.until_found import found_at_all, holds_at_first
from loopscope.vectorize.carries.update import is_kept
from loopscope.vectorize.carries.where_left import as_left
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.unflattened import unflattened
from loopscope.vectorize.value import Carry, Form, NotLiftable, Value, whole_number


def reduced(
    lifter: Lifter,
    value: Value,
    axis: Axis,
    before: Value | None,
    name: str,
    begun: Value | None = None,
) -> Value:
    """Return what the variable is once the loop over ``axis`` has ended.

    Raises:
        NotLiftable: Its update is no reduction that we know.
    """
    carry = value.carry
    if carry is not None and carry.form == "restart":
        every = restarted(lifter, carry, axis, before)
        last = code.const(0 if axis.reverse else -1)
        made = replace(every, code=code.subscript(every.code, [last]), axes=())
        return _as_number(lifter, carry, made, name)
    if carry is not None and carry.form == "toggle":
        once = carry.term or whole_number(code.const(1))
        count = over_axis(lifter, "add", once, axis)
        return turned_at_the_end(lifter, carry, count, before, name)
    if carry is None or carry.term is None:
        raise NotLiftable(f"{name} of one iteration is read by the next")
    if carry.form == "compared":
        return pick_at_extremum(lifter, value, axis, before, begun)
    if carry.form == "cat":
        return _grown(lifter, carry.term, axis, name)
    if carry.form == "scattered":
        return all_added(lifter, carry, axis, before)
    if carry.form == "first":
        return first_match(lifter, carry, axis, name, before)
    if carry.form == "stopped":
        return _at_the_stop(lifter, carry, axis, before, name)
    if carry.form == "latest":
        return _as_number(lifter, carry, last_of_all(lifter, carry, axis, before), name)
    goes_on = before is not None and before.carry is not None
    if carry.form in ("left", "right", "affine") and goes_on:
        raise NotLiftable(f"{name} is carried through several loops")
    if carry.form in ("left", "right"):
        return matrix_chain(lifter, carry, axis, name)
    if carry.form == "affine":
        whole = recurrent(lifter, value, value, axis, name)
        last = code.const(0 if axis.reverse else -1)
        return replace(whole, code=code.subscript(whole.code, [last]), axes=())
    passed = _passed(lifter, carry, axis, before, name)
    if passed is not None:
        return _as_number(lifter, carry, passed, name)
    total = over_axis(lifter, carry.form, carry.term, axis)
    if before is None and _begins_as_number(lifter, name):
        _assume_moved(lifter, carry, total, name)
    _assume_once(lifter, carry, total, name)
    if carry.first is not None:
        if before is not None and is_kept(before):
            _check_first(lifter, carry, name)
            return replace(before, carry=Carry(name, carry.form, total, op=carry.op, first=total))
        return _from_none(lifter, carry, total, name)
    if before is not None and before.carry is not None:  # an outer loop carries it on
        return _combined(lifter, carry.form, before, total)
    if carry.form in ("or", "and") and before is None and begins_as_anything(lifter, name):
        return set_or_left(carry.form, total, name)
    flagged = carry.form in ("or", "and") and _number_type(lifter, name) == "bool"
    if carry.form == "add" or flagged:
        total = _as_number(lifter, carry, total, name)
        return with_start(lifter, carry.form, total, before, name)
    result = with_start(lifter, carry.form, total, before, name)
    return _as_number(lifter, carry, result, name)


def _at_the_stop(
    lifter: Lifter, carry: Carry, axis: Axis, before: Value | None, name: str
) -> Value:
    """What the iteration leaves that ends the loop: its number, or an entry of a scan."""
    if carry.term is None:
        raise NotLiftable(f"{name} of one iteration is read by the next")
    left = as_left(lifter, lifter.stops[axis.order], carry.term, axis, name)
    if carry.op == "count":
        return with_start(lifter, "add", left, before, name)
    lifter.dropped.add(name)
    return _as_number(lifter, carry, left, name)


def _passed(
    lifter: Lifter, carry: Carry, axis: Axis, before: Value | None, name: str
) -> Value | None:
    """An extremum by comparison whose items may be no numbers; ``None`` for any other."""
    term = carry.term
    if carry.op != "compared" or term is None or axis not in term.axes or term.rank:
        return None
    start = before if before is not None else made_before(lifter, name, term)
    if start is None or not start.is_fixed or not may_be_nan(lifter, term.code):
        return None
    lifter.dropped.add(name)
    found = passing(lifter, name, term, carry.form, start)
    return over_axis(lifter, carry.form, found, axis)


def _assume_once(lifter: Lifter, carry: Carry, total: Value, name: str) -> None:
    """A number that tensors are joined to stays one until the first of them is."""
    made = lifter.initial.get(name)
    if made is None or not made.scalar or carry.term is None:
        return
    whole = made.fill is not None and code.integer(made.fill) is not None
    if carry.term.python and not (whole and carry.term.dtype.startswith("float")):
        return
    if len(lifter.axes) == 1 and name not in lifter.live and "." not in name:
        return
    if carry.term.kind != "tensor":
        return
    bounded = carry.form in ("max", "min") and not is_infinite(made.fill, carry.form)
    if bounded and made.fill is not None and total.is_fixed:
        if name in lifter.live:
            _assume_moved(lifter, carry, total, code.text(made.fill))
    elif carry.test is not None and carry.test.axes and not holds_at_first(carry.test.code):
        test = found_at_all(carry.test.code) or carry.test.code
        lifter.assume(code.text(code.method(test, "any")))


def _assume_moved(lifter: Lifter, carry: Carry, total: Value, begun: str) -> None:
    """An extremum is another than what it began with."""
    if total.is_fixed and carry.form in ("max", "min"):
        order = ">" if carry.form == "max" else "<"
        lifter.assume(f"{code.text(total.code)} {order} {begun}")


def _as_number(lifter: Lifter, carry: Carry, value: Value, name: str) -> Value:
    """A Python number stays one."""
    term, begins = carry.term, _number_type(lifter, name)
    stays = begins and term is not None and (term.python or term.kind == "number")
    if not stays or not value.is_fixed or value.rank:
        return value
    whole = begins == "int"
    counted = term is not None and (term.dtype.startswith(("int", "bool")))
    kind = "int" if whole and counted else "float"
    if carry.form in ("or", "and"):
        return as_flag(value)
    if kind == "int" and _is_count(lifter, value.code):
        return value
    return replace(value, code=code.call(kind, value.code), kind="number", dtype=kind)


def _is_count(lifter: Lifter, node: ast.expr) -> bool:
    """Whether code is a Python whole number by its form: sizes and what is made of them."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return _is_count(lifter, left) and _is_count(lifter, right)
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Name():
            seen = lifter.what(node)
            return seen is not None and seen.kind == "number" and seen.dtype == "int"
        case _:
            return code.integer(node) is not None


def _number_type(lifter: Lifter, name: str) -> str:
    """The type of the Python number that a variable begins as; ``""`` for anything else."""
    made, seen = lifter.initial.get(name), lifter.loaded.get(name)
    if made is not None:
        whole = made.fill is not None and code.integer(made.fill) is not None
        return ("int" if whole else "float") if made.scalar else ""
    if seen is None or seen.kind != "number" or seen.mixed:
        return ""
    return seen.dtype


def _begins_as_number(lifter: Lifter, name: str) -> bool:
    """Whether a variable from elsewhere is a Python number until it is set to a tensor."""
    seen = lifter.loaded.get(name) if name not in lifter.initial else None
    return seen is not None and seen.kind == "number" and seen.mixed


def _from_none(lifter: Lifter, carry: Carry, total: Value, name: str) -> Value:
    """A reduction whose variable is ``None`` before its first iteration."""
    made = lifter.initial.get(name)
    if carry.term is None or not total.is_fixed:
        raise NotLiftable(f"{name} is set in the first iteration only")
    _check_first(lifter, carry, name)
    if made is not None and made.is_none:
        lifter.dropped.add(name)
        if carry.test is not None and carry.test.axes:
            lifter.assume(code.text(code.method(carry.test.code, "any")))
        if carry.term.python or carry.term.kind == "number":
            kind = "int" if carry.term.dtype.startswith("int") else "float"
            return replace(total, code=code.call(kind, total.code), kind="number", dtype=kind)
        return total
    start = Value(code.attribute(name), rank=total.rank)
    joined = join_start(carry.form, start, total)
    test = ast.Compare(code.attribute(name), [ast.Is()], [code.const(None)])
    return replace(total, code=ast.IfExp(test, total.code, joined.code))


def _check_first(lifter: Lifter, carry: Carry, name: str) -> None:
    """Raise where the first iteration sets a variable to something else than the others add."""
    values = [v for v in (carry.first, carry.term) if v is not None]
    if len({code.text(_uncopied(lifter.written_out(v.code))) for v in values}) != 1:
        raise NotLiftable(f"{name} begins with something else than what is added")


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


def with_start(lifter: Lifter, form: str, total: Value, before: Value | None, name: str) -> Value:
    """Join what a loop adds up to, or its extremum, to what the variable was before."""
    initial = before if before is not None else made_before(lifter, name, total)
    if initial is not None and initial.carry is None:
        filled = initial.fill if initial.fill is not None else initial.code
        if (is_neutral(filled, form) and total.rank >= initial.rank) or (
            is_neutral(_number_in(lifter, initial, total), form)
        ):
            lifter.dropped.add(name)
            return total
        whole = with_first_item(lifter, initial, total, form)
        if whole is not None:
            lifter.dropped.add(name)
            return whole
        if initial.kind == "number":
            lifter.dropped.add(name)
            return join_start(form, initial, total)
        if before is not None and len(lifter.axes) > 1:  # made anew by the loop around
            return join_start(form, before, total)
    if _number_type(lifter, name) or _begins_as_number(lifter, name):
        return join_start(form, Value(code.attribute(name), kind="number"), total)
    return join_start(form, Value(code.attribute(name), rank=total.rank), total)


def _number_in(lifter: Lifter, initial: Value, total: Value) -> ast.expr | None:
    """The number that fills what an inner loop begins with; ``None`` where it changes more."""
    if not initial.is_fixed or initial.kind != "tensor" or initial.dtype != total.dtype:
        return None
    same = initial.shape == total.shape[len(total.shape) - initial.rank :]
    if None in initial.shape or initial.rank > total.rank or not same:
        return None
    return number_in(lifter.defined(initial.code))


def _grown(lifter: Lifter, term: Value, axis: Axis, name: str) -> Value:
    """``out = torch.cat([out, piece])`` of every iteration."""
    if axis not in term.axes or len(term.axes) != 1 or term.rank < 1:
        raise NotLiftable("a tensor that grows across loops")
    lifter.used_ops.append("torch.cat")
    made_before = lifter.initial.get(name)
    begins_empty = made_before is not None and made_before.has_no_items
    if begins_empty:
        lifter.dropped.add(name)
    if term.ragged:
        pieces = term.code
        if not begins_empty:
            pieces = code.list_of([code.attribute(name), ast.Starred(pieces, ast.Load())])
        made: ast.expr = code.call("torch.cat", pieces)
    else:
        made = unflattened(code.method(term.code, "flatten", code.const(0), code.const(1)))
        if not begins_empty:
            made = code.call("torch.cat", code.list_of([code.attribute(name), made]))
    return Value(made, (), term.rank, "tensor", term.dtype, (None,) * term.rank)


def _uncopied(node: ast.expr) -> ast.expr:
    """``x`` of ``x.clone()``: what all is added up in is a tensor of its own anyway."""
    match node:
        case ast.Call(func=ast.Attribute(value=of, attr="clone"), args=[], keywords=[]):
            return of
        case _:
            return node
