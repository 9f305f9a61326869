"""Elements that take over the value of the one before in some iterations: as a choice in all."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter


def with_kept_elements(lifter: Lifter, loop: ast.For) -> None:
    """Rewrite what a loop does to some elements so that every iteration stores one.

    ``if torch.isnan(x[t]): x[t] = x[t - 1]`` becomes ``x[t] = x[t - 1] if … else x[t]``, and with
    a mask ``x[t, bad] = x[t - 1, bad]`` becomes ``x[t] = torch.where(bad, x[t - 1], x[t])``.
    """
    _Keeping(lifter).visit(loop)


class _Keeping(ast.NodeTransformer):
    def __init__(self, lifter: Lifter) -> None:
        self.lifter = lifter

    def visit_If(self, node: ast.If) -> ast.stmt:
        match node:
            case ast.If(
                test=test,
                body=[ast.Assign(targets=[ast.Subscript() as target], value=value) as statement],
                orelse=[],
            ) if _is_neighbour(target, value) and code.text(value) not in code.text(test):
                chosen = ast.IfExp(test, value, _read(target))
                return ast.copy_location(ast.Assign(statement.targets, chosen), node)
            case _:
                self.generic_visit(node)
                return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node:
            case ast.Assign(
                targets=[ast.Subscript(slice=ast.Tuple(elts=[*_, mask])) as target],
                value=ast.Subscript(slice=ast.Tuple(elts=[*_, again])) as value,
            ) if (
                code.text(mask) == code.text(again)
                and _is_neighbour(target, value)
                and self._is_rest(mask, target)
            ):
                kept, taken = _without_last(target), _without_last(value)
                chosen = code.call("torch.where", mask, taken, _read(kept))
                return ast.copy_location(ast.Assign([kept], chosen), node)
            case _:
                return node

    def _is_rest(self, mask: ast.expr, target: ast.Subscript) -> bool:
        """Whether a mask stands for all dimensions that a subscript's other parts leave."""
        seen, base = self.lifter.what(mask), self.lifter.what(target.value)
        if seen is None or base is None or seen.dtype != "bool" or not seen.rank:
            return False
        parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        return len(parts) - 1 + seen.rank == base.rank


def _is_neighbour(target: ast.Subscript, value: ast.expr) -> bool:
    """Whether a value is another element of what is stored to."""
    return (
        isinstance(value, ast.Subscript)
        and bool(dotted(target.value))
        and dotted(target.value) == dotted(value.value)
        and code.text(target.slice) != code.text(value.slice)
    )


def _read(target: ast.Subscript) -> ast.Subscript:
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)


def _without_last(node: ast.Subscript) -> ast.Subscript:
    """``x[t]`` of ``x[t, bad]``."""
    elts = node.slice.elts[:-1] if isinstance(node.slice, ast.Tuple) else []
    index = elts[0] if len(elts) == 1 else ast.Tuple(elts, ast.Load())
    return ast.copy_location(ast.Subscript(node.value, index, node.ctx), node)
