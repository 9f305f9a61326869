"""Linear recurrences ``h = a * h + b`` by doubling.

After ``k`` rounds every position holds the sum over its last ``2**k`` terms: the pairs ``(a, b)``
compose associatively (Blelloch, *Prefix Sums and Their Applications*, 1990, section 1.4).
"""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.carries.forms import is_number
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable, Value, align, expand


def recurrent(lifter: Lifter, value: Value, update: Value, axis: Axis, name: str) -> Value:
    """The values of a linear recurrence, written once."""
    carry = update.carry
    if carry is None or carry.term is None or carry.scale is None or value.carry != carry:
        raise NotLiftable(f"{name} is read before it is updated")
    known = lifter.recurrences.get(name)
    if known is None:
        start = lifter.start_of.get(name) or made_before(lifter, name, update)
        if start is not None:
            lifter.dropped.add(name)
        if start is None:
            start = Value(code.attribute(name), rank=update.rank)
        elif is_number(start.fill, 0):
            start = None
        made = lifter.initial.get(name)
        fresh = made is not None and made.is_none
        wanted = "state" if " " in name else name.rsplit(".", 1)[-1]
        known = by_doubling(
            lifter, wanted, carry.scale, carry.term, start, axis, carry.first, fresh
        )
        lifter.recurrences[name] = known
    return known


def by_doubling(
    lifter: Lifter,
    name: str,
    scale: Value,
    term: Value,
    start: Value | None,
    axis: Axis,
    first: Value | None = None,
    fresh: bool = False,
    restarts: Value | None = None,
) -> Value:
    """Write the doubling and return the variable's value after every iteration.

    Args:
        lifter: Where the statements are written.
        name: What to call the result.
        scale: ``a``.
        term: ``b``.
        axis: The loop.
        start: Its value before the loop; ``None`` for zero.
        first: What it is set to in the first iteration where it was ``None`` before.
        fresh: It was ``None`` before.
        restarts: Where nothing is taken from the iteration before.

    Raises:
        NotLiftable: It runs inside of another loop.
    """
    rank = max(term.rank, scale.rank)
    axes = union([term.axes, scale.axes, (axis,)])
    if axes != (axis,):
        raise NotLiftable("a recurrence inside of another loop")
    term = expand(term, axes)
    terms, factor = align(term, axes, rank), scale.code
    varies = axis in scale.axes
    if scale.rank > term.rank:  # each number has a state of as many dimensions as the factor
        if term.rank:
            raise NotLiftable(f"{name} has terms of fewer dimensions than its factor")
        sizes = ast.Starred(code.attribute_of(factor, "shape"), ast.Load())
        terms = (
            code.method(terms, "expand_as", factor)
            if varies
            else code.method(terms, "expand", code.const(-1), sizes)
        )
    anew = None if restarts is None else restarts.code
    if axis.reverse:
        terms = code.method(terms, "flip", code.const(0))
        factor = code.method(factor, "flip", code.const(0)) if varies else factor
        anew = None if anew is None else code.method(anew, "flip", code.const(0))
    lifter.used_ops += ["associative_scan", "torch.cumsum"]
    overwritten = start is not None and not fresh and name in count_uses(start.code)
    h = lifter.fresh(f"{name}s" if overwritten and not isinstance(terms, ast.Name) else name)
    step = lifter.fresh("step")
    if not isinstance(factor, ast.Name | ast.Constant | ast.Attribute) or varies:
        factor = lifter.bind("decay", Value(factor)).code
    flag = "" if anew is None else code.text(lifter.bind("restarts", Value(anew)).code)
    a, b = code.text(factor), code.text(terms)
    lines = [f"{h} = {b}"]
    if start is not None or first is not None:
        base = b if isinstance(terms, ast.Name) else h
        head = _head(h if base == h else b, a, scale, start, first, axis, fresh)
        if flag:
            head = f"torch.where({flag}[0], {base}[0], {head})"
        lines += [f"{h} = torch.cat([{head}[None], {base}[1:]])"]
        if base == b:
            lines.pop(0)
    weight = f"{a} ** {step} * "
    if varies:
        weight = f"{a}[{step}:]{'[:, None]' if rank > scale.rank else ''} * "
    elif code.integer(factor) == 1:
        weight = ""
    joined = f"{h}[{step}:] + {weight}{h}[:-{step}]"
    lines += [f"{step} = 1", f"while {step} < len({h}):"]
    if flag:
        where, goes_on = f"{flag}[{step}:]{'[:, None]' * (rank > 0)}", lifter.fresh("goes_on")
        lines.append(f"    {goes_on} = {joined}")
        joined = f"torch.where({where}, {h}[{step}:], {goes_on})"
    lines.append(f"    {h} = torch.cat([{h}[:{step}], {joined}])")
    if varies:
        lines.append(f"    {a} = torch.cat([{a}[:{step}], {a}[{step}:] * {a}[:-{step}]])")
    if flag:
        joined = f"{flag}[{step}:] | {flag}[:-{step}]"
        lines.append(f"    {flag} = torch.cat([{flag}[:{step}], {joined}])")
    lines.append(f"    {step} *= 2")
    lifter.statements += ast.parse("\n".join(lines)).body
    made: ast.expr = code.name(h)
    if axis.reverse:
        made = code.method(made, "flip", code.const(0))
    return Value(made, axes, rank, "tensor", term.dtype, term.shape)


def _head(
    terms: str,
    decay: str,
    scale: Value,
    start: Value | None,
    first: Value | None,
    axis: Axis,
    fresh: bool,
) -> str:
    """The variable after the first iteration."""
    position = "-1" if axis.reverse else "0"
    follows = ""
    if start is not None:
        factor = f"{decay}[0]" if axis in scale.axes else decay
        follows = f"{factor} * {code.text(start.code)} + {terms}[0]"
    if first is None:
        return f"({follows})"
    made = code.text(first.code)
    opening = f"{made}[{position}]" if first.axes else made
    if fresh or start is None:
        return opening
    return f"({opening} if {code.text(start.code)} is None else {follows})"
