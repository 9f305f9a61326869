"""Statements after the loop that read the lists it filled."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace
from typing import cast

from loopscope.source.keyed_names import owner
from loopscope.source.loop import COMPREHENSIONS, dotted
from loopscope.vectorize import code
from loopscope.vectorize.each_item import names_in_list
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.normal_form.begun_lists import items_joined
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.ops.plain_lists import plain_list
from loopscope.vectorize.value import NotLiftable, Value

_SHORT = 60
_JOINS = ("torch.cat", "torch.concat", "torch.concatenate")


def rewrite_tail(
    lifter: Lifter, statement: ast.stmt, rest: list[ast.stmt], read_later: tuple[str, ...]
) -> list[ast.stmt]:
    """A statement with what it reads of lifted lists and comprehensions put in place.

    Raises:
        NotLiftable: It changes a lifted list in place by another method than ``reverse`` or
            ``append``.
    """
    if _changes_list(lifter, statement):
        return []
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.ListComp() as value) if any(
            name in count_uses(s) for s in rest
        ) and (name not in read_later or _is_set_anew(name, rest)):
            lifter.env[name] = lifter.lift(value)
            lifter.taken.discard(name)
            name_list(lifter, name, lifter.env[name], rest)
            made, lifter.statements = lifter.statements, []
            return made
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if all(
            isinstance(t, ast.Name) and owner(t.id) for t in targets
        ):
            pairs = zip(targets, values, strict=True)
            each = [code.assignment(code.text(t), v) for t, v in pairs]
            return [s for one in each for s in rewrite_tail(lifter, one, rest, read_later)]
        case _:
            pass

    class Rewrite(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if not isinstance(node, ast.expr):
                return self.generic_visit(node)
            if isinstance(getattr(node, "ctx", None), ast.Store) or not _mentions(lifter, node):
                return node
            if any(_makes_array(lifter, inner) for inner in ast.walk(node)):
                return self.generic_visit(node)
            try:
                value = lifter.lift(node)
            except NotLiftable:
                if isinstance(node, COMPREHENSIONS):
                    raise
                return self.generic_visit(node)
            if value.list_of is not None:
                return plain_list(lifter, value)
            if not value.is_fixed or (value.parts is not None and not _fixed_parts(value)):
                return self.generic_visit(node)
            return value.code

    rewritten = cast("ast.stmt", Rewrite().visit(statement))
    before, lifter.statements = lifter.statements, []
    match rewritten:
        case ast.Assign(targets=[ast.Name(id=name)], value=result):
            lifter.env.pop(name, None)
            if isinstance(result, ast.Name) and result.id == name:
                return before
        case _:
            pass
    return [*before, rewritten]


def _makes_array(lifter: Lifter, node: ast.AST) -> bool:
    """Whether it is ``np.array(out)``: an array is made of the list, no tensor."""
    numpy = lifter.imports.get("numpy", "numpy")
    made = isinstance(node, ast.Call) and dotted(node.func) in (
        f"{numpy}.array",
        f"{numpy}.asarray",
    )
    seen = lifter.what(node) if made else None
    return seen is not None and seen.kind == "array"


def _is_set_anew(name: str, statements: list[ast.stmt]) -> bool:
    return any(isinstance(s, ast.Assign) and name in assigned_names([s]) for s in statements)


def name_list(
    lifter: Lifter, name: str, value: Value, tail: list[ast.stmt], anew: Collection[str] = ()
) -> None:
    """Give the tensor of a filled list the list's name where it is long or used twice.

    Or made of what a name was that the loop leaves ``anew``: it is written before that is set.
    """
    until = next((k for k, s in enumerate(tail, 1) if name in assigned_names([s])), len(tail))
    reading = tail[:until]
    if value.list_of is None:
        return
    names = names_in_list(value.list_of)
    if names is not None:  # no tensor can hold them
        lifter.statements.append(code.assignment(name, names.code))
        lifter.env.pop(name)
        return
    uses = sum(count_uses(s).get(name, 0) for s in reading)
    uses -= sum(_is_reversal(s, name) for s in reading)
    if value.list_of.mask is None:  # its length is that of the loop
        uses -= sum(_is_length(n, name) for s in reading for n in ast.walk(s))
    item = value.list_of.item
    is_early = item is not None and bool(count_uses(item.code).keys() & {*anew})
    if not uses and not is_early:
        return
    if item is not None and _is_tensor_if_joined(item):
        return
    whole = list_tensor(lifter, value)
    if (
        uses == 1
        and not is_early
        and "unsqueeze" in code.text(whole.code)
        and _is_joined(name, reading)
    ):
        return  # along the new dimension it needs none
    if uses > 1 or is_early or len(code.text(whole.code)) > _SHORT:
        whole = lifter.bind(name, whole)
        lifter.env[name] = replace(value, list_of=replace(value.list_of, whole=whole))


def _is_tensor_if_joined(item: Value) -> bool:
    return any(v is not None for v in (item.repeats, item.members, item.counts, item.mask))


def left_lists(lifter: Lifter, live: tuple[str, ...]) -> list[ast.stmt]:
    """Lists that code further on reads, as lists: ``totals = (x * 2).tolist()``."""
    made: list[ast.stmt] = []
    for name in live:
        value = lifter.env.get(name)
        if value is None or value.list_of is None or value.list_of.item is None:
            continue
        found = plain_list(lifter, value)
        made += [*lifter.statements, code.assignment(name, found)]
        lifter.statements = []
    return made


def _is_length(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[argument]):
            return dotted(argument) == name
        case _:
            return False


def _is_reversal(statement: ast.stmt, name: str) -> bool:
    """``out.reverse()``."""
    return isinstance(statement, ast.Expr) and code.text(statement) == f"{name}.reverse()"


def _is_joined(name: str, statements: list[ast.stmt]) -> bool:
    """``torch.cat(name)``."""
    calls = (n for s in statements for n in ast.walk(s) if isinstance(n, ast.Call) and n.args)
    return any(dotted(c.args[0]) == name and dotted(c.func) in _JOINS for c in calls)


def _changes_list(lifter: Lifter, statement: ast.stmt) -> bool:
    """``out.reverse()`` or ``out.append(x)``: from here on, the list is another."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=held, attr=method), args=args)):
            name = dotted(held)
            value = lifter.env.get(name)
        case _:
            return False
    if value is None or (filled := value.list_of) is None:
        return False
    whole, item = list_tensor(lifter, value), filled.item
    joined = item is not None and _is_tensor_if_joined(item)
    if method not in ("reverse", "append") or whole.axes or joined:
        raise NotLiftable(f"{name} is changed in place after the loop")
    if method == "reverse":
        made = replace(whole, code=code.method(whole.code, "flip", code.const(0)))
        lifter.used_ops.append("torch.flip")
    else:
        made = _with_last(lifter, whole, lifter.lift(args[0]), name)
        filled = replace(filled, before=filled.before + 1)
    lifter.env[name] = replace(value, list_of=replace(filled, whole=made))
    return True


def _with_last(lifter: Lifter, whole: Value, last: Value, name: str) -> Value:
    """The list with an item that is appended after the loop."""
    if not last.is_fixed or last.kind == "other" or last.rank != whole.rank - 1:
        raise NotLiftable(f"{name} is changed in place after the loop")
    lifter.used_ops.append("torch.cat")
    item = items_joined([last.code], numbers=last.kind == "number" or last.python)
    made = code.call("torch.cat", code.list_of([whole.code, item]))
    return replace(whole, code=made, shape=(None, *whole.shape[1:]))


def _mentions(lifter: Lifter, node: ast.AST) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.ListComp | ast.GeneratorExp):
            return True
        known = lifter.env.get(inner.id) if isinstance(inner, ast.Name) else None
        if known is not None and known.list_of is not None:
            return True
    return False


def _fixed_parts(value: Value) -> bool:
    return all(p.is_fixed and p.list_of is None for p in value.parts or ())
