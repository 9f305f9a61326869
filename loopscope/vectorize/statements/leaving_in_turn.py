"""A break of a kept inner loop: what is behind it is done for the iterations that go on."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_LEAVES = (ast.Break, ast.Continue, ast.Return)


@dataclass(frozen=True, slots=True)
class LeavingTest:
    """``if test: break`` in a body.

    Attributes:
        first: What is before it.
        test: When the loop is left.
        last: What is done right before it is left.
        rest: What is behind it.
    """

    first: list[ast.stmt]
    test: ast.expr
    last: list[ast.stmt]
    rest: list[ast.stmt]

    def masked(self, active: str) -> list[ast.stmt]:
        """Return the body for all iterations, of which some have left the loop."""
        goes_on = ast.UnaryOp(ast.Not(), self.test)
        left = ast.BoolOp(ast.And(), [code.name(active), self.test])
        both = ast.BoolOp(ast.And(), [code.name(active), goes_on])
        return [
            *_while(active, self.first),
            *([ast.If(left, self.last, [])] if self.last else []),
            code.assignment(active, both),
            *_while(active, self.rest),
        ]


def leaving_test(body: Sequence[ast.stmt]) -> LeavingTest | None:
    """Return the one test at which a body is left; ``None`` where it is never left.

    Raises:
        NotLiftable: It is left in another way.
    """
    inside = [n for s in body for n in ast.walk(s) if isinstance(n, _LEAVES)]
    if not inside:
        return None
    for k, statement in enumerate(body):
        match statement:
            case ast.If(test=test, body=[*last, ast.Break()], orelse=orelse) if len(inside) == 1:
                return LeavingTest([*body[:k]], test, last, [*orelse, *body[k + 1 :]])
            case _:
                pass
    raise NotLiftable("an inner loop that is left in several ways")


def begin_active(lifter: Lifter) -> Value:
    """Write that all iterations around go on, and return which do."""
    axes = tuple(lifter.axes)
    every = code.call("torch.ones", *(a.size for a in axes), dtype=code.attribute("torch.bool"))
    value = lifter.bind("active", Value(every, axes, 0, "tensor", "bool"))
    lifter.env[code.text(value.code)] = value
    return value


def until_none(active: ast.expr) -> ast.If:
    """Return the test that leaves the loop once no iteration goes on."""
    return ast.If(ast.UnaryOp(ast.Not(), code.method(active, "any")), [ast.Break()], [])


def _while(active: str, body: list[ast.stmt]) -> list[ast.stmt]:
    return [ast.If(code.name(active), body, [])] if body else []
