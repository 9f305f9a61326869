"""Temporaries that become statements of their own."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import number_in
from loopscope.vectorize.groups.joined import is_joined
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.pending import is_pending
from loopscope.vectorize.picked import bind_rows
from loopscope.vectorize.span_masks import with_mask_in
from loopscope.vectorize.unbinding import names_to_assign
from loopscope.vectorize.value import Value, expand

_SHORT = 44
_INFINITE = {"float('inf')", "torch.inf", "math.inf", "np.inf", "numpy.inf"}


def kept(lifter: Lifter, name: str, value: Value, *waiting: Value) -> Value:
    """Keep a temporary as a statement of its own where it is long and read more than once.

    Args:
        lifter: Where it is written.
        name: The user's name for it.
        value: What it is.
        waiting: Values that are assigned together with it, after it.
    """
    if name in lifter.in_turn and value.kind != "other" and value.carry is None:
        if lifter.guard is not None:
            return value
        value = expand(value, tuple(lifter.axes))
        return assigned_again(lifter, name, value, *waiting) or lifter.bind(name, value)
    if value.law or (value.each is not None and not value.each.ready):
        return lifter.bind(name, value)
    if value.ragged and isinstance(value.code, ast.ListComp) and lifter.uses.get(name, 0) > 1:
        return replace(lifter.bind(plural(name), value), item=name)
    if value.carry is not None or value.list_of is not None or value.kind == "other":
        return value
    if value.counter is not None or isinstance(value.code, ast.Name | ast.Constant):
        return value
    if isinstance(value.code, ast.UnaryOp) and isinstance(value.code.operand, ast.Constant):
        return value
    count = len(value.axes)
    inner = code.squeezed(value.code, count)
    if inner is not value.code and isinstance(inner, ast.Call) and value.rank:
        batch = replace(value, code=inner, rank=value.rank - 1, shape=value.shape[1:])
        batch = kept(lifter, name, batch, *waiting)
        return replace(
            value, code=code.method(batch.code, "unsqueeze", code.const(len(value.axes)))
        )
    uses = lifter.uses.get(name, 0)
    if uses > 1:
        value = with_mask_in(value)
    size = len(code.text(value.code))
    simple = isinstance(value.code, ast.Subscript | ast.Attribute) and size <= 20
    simple = simple and not is_joined(lifter, value)
    simple = simple or code.text(value.code).replace("-", "") in _INFINITE
    if lifter.guard is not None and value.is_fixed and number_in(value.code) is not None:
        simple = True  # what a branch makes anew
    if (uses > 1 and not simple) or size > _SHORT:
        rows = bind_rows(lifter, name, value)
        return rows or assigned_again(lifter, name, value, *waiting) or lifter.bind(name, value)
    lifter.known_names.setdefault(code.text(value.code), name)
    return value


def assigned_again(lifter: Lifter, name: str, value: Value, *waiting: Value) -> Value | None:
    """Assign the name anew where what it stood for is in no code that is still to be written."""
    known = lifter.env.get(name)
    before = code.squeezed(known.code, len(known.axes)) if known is not None else None
    if not isinstance(before, ast.Name) or before.id not in lifter.made:
        return None
    own = before.id
    if lifter.guard is not None or lifter.depth or is_pending(lifter, own, name, waiting):
        return None
    lifter.statements.append(code.assignment(own, value.code))
    return replace(value, code=code.name(own))


def assigned_at_once(lifter: Lifter, names: Sequence[str], values: Sequence[Value]) -> bool:
    """Assign variables of a kept loop anew, ``a, b = b, a + b``; ``False`` for any others."""
    own = names_to_assign(lifter, names)
    if not own or any(v.kind == "other" or v.carry is not None for v in values):
        return False
    made = [expand(v, tuple(lifter.axes)) for v in values]
    lifter.statements.append(code.unpacking(own, code.tuple_of([v.code for v in made])))
    for name, new, value in zip(names, own, made, strict=True):
        lifter.env[name] = replace(value, code=code.name(new))
    return True


def named_test(lifter: Lifter, condition: Value) -> Value:
    """Give a long test a name: it is used more than once."""
    if condition.carry is None and condition.axes and len(code.text(condition.code)) > _SHORT:
        return lifter.bind("mask", condition)
    return condition
