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
    [
        "print",
        "open",
        "write",
        "input",
        "exec",
        "eval",
        "setattr",
        "delattr",
        "save",
        "load",
        "log_metric",
    ]
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
    own = _callees(loop.repeated())
    inner = [name for f in called_functions(loop) for name in _callees(ast.walk(f))]
    found = [name for name in own if _has_effects(name, elements)]
    found += [name for name in (*own, *inner) if _writes_state(name, loop)]
    return tuple(dict.fromkeys(found))


def _callees(nodes: Iterable[ast.AST]) -> list[str]:
    return [name for n in nodes if isinstance(n, ast.Call) and (name := dotted(n.func))]


def _has_effects(name: str, elements: frozenset[str]) -> bool:
    root, last = name.split(".", 1)[0], name.rsplit(".", 1)[-1]
    of_an_object = "." in name and root not in elements and root != "torch"
    fills = name.endswith("_") and "init" in name.split(".")  # nn.init.zeros_
    return fills or last in _EFFECTS | _BACKWARD or (of_an_object and last in _OBJECT_METHODS)


def _writes_state(name: str, loop: Loop) -> bool:
    """Whether this file's function of that name keeps something for its next call."""
    function = _functions(loop.module).get(name.rsplit(".", 1)[-1])
    if function is None or function is loop.function:
        return False
    for node in ast.walk(function):
        match node:
            case ast.Global() | ast.Nonlocal():
                return True
            case ast.Assign(targets=[ast.Attribute(), *_]) | ast.AugAssign(target=ast.Attribute()):
                return True
    return False
