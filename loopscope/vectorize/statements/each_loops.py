"""``for g in grads:`` where every iteration has gradients by all parameters of its own.

Sums over all of them are ``sum(... for g in grads.values())``. Where each is added to a tensor of
its shape, as clipped gradients are, one product adds those of all samples.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.ops.lists_of_each import each_walked, items_of_each
from loopscope.vectorize.value import NotLiftable, Value


def lift_each_loop(lifter: Lifter, node: ast.For) -> bool:
    """Lift an inner loop over what each iteration has; ``False`` where it is none.

    Raises:
        NotLiftable: Its body does what has no form that we know.
    """
    if len(lifter.axes) != 1 or node.orelse:
        return False
    match node:
        case ast.For(
            target=ast.Name() as item,
            iter=walked,
            body=[ast.AugAssign(target=ast.Name() as total, op=ast.Add(), value=value)],
        ) if each_walked(lifter, walked) is not None:
            walk = ast.comprehension(target=item, iter=walked, ifs=[], is_async=0)
            added = code.call("sum", ast.GeneratorExp(elt=value, generators=[walk]))
            known = lifter.env.get(total.id)
            none = known is not None and code.text(known.code) in ("0", "0.0")
            lifter.lift_statements(
                [code.assignment(total, added) if none else ast.AugAssign(total, ast.Add(), added)]
            )
            return True
        case ast.For(iter=ast.Call(func=ast.Name(id="zip" | "enumerate"))):
            beside = _read_walk(lifter, node)
            if beside is not None:
                _add_all(lifter, node, beside)
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Walk:
    """A header such as ``for s, g in zip(sums, grads)``.

    Attributes:
        item: The gradient's variable.
        whole: All gradients.
        header: What is walked then.
        sums: The list that is walked beside them; ``""`` where they are numbered.
        other: What an item of it is called, or the number.
    """

    item: str
    whole: Value
    header: ast.expr
    sums: str
    other: str


def _read_walk(lifter: Lifter, node: ast.For) -> _Walk | None:
    match node:
        case ast.For(
            target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
            iter=ast.Call(func=ast.Name(id="enumerate"), args=[walked], keywords=[]),
        ) if (whole := each_walked(lifter, walked)) is not None:
            header = code.call("enumerate", items_of_each(whole))
            return _Walk(second, whole, header, "", first)
        case ast.For(
            target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
            iter=ast.Call(func=ast.Name(id="zip"), args=[left, right], keywords=[]),
        ):
            pass
        case _:
            return None
    whole = each_walked(lifter, right)
    if whole is not None:
        header = code.call("zip", left, items_of_each(whole))
        return _Walk(second, whole, header, dotted(left), first)
    whole = each_walked(lifter, left)
    if whole is not None:
        header = code.call("zip", items_of_each(whole), right)
        return _Walk(first, whole, header, dotted(right), second)
    return None


def _add_all(lifter: Lifter, node: ast.For, walk: _Walk) -> None:
    match node.body:
        case [ast.AugAssign(target=target, op=ast.Add(), value=value)]:
            pass
        case [
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=target, attr="add_"), args=[value], keywords=[]
                )
            )
        ]:
            pass
        case _:
            raise NotLiftable("what is made of each gradient has no form that is known")
    match target:
        case ast.Name(id=name) if walk.sums and name == walk.other:
            sums = walk.sums
        case ast.Subscript(value=ast.Name(id=sums), slice=ast.Name(id=number)) if (
            not walk.sums and number == walk.other
        ):
            pass
        case _:
            raise NotLiftable(f"{code.text(target)} is added to in every iteration")
    everywhere = count_uses(lifter.outermost) if lifter.outermost is not None else {}
    alone = everywhere.get(sums) == count_uses(node).get(sums)
    if lifter.guard is not None or sums not in lifter.fresh_lists or not alone:
        raise NotLiftable(f"{sums} is added to in every iteration")
    stored = copy.deepcopy(target)
    total = _summed(lifter, walk, value)
    body = ast.AugAssign(target=code.stored(stored), op=ast.Add(), value=total)
    made = ast.For(target=node.target, iter=walk.header, body=[body], orelse=[], lineno=0)
    lifter.statements.append(made)


def _summed(lifter: Lifter, walk: _Walk, value: ast.expr) -> ast.expr:
    """``torch.tensordot(clip, g, dims=1)`` for ``clip * g`` of all iterations."""
    whole = code.method(code.name(walk.item), "sum", dim=code.const(0))
    match value:
        case ast.Name(id=walk.item):
            lifter.used_ops.append("torch.sum")
            return whole
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Name(id=walk.item)):
            factor = lifter.lift(left)
        case ast.BinOp(left=ast.Name(id=walk.item), op=ast.Mult(), right=right):
            factor = lifter.lift(right)
        case ast.BinOp(left=ast.Name(id=walk.item), op=ast.Div(), right=right):
            divisor = lifter.lift(right)
            if not divisor.is_fixed:
                factor = replace(divisor, code=code.binary(code.const(1), ast.Div(), divisor.code))
            else:
                return code.binary(whole, ast.Div(), divisor.code)
        case _:
            raise NotLiftable(f"{code.text(value)} of each gradient is not understood")
    plain = factor.kind != "other" and factor.carry is None and factor.mask is None
    if factor.rank or factor.counter or not plain or factor.axes not in ((), walk.whole.axes):
        raise NotLiftable(f"{code.text(value)} of each gradient is not understood")
    if not factor.axes:
        return code.binary(factor.code, ast.Mult(), whole)
    lifter.used_ops += ["torch.tensordot", "torch.einsum"]
    return code.call("torch.tensordot", factor.code, code.name(walk.item), dims=code.const(1))
