"""What joining items along a dimension that they were given for it comes to."""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def unflattened(node: ast.Call) -> ast.expr:
    """``x[:, None].flatten(0, 1)`` is ``x``; of ``expand(-1, k)`` it repeats each ``k`` times."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Subscript(
                            value=value, slice=ast.Tuple(elts=[first, ast.Constant(value=None)])
                        ),
                        attr="expand",
                    ),
                    args=[ast.UnaryOp(), times],
                )
            ),
            args=[ast.Constant(value=0), ast.Constant(value=1)],
        ) if code.is_full(first):
            return code.method(value, "repeat_interleave", times)
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(value=value, attr="unsqueeze"), args=[ast.Constant(value=1)]
                )
            ),
            args=[ast.Constant(value=0), ast.Constant(value=1)],
        ):
            return value
        case ast.Call(
            func=ast.Attribute(
                value=ast.Subscript(
                    value=value, slice=ast.Tuple(elts=[first, ast.Constant(value=None)])
                )
            ),
            args=[ast.Constant(value=0), ast.Constant(value=1)],
        ) if code.is_full(first):
            return value
        case _:
            return node
