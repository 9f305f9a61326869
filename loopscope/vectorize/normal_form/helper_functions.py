"""The user's functions and methods that a loop may call by name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from loopscope.source.loop import Loop
from loopscope.source.names import bound_names


def helper_functions(loop: Loop) -> dict[str, ast.FunctionDef]:
    """Return definitions by the name of their call: ``scale``, and ``self.scale`` for a method.

    Those of the file come first, then methods of the loop's class, then what its function
    defines itself. Decorated ones do whatever their decorator makes of them, so they are left out,
    and so are those whose name the function has for something else.
    """
    function = loop.function
    found = dict(_defined_in(loop.module.body))
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        own = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
        own |= {n for s in function.body for n in bound_names(s)}
        found = {name: f for name, f in found.items() if name not in own}
        found |= _methods(loop.module, function)
        found |= _defined_in(function.body)
    return {name: f for name, f in found.items() if f is not function}


def _defined_in(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        match node:
            case ast.FunctionDef(decorator_list=[]):
                yield node.name, node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args, body=value)):
                returned = ast.copy_location(ast.Return(value=value), value)
                made = ast.FunctionDef(name=name, args=args, body=[returned], decorator_list=[])
                yield name, ast.copy_location(made, node)


def _methods(
    module: ast.Module, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Methods that ``function`` can call on its own first parameter."""
    first = [a.arg for a in (*function.args.posonlyargs, *function.args.args)][:1]
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and function in node.body and first:
            for name, method in _defined_in(node.body):
                yield f"{first[0]}.{name}", method
