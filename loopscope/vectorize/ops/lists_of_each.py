"""What every iteration makes of a list of its own, whose tensors differ in shape.

Gradients by all parameters are one: ``torch.cat([g.flatten() for g in grads])``. A tensor is
looked at flat, so that its number of dimensions need not be known: what is made of it must be the
same then.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.graph_before import GRADIENTS
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.known import Each
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_FLAT = {"flatten", "ravel", "detach"}
_ROW = {"view", "reshape"}
_BY_ELEMENT = {"pow", "square", "abs", "clone", "double", "float"}
_OF_ALL = {"sum", "norm", "max", "amax", "mean", "item"}
_CALLED = {"torch.sum", "torch.square", "torch.abs", "torch.norm", "torch.pow", "float"}


def made_of_each(lifter: Lifter, node: ast.ListComp | ast.GeneratorExp) -> Value | None:
    """Return what a comprehension makes of each; ``None`` where it goes over anything else.

    Raises:
        NotLiftable: What it makes depends on a tensor's shape.
    """
    (generator, *others) = node.generators
    match generator:
        case ast.comprehension(target=ast.Name(id=item), iter=walked, ifs=[]) if not others:
            whole = each_walked(lifter, walked)
        case _:
            return None
    if whole is None:
        return None
    element, flat = flat_element(node.elt, item)
    outer, written = dict(lifter.env), len(lifter.statements)
    seen = lifter.loaded.get(item)
    dtype = seen.dtype if seen is not None else ""
    row = code.method(code.name(item), "flatten", code.const(1))
    lifter.env[item] = Value(row, whole.axes, 1, "tensor", dtype, (None,))
    made = lifter.lift(element)
    lifter.env = outer
    plain = made.kind != "other" and made.axes == whole.axes and made.carry is None
    if len(lifter.statements) > written or not plain or made.rank != flat:
        raise NotLiftable(f"{code.text(node.elt)} of each is not understood")
    target = ast.Name(id=item, ctx=ast.Store())
    walk = ast.comprehension(target=target, iter=items_of_each(whole), ifs=[], is_async=0)
    listed = ast.ListComp(elt=made.code, generators=[walk])
    return replace(made, code=listed, kind="other", each=Each(ready=True))


def each_walked(lifter: Lifter, walked: ast.expr) -> Value | None:
    """What is walked over, under a name; ``None`` where it is no list of each iteration's own."""
    if isinstance(walked, ast.Call) and dotted(walked.func) in GRADIENTS:
        whole = lifter.lift(walked)
        return lifter.bind("grads", whole) if whole.each is not None else None
    whole_known = lifter.env.get(dotted(walked))
    if whole_known is None or whole_known.each is None or whole_known.each.ready:
        return None
    return whole_known


def items_of_each(whole: Value) -> ast.expr:
    """``grads``, or ``grads.values()``."""
    keyed = whole.each is not None and whole.each.keyed
    return code.method(whole.code, "values") if keyed else whole.code


def flat_element(element: ast.expr, item: str) -> tuple[ast.expr, int]:
    """Return the element as what is made of a flat tensor, and how many dimensions it has.

    Raises:
        NotLiftable: It depends on the tensor's shape.
    """
    made = _Flat(item)
    rewritten: ast.expr = made.visit(copy.deepcopy(element))
    rank = _rank(rewritten, item)
    if rank is None or (rank and not made.flattened):
        raise NotLiftable(f"{code.text(element)} depends on a shape")
    return rewritten, rank


class _Flat(ast.NodeTransformer):
    """Leaves out ``.flatten()`` of what is flat already."""

    def __init__(self, item: str) -> None:
        self.item = item
        self.flattened = False

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[], keywords=[]) if (
                attr in _FLAT
            ):
                pass
            case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[size]) if (
                attr in _ROW and code.integer(size) == -1
            ):
                pass
            case _:
                return node
        self.flattened = self.flattened or attr != "detach"
        return inner


def _rank(node: ast.expr, item: str) -> int | None:
    """Dimensions of what is made of a flat tensor; ``None`` where a shape may matter."""
    match node:
        case ast.Name(id=name) if name == item:
            return 1
        case _ if not any(isinstance(n, ast.Name) and n.id == item for n in ast.walk(node)):
            return 0 if isinstance(node, ast.Constant | ast.Name | ast.UnaryOp) else None
        case ast.BinOp(left=left, right=right):
            ranks = [_rank(left, item), _rank(right, item)]
            return None if None in ranks else max(r for r in ranks if r is not None)
        case ast.UnaryOp(operand=operand):
            return _rank(operand, item)
        case ast.Call(func=ast.Attribute() as function, args=args, keywords=[]):
            called = dotted(function) in _CALLED
            inner, rest = (args[0], args[1:]) if called and args else (function.value, args)
            rank, name = _rank(inner, item), function.attr
            if rank is None or any(not isinstance(r, ast.Constant) for r in rest):
                return None
            if name in _BY_ELEMENT:
                return rank
            alone = not rest or (name == "norm" and len(rest) == 1)
            return 0 if name in _OF_ALL and alone and (rank or name == "item") else None
        case _:
            return None


@batches("<each> sum")
def sum_of_each(lifter: Lifter, call: Call) -> Value:
    """``sum(g.square().sum() for g in grads)``."""
    (value, *more) = call.args
    if more or call.style != "builtin" or value.rank or not isinstance(value.code, ast.ListComp):
        raise NotLiftable("a sum of a list in every iteration")
    lifter.used_ops.append("torch.sum")
    made = ast.GeneratorExp(elt=value.code.elt, generators=value.code.generators)
    return replace(value, code=code.call("sum", made), kind="tensor", each=None)


@batches("<each> cat", "<each> concat", "<each> hstack", "<each> stack", "<each> tensor")
def joined_each(lifter: Lifter, call: Call) -> Value:
    """``torch.cat([g.flatten(1) for g in grads], dim=1)``; numbers are stacked."""
    (value, *more) = call.args
    stacks = call.name in ("stack", "tensor")
    if more or call.keywords or value.each is None or value.rank == stacks:
        raise NotLiftable(f"{call.name} of a list in every iteration")
    name = "torch.stack" if stacks else "torch.cat"
    lifter.used_ops.append(name)
    made = code.call(name, value.code, dim=code.const(1))
    return replace(value, code=made, kind="tensor", rank=1, shape=(None,), each=None, python=False)


@batches("<each> parameters_to_vector")
def vector_of_each(lifter: Lifter, call: Call) -> Value:
    """``parameters_to_vector(grads)`` is ``torch.cat([g.flatten() for g in grads])``."""
    (value, *more) = call.args
    if more or value.each is None or value.each.ready:
        raise NotLiftable("parameters_to_vector of a list in every iteration")
    flat = code.method(code.name("g"), "flatten", code.const(1))
    target = ast.Name(id="g", ctx=ast.Store())
    walk = ast.comprehension(target=target, iter=items_of_each(value), ifs=[], is_async=0)
    lifter.used_ops.append("torch.cat")
    made = code.call("torch.cat", ast.ListComp(elt=flat, generators=[walk]), dim=code.const(1))
    return Value(made, value.axes, 1, "tensor", shape=(None,))
