"""Names that a function reads from around it, and those that it sets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def free_names(scope: ast.AST) -> set[str]:
    """Return the names that a function, class or comprehension reads and does not bind itself.

    A ``global`` name is free, even where it is set as well.
    """
    found: set[str] = set()
    declared: set[str] = set()
    for node in _own(scope):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                declared.update(names)
            case _ if isinstance(node, _SCOPES):
                found |= free_names(node)
            case _:
                pass
    if isinstance(scope, ast.ClassDef):  # what it binds is no variable of its methods
        return found | declared
    return (found - (set_names(scope) - declared)) | declared | _evaluated_outside(scope)


def set_names(scope: ast.AST) -> set[str]:
    """Return the parameters of a scope and the names that it sets."""
    found = _parameters(scope)
    for node in _own(scope):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case _ if isinstance(node, _SCOPES):
                found |= {name for name in [getattr(node, "name", "")] if name}
            case _:
                pass
    return found


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope, and the scopes in it without what is inside them."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)


def _parameters(scope: ast.AST) -> set[str]:
    arguments = getattr(scope, "args", None)
    if not isinstance(arguments, ast.arguments):
        return set()
    return {n.arg for n in ast.walk(arguments) if isinstance(n, ast.arg)}


def _evaluated_outside(scope: ast.AST) -> set[str]:
    """Decorators, defaults, annotations and what a comprehension walks over."""
    outside: list[ast.AST] = list(getattr(scope, "decorator_list", ()))
    match scope:
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            outside += [arguments, *filter(None, [scope.returns])]
        case ast.Lambda(args=arguments):
            outside.append(arguments)
        case (
            ast.ListComp(generators=generators)
            | ast.SetComp(generators=generators)
            | ast.DictComp(generators=generators)
            | ast.GeneratorExp(generators=generators)
        ):
            outside.append(generators[0].iter)
    return {n.id for part in outside for n in ast.walk(part) if isinstance(n, ast.Name)}
