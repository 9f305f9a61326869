"""Which functions a loop calls, and which of them may do more than compute."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from loopscope.source.loop import Loop, dotted

RANDOM = frozenset(
    [
        "rand",
        "randn",
        "randint",
        "randperm",
        "rand_like",
        "randn_like",
        "randint_like",
        "multinomial",
        "bernoulli",
        "normal",
        "dropout",
        "choice",
        "choices",
        "shuffle",
        "uniform_",
        "normal_",
        "exponential_",
        "random_",
        "sample",
        "rsample",
    ]
)
_EFFECTS = frozenset(
    ["print", "open", "write", "input", "exec", "eval", "setattr", "delattr", "save", "log_metric"]
)
_BACKWARD = frozenset(["backward", "zero_grad"])
_GROWTH = frozenset(["add", "append", "extend", "insert", "setdefault", "update"])
_OBJECT_METHODS = frozenset(["step", "update", "reset", "push", "pop", "send", "put", "remove"])


def called_functions(loop: Loop) -> Iterator[ast.FunctionDef]:
    """Yield this file's definitions of what the loop calls, and of what those call."""
    functions = _functions(loop.module)
    seen = {loop.function_name}
    todo = list(loop.repeated())
    while todo:
        match todo.pop():
            case ast.Call(func=func):
                name = dotted(func).removeprefix("self.")
                if name in functions and name not in seen:
                    seen.add(name)
                    todo.extend(ast.walk(functions[name]))
                    yield functions[name]


@lru_cache(maxsize=32)  # a file with many hot loops is asked about for each of them
def _functions(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)}


def grown_containers(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that a loop adds to by a method: ``seen`` of ``seen.add(v)``."""
    for found in nodes:
        match found:
            case ast.Call(func=ast.Attribute(value=container, attr=attr)) if attr in _GROWTH:
                yield dotted(container)


def unknown_effects(loop: Loop, elements: frozenset[str]) -> tuple[str, ...]:
    """Return calls that may change something besides their result, as written."""
    found = []
    for node in loop.repeated():
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        last = name.rsplit(".", 1)[-1]
        root = name.split(".", 1)[0]
        if (
            last in _EFFECTS
            or last in _BACKWARD
            or (
                "." in name
                and last in _OBJECT_METHODS
                and root not in elements
                and root != "torch"
            )
        ):
            found.append(name)
    return tuple(dict.fromkeys(found))
