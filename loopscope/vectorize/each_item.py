"""Work on each item of a list whose items differ in size: a comprehension over the list.

What it makes of them is stacked as soon as the results have one size, so that only as much as
needed is left to Python.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.foreach.ops import NORMS
from loopscope.vectorize.item_lists import attribute_name, plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.named_entries import both_entries
from loopscope.vectorize.value import ListValue, NotLiftable, Value

_SHORT = 40
_ORDERS = ("1", "1.0", "2", "2.0", "float('inf')", "math.inf", "torch.inf")


def on_each(
    lifter: Lifter,
    node: ast.AST | None,
    operands: Sequence[Value],
    rebuild: Callable[[list[ast.expr]], ast.expr],
) -> Value:
    """Return an expression of every item.

    Args:
        lifter: What was seen of the expression.
        node: The expression.
        operands: What it is made from: items, and values that are the same for all.
        rebuild: Puts it together from code for the operands.

    Raises:
        NotLiftable: Another operand differs between items, too.
    """
    items = [v for v in operands if v.ragged]
    if any(v.python for v in items):
        raise NotLiftable("lists of numbers that differ in length")
    if any(not v.ragged and (not v.is_fixed or v.list_of is not None) for v in operands):
        raise NotLiftable("items that differ in size meet what differs between iterations")
    if len({v.axes for v in items}) != 1:
        raise NotLiftable("items of lists in different loops")
    seen = lifter.what(node)
    if seen is None or seen.kind not in ("tensor", "number"):
        raise NotLiftable("items that differ in size")
    if seen.mixed and not seen.uneven:
        raise NotLiftable("items that differ in size")
    elements = [_element(v) if v.ragged else v.code for v in operands]
    listed = _comprehension(rebuild(elements), items)
    axes = items[0].axes
    if seen.kind == "number":
        dtype = {"float": "float32", "int": "int64"}.get(seen.dtype, seen.dtype)
        return Value(code.call("torch.tensor", listed), axes, 0, "tensor", dtype, python=True)
    reduced = None not in seen.shape and any(None in v.shape for v in items)
    if seen.uneven or (seen.rank and not reduced):
        shape = (None,) * max(seen.rank, 1) if seen.uneven else seen.shape
        item, rank = items[0].item, len(shape)
        return Value(listed, axes, rank, "other", seen.dtype, shape, ragged=True, item=item)
    lifter.used_ops.append("torch.stack")
    norms = _norms(lifter, listed, tracked=seen.requires_grad) if "float" in seen.dtype else None
    made = norms or listed
    return Value(code.call("torch.stack", made), axes, seen.rank, "tensor", seen.dtype, seen.shape)


def key_of_each(lifter: Lifter, node: ast.expr) -> Value | None:
    """``"grad/" + name`` of every item: a list of keys; ``None`` for what is made of tensors."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & lifter.env.keys()
    moving = [v for n in names if (v := lifter.env[n]).axes]
    if not moving or not all(v.ragged and v.dtype == "str" for v in moving):
        return None
    if any(lifter.env[n] not in moving and not lifter.env[n].is_fixed for n in names):
        return None
    listed = _comprehension(_with_elements(node, lifter.env), moving)
    return replace(moving[0], code=listed)


def names_in_list(filled: ListValue) -> Value | None:
    """Names that a list was filled with; ``None`` for a list of anything else."""
    item = filled.item
    parts = item.parts or (item,) if item is not None else ()
    if item is None or not any(p.ragged and p.dtype == "str" for p in parts):
        return None
    if filled.mask is not None or filled.more or filled.front:
        raise NotLiftable("a list of some names only")
    lists = [_as_list(p, filled.axes) for p in parts]
    if item.parts is None:
        return Value(lists[0], kind="other", dtype="str")
    pairs = code.call("list", code.call("zip", *lists))
    return Value(pairs, kind="other", dtype="str")


def _as_list(value: Value, axes: tuple[Axis, ...]) -> ast.expr:
    if value.ragged and value.dtype == "str":
        return value.code
    if value.rank or value.axes != axes or not value.python or value.mask is not None:
        raise NotLiftable("a list of names and of what is no number")
    return code.method(value.code, "tolist")


def keep_items(lifter: Lifter, test: ast.expr, *, negate: bool = False) -> bool:
    """``if p.grad is None: continue``: go on with the items for which a test holds.

    Returns ``False`` where the test is about something else.
    """
    names = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)}
    known = [lifter.env[n] for n in names if n in lifter.env]
    if not known or len(lifter.axes) != 1 or not all(v.ragged for v in known):
        return False
    (axis,) = lifter.axes
    moving = {n: v for n, v in lifter.env.items() if axis in v.axes}
    sources = {code.text(g.iter) for v in moving.values() for g in _generators(v)}
    changed = any(v.carry is not None and v.carry.form != "keep" for v in lifter.env.values())
    if not all(v.ragged for v in moving.values()) or len(sources) != 1 or changed:
        return False
    (generator,) = _generators(known[0])
    held = _with_elements(test, lifter.env)
    target = both_entries([g.target for v in moving.values() for g in _generators(v)])
    made = ast.comprehension(
        target=target,
        iter=generator.iter,
        ifs=[code.negated(held) if negate else held],
        is_async=0,
    )
    wanted = known[0].item
    if isinstance(target, ast.Tuple):
        pair = code.tuple_of([code.name(n.id) for n in target.elts if isinstance(n, ast.Name)])
        items = lifter.bind("named", Value(ast.ListComp(elt=pair, generators=[made]))).code
    else:
        kept = Value(ast.ListComp(elt=code.name(wanted), generators=[made]))
        items = lifter.bind(f"{wanted}s" if len(wanted) > 1 else "params", kept).code
    size = code.call("len", items)
    fewer = replace(
        axis,
        size=size,
        stop=Linear(((code.text(size), 1),)),
        length=None,
        over=code.text(items),
    )
    lifter.axes[-1] = fewer
    for name, value in moving.items():
        lifter.env[name] = replace(value, code=_of_list(value.code, items), axes=(fewer,))
    return True


def number_of_items(lifter: Lifter, test: ast.expr) -> ast.expr | None:
    """``sum(p.grad is None for p in params)``; ``None`` where the test is about something else."""
    names = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)}
    known = [lifter.env[n] for n in names if n in lifter.env]
    if len(known) != 1 or len(lifter.axes) != 1 or not known[0].ragged:
        return None
    generators = _generators(known[0])
    return code.call("sum", ast.GeneratorExp(_with_elements(test, lifter.env), generators))


def _with_elements(test: ast.expr, env: Mapping[str, Value]) -> ast.expr:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return _element(env[node.id]) if node.id in env else node

    made: ast.expr = Put().visit(copy.deepcopy(test))
    return made


def _of_list(node: ast.expr, items: ast.expr) -> ast.expr:
    """The same list, made from other items."""
    if not isinstance(node, ast.ListComp):
        return items
    (generator,) = node.generators
    made = ast.comprehension(target=generator.target, iter=items, ifs=[], is_async=0)
    return ast.ListComp(elt=node.elt, generators=[made])


def _element(value: Value) -> ast.expr:
    return value.code.elt if isinstance(value.code, ast.ListComp) else code.name(value.item)


def _comprehension(element: ast.expr, items: Sequence[Value]) -> ast.ListComp:
    found = [g for value in items for g in _generators(value)]
    alike = len({code.text(g.iter) for g in found}) == 1
    if alike and all(isinstance(g.target, ast.Tuple) for g in found):
        target, iterable = both_entries([g.target for g in found]), found[0].iter
        made = ast.comprehension(target=target, iter=iterable, ifs=[], is_async=0)
        return ast.ListComp(elt=element, generators=[made])
    sources: dict[str, ast.expr] = {}
    for generator in found:
        sources.setdefault(code.text(generator.target), generator.iter)
    targets: list[ast.expr] = [ast.Name(id=t, ctx=ast.Store()) for t in sources]
    if len(targets) == 1:
        (target,), (iterable,) = targets, sources.values()
    else:
        target = ast.Tuple(elts=targets, ctx=ast.Store())
        iterable = code.call("zip", *sources.values())
    made = ast.comprehension(target=target, iter=iterable, ifs=[], is_async=0)
    return ast.ListComp(elt=element, generators=[made])


def _generators(value: Value) -> list[ast.comprehension]:
    if not isinstance(value.code, ast.ListComp):
        name = ast.Name(id=value.item, ctx=ast.Store())
        return [ast.comprehension(target=name, iter=value.code, ifs=[], is_async=0)]
    (generator,) = value.code.generators
    match generator.target, generator.iter:
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=lists):
            return [
                ast.comprehension(target=t, iter=i, ifs=[], is_async=0)
                for t, i in zip(targets, lists, strict=True)
            ]
        case _:
            return [generator]


def _norms(lifter: Lifter, listed: ast.ListComp, *, tracked: bool) -> ast.expr | None:
    """``torch._foreach_norm`` of a list in the place of ``x.norm()`` of each item."""
    normed = _normed(listed.elt)
    if normed is None:
        return None
    operand, order = normed
    if tracked and order is not None and "inf" in code.text(order):
        return None  # the gradient of a greatest element is that of one of them
    (generator,) = listed.generators
    whole = code.text(operand) == code.text(generator.target)
    items = generator.iter if whole else ast.ListComp(elt=operand, generators=[generator])
    if not whole and (order is not None or len(code.text(items)) > _SHORT):
        names = [n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)]
        wanted = attribute_name(operand) or next(n for n in reversed(names) if n != "_")
        wanted = wanted if len(wanted) > 1 or len(names) == 1 else "tensor"
        items = lifter.bind(plural(wanted), Value(items)).code
    lifter.used_ops.append("torch._foreach_norm")
    return code.call("torch._foreach_norm", items, *([] if order is None else [order]))


def _normed(element: ast.expr) -> tuple[ast.expr, ast.expr | None] | None:
    """What ``x.norm(1)`` and ``x.abs().max()`` are norms of, and which; 2 is ``None``."""
    match element:
        case ast.Call(func=ast.Attribute(value=operand, attr="norm"), args=[], keywords=[]):
            return operand, None
        case ast.Call(func=function, args=[operand], keywords=[]) if dotted(function) in NORMS:
            return operand, None
        case (
            ast.Call(func=function, args=[operand, order], keywords=[])
            | ast.Call(
                func=function, args=[operand], keywords=[ast.keyword(arg="ord" | "p", value=order)]
            )
        ) if dotted(function) in NORMS - {"torch.linalg.norm"}:
            return _order(operand, order)
        case (
            ast.Call(func=ast.Attribute(value=operand, attr="norm"), args=[order], keywords=[])
            | ast.Call(
                func=ast.Attribute(value=operand, attr="norm"),
                args=[],
                keywords=[ast.keyword(arg="p", value=order)],
            )
        ):
            return _order(operand, order)
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(value=operand, attr="abs"), args=[], keywords=[]
                ),
                attr="max" | "amax",
            ),
            args=[],
            keywords=[],
        ):
            return operand, ast.parse("float('inf')", mode="eval").body
        case _:
            return None


def _order(operand: ast.expr, order: ast.expr) -> tuple[ast.expr, ast.expr | None] | None:
    text = code.text(order)
    if text not in _ORDERS:
        return None
    return operand, None if text in ("2", "2.0") else order
