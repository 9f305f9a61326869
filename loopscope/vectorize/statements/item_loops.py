"""``for a in items:`` within a loop over lists of items that differ in length."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.carries.carried import carried_binary, placeholder
from loopscope.vectorize.carries.start import join_start
from loopscope.vectorize.item_rows import (
    ItemRows,
    items_walked,
    of_items,
    over_items,
    read_walk,
)
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import appended_names, assigned_names
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.value import Carry, NotLiftable, Value

_SEGMENTS = {"add": "sum", "max": "amax", "min": "amin"}


def lift_item_loop(lifter: Lifter, node: ast.For) -> bool:
    """Lift an inner loop over the items of each list; ``False`` where it is none.

    Raises:
        NotLiftable: Its body does what has no form that we know.
    """
    node = _by_item(node)
    walk = read_walk(node.target, node.iter)
    items = items_walked(lifter, walk) if walk is not None and not node.orelse else None
    if walk is None or items is None:
        return False
    if appended_names(node.body):
        raise NotLiftable("a list that is filled by an inner loop over items")
    body = _without_aliases(lifter, node.body)
    outer = dict(lifter.env)
    names = [n for n in assigned_names(body) if n not in walk.targets and n != walk.position]
    for name in names:
        if is_read_first(name, body):
            known = outer.get(name)
            lifter.env[name] = placeholder(name, known) if known else _unknown(name)
    _refuse_known_contents(lifter, body)
    carried = {n: v for n, v in lifter.env.items() if n in names and v.carry is not None}
    with over_items(lifter, walk, items, body) as rows:
        lifter.env |= carried
        lifter.lift_statements(body)
        ended = dict(lifter.env)
    lifter.env = outer
    later = lifter.read_later(node)
    for name in names:
        value = ended.get(name)
        if value is None or value.carry is None:
            if name in later:
                raise NotLiftable(f"{name} is that of the last item")
            continue
        if value.carry.form != "keep":
            lifter.env[name] = _after(lifter, name, value.carry, rows, outer.get(name))
    return True


def _by_item(node: ast.For) -> ast.For:
    """``for j, item in enumerate(items)`` for ``range(len(items))`` that reads ``items[j]``."""
    match node.target, node.iter:
        case (
            ast.Name(id=counter),
            ast.Call(
                func=ast.Name(id="range"),
                args=[ast.Call(func=ast.Name(id="len"), args=[items])],
                keywords=[],
            ),
        ):
            wanted = code.text(items)
        case _:
            return node
    item = f"item {counter}"

    class Put(ast.NodeTransformer):
        def visit_Subscript(self, found: ast.Subscript) -> ast.expr:
            if code.text(found.value) == wanted and code.text(found.slice) == counter:
                return ast.copy_location(ast.Name(item, found.ctx), found)
            self.generic_visit(found)
            return found

    body = [Put().visit(copy.deepcopy(s)) for s in node.body]
    target = ast.Tuple([ast.Name(counter, ast.Store()), ast.Name(item, ast.Store())], ast.Store())
    return ast.For(target, code.call("enumerate", items), body, node.orelse)


def _unknown(name: str) -> Value:
    raise NotLiftable(f"{name} is carried on by an inner loop over items")


def _after(lifter: Lifter, name: str, carry: Carry, rows: ItemRows, before: Value | None) -> Value:
    """What a variable is once an iteration has gone over its own items."""
    how, term = _SEGMENTS.get(carry.form), carry.term
    if how is None or term is None or before is None or carry.first or carry.op or carry.of:
        raise NotLiftable(f"{name} is carried on by an inner loop over items")
    if term.is_fixed and carry.form == "add":
        sizes = lifter.owners[f"rows of {code.text(rows.members.owner)}"]
        total = combine(lifter, sizes, ast.Mult(), term)
    else:
        made = of_items(term, rows)
        found = batched_op(lifter, Call(how.removeprefix("a"), "method", [made], {}, None, None))
        total = replace(found, python=term.python, shape=term.shape)
    if before.carry is not None:
        if carry.form != "add" or before.carry.form not in ("keep", "add"):
            raise NotLiftable(f"{name} is carried on by an inner loop over items")
        return carried_binary(lifter, before, ast.Add(), total)
    fill = before.fill if before.fill is not None else before.code
    if carry.form == "add" and before.is_fixed and code.text(fill) in ("0", "0.0"):
        return total
    return join_start(carry.form, before, total)


def _refuse_known_contents(lifter: Lifter, body: Sequence[ast.stmt]) -> None:
    """What the outer iteration has stored is not known of each item."""
    for node in (n for s in body for n in ast.walk(s) if isinstance(n, ast.Subscript)):
        if lifter.contents.get(dotted(node.value)):
            raise NotLiftable(f"{dotted(node.value)} is stored to by two loops")


def _without_aliases(lifter: Lifter, body: list[ast.stmt]) -> list[ast.stmt]:
    """``row[a] = v`` with the rows' own tensor: ``x[e, a] = v``."""
    (around,) = lifter.axes

    class Put(ast.NodeTransformer):
        def visit_Subscript(self, found: ast.Subscript) -> ast.expr:
            self.generic_visit(found)
            name = found.value.id if isinstance(found.value, ast.Name) else ""
            if not isinstance(found.ctx, ast.Store) or name not in lifter.aliases:
                return found
            counter = f"{name} of {around.name}"
            lifter.env[counter] = _counted(lifter.aliases[name])
            index = found.slice.elts if isinstance(found.slice, ast.Tuple) else [found.slice]
            whole = copy.deepcopy(lifter.env[name].code)
            found.value = whole
            found.slice = ast.Tuple([code.name(counter), *index], ast.Load())
            return found

    return [Put().visit(copy.deepcopy(s)) for s in body]


def _counted(axis: Axis) -> Value:
    made = code.call("torch.arange", axis.size)
    return Value(made, (axis,), 0, "number", "int", counter=Counter(axis))
