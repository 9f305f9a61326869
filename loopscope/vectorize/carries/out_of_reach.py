"""Extrema of those items that a test holds for: the others are put out of their reach."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import aligned_choice, aligned_logic
from loopscope.vectorize.value import Carry, NotLiftable, Value


def out_of_reach(lifter: Lifter, carry: Carry, test: Value) -> Carry:
    """Return an extremum whose items count only where the test holds.

    Raises:
        NotLiftable: Something goes with an item that is no single number, or its type has no
            limit.
    """
    term = carry.term
    alone = carry.op == "" and not carry.of
    if term is None or (term.rank and not alone) or (alone and test.rank):
        raise NotLiftable(f"{carry.name} is updated in some iterations only")
    if carry.test is not None:
        test, term = aligned_logic(test, ast.BitAnd(), carry.test), unmasked(term)
    grows = carry.form == "max" or "max" in carry.op
    limit = _limit(lifter, carry, term, grows=grows)
    chosen = aligned_choice(lifter, test, term, limit)
    first = carry.first
    if first is not None and carry.term is not None:
        same = code.text(first.code) == code.text(carry.term.code)
        first = chosen if same else first
    return replace(carry, term=chosen, test=test, first=first)


def assume_reached(lifter: Lifter, test: Value, axis: Axis) -> None:
    """Note that the test holds in some iteration, for each one of the loops around."""
    each = test.code
    if axis in test.axes:
        alone = len(test.axes) == 1
        each = code.method(each, "any", **({} if alone else {"dim": test.axes.index(axis)}))
    if set(test.axes) - {axis}:
        each = code.method(each, "all")
    lifter.assume(code.text(each))


def name_shared(lifter: Lifter, names: Iterable[str]) -> None:
    """Give a name to items out of reach that an extremum and what goes with it both read."""
    held = {n: v for n in names if (v := lifter.env.get(n)) is not None}
    stored = dict(enumerate(s.value for s in lifter.stores))
    texts = Counter(_text_of(v) for v in (*held.values(), *stored.values()))
    bound: dict[str, Value] = {}
    for text, count in texts.items():
        if text and count > 1:
            terms = [v.carry.term for v in held.values() if v.carry and _text_of(v) == text]
            terms += [v.carry.term for v in stored.values() if v.carry and _text_of(v) == text]
            if terms[0] is not None:
                bound[text] = lifter.bind("masked", terms[0])
    for name, value in held.items():
        if value.carry is not None and _text_of(value) in bound:
            lifter.env[name] = _of_term(value, value.carry, bound[_text_of(value)])
    for k, value in stored.items():
        if value.carry is not None and _text_of(value) in bound:
            made = _of_term(value, value.carry, bound[_text_of(value)])
            lifter.stores[k] = replace(lifter.stores[k], value=made)


def _text_of(value: Value) -> str:
    """The items of an extremum that a test keeps some out of; ``""`` for anything else."""
    carry = value.carry
    if carry is None or carry.term is None or carry.test is None:
        return ""
    made = isinstance(carry.term.code, ast.Call) and (carry.of or carry.form in ("max", "min"))
    return code.text(carry.term.code) if made else ""


def _of_term(value: Value, carry: Carry, term: Value) -> Value:
    first = carry.first
    if first is not None and carry.term is not None:
        same = code.text(first.code) == code.text(carry.term.code)
        first = term if same else first
    return replace(value, carry=replace(carry, term=term, first=first))


def unmasked(term: Value) -> Value:
    """Return what a test has put out of reach, as it was before."""
    match term.code:
        case ast.Call(func=function, args=[_, inner, _]) if code.text(function) == "torch.where":
            return replace(term, code=inner)
        case _:
            return term


def _limit(lifter: Lifter, carry: Carry, term: Value, *, grows: bool) -> Value:
    """What no item counts against."""
    if term.dtype.startswith(("float", "bfloat")):
        text = "float('-inf')" if grows else "float('inf')"
        return Value(ast.parse(text, mode="eval").body, kind="number", dtype="float")
    made = lifter.initial.get(carry.of or carry.name)
    whole = term.dtype.startswith("int")
    if (
        whole
        and made is not None
        and made.scalar
        and made.fill
        and code.integer(made.fill) is not None
    ):
        return Value(made.fill, kind="number", dtype="int")
    if whole and term.kind == "tensor":
        limits = code.call("torch.iinfo", code.attribute(f"torch.{term.dtype}"))
        made_of = code.attribute_of(limits, "min" if grows else "max")
        return Value(made_of, kind="number", dtype="int")
    raise NotLiftable(f"{carry.name} is updated in some iterations only")
