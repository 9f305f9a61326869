"""The file's own functions whose calls can be read as what they compute."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from loopscope.source.callees import called_functions
from loopscope.source.loop import Loop, dotted
from loopscope.source.replace import replace

MAX_NODES = 300  # a helper of helpers is read as one expression up to this size


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that names some values and returns one: no branch, no loop, no effect.

    Attributes:
        parameters: Names, ``self`` left out.
        result: What is returned, as an expression of the parameters.
    """

    parameters: tuple[str, ...]
    result: ast.expr


def find_helpers(loop: Loop) -> dict[str, Helper]:
    """Return the helpers that the loop can call, by name; ``self.f`` for a method."""
    plain = dict(_functions(loop))
    return {
        name: Helper(helper.parameters, _Apply(plain).visit(copy.deepcopy(helper.result)))
        for name, helper in plain.items()
    }


def apply_helper(call: ast.Call, helpers: Mapping[str, Helper]) -> ast.expr | None:
    """Return what the call of a helper computes; ``None`` for all other calls."""
    helper = helpers.get(dotted(call.func))
    if helper is None or len(call.args) + len(call.keywords) != len(helper.parameters):
        return None
    given = dict(zip(helper.parameters, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if set(given) != set(helper.parameters):
        return None
    result = helper.result
    for name in given:  # out of the way first: an argument may have the name of a parameter
        result = _put(result, name, ast.Name(f"argument {name}", ast.Load()))
    for name, argument in given.items():
        result = _put(result, f"argument {name}", argument)
    return result


def _functions(loop: Loop) -> Iterator[tuple[str, Helper]]:
    for function in called_functions(loop):
        result = _result(function.body)
        if result is not None and _is_plain(function.args, result):
            parameters = tuple(a.arg for a in function.args.args)
            if parameters[:1] == ("self",):
                yield f"self.{function.name}", Helper(parameters[1:], result)
            else:
                yield function.name, Helper(parameters, result)
    for node in ast.walk(loop.function or loop.module):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args, body=result)):
                if _is_plain(args, result):
                    yield name, Helper(tuple(a.arg for a in args.args), result)


def _is_plain(args: ast.arguments, result: ast.expr) -> bool:
    is_open = args.vararg or args.kwarg or args.kwonlyargs or args.defaults
    return not is_open and sum(1 for _ in ast.walk(result)) <= MAX_NODES


def _result(body: list[ast.stmt]) -> ast.expr | None:
    """What straight-line code returns, its temporaries put in place."""
    values: dict[str, ast.expr] = {}

    def expand(node: ast.expr) -> ast.expr:
        for name, value in values.items():
            node = _put(node, name, value)
        return node

    for statement in body:
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = expand(value)
            case ast.Return(value=ast.expr() as value):
                return expand(value)
            case _:
                return None
    return None


class _Apply(ast.NodeTransformer):
    def __init__(self, helpers: Mapping[str, Helper]) -> None:
        self.helpers = helpers

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return apply_helper(node, self.helpers) or node


def _put(node: ast.expr, name: str, value: ast.expr) -> ast.expr:
    return replace(node, lambda n: isinstance(n, ast.Name) and n.id == name, value)
