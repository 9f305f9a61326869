"""Methods of objects that a loop calls: ``table.draw(k)`` of a class of the same file."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType

from loopscope.source.loop import dotted
from loopscope.vectorize.prepare import Prepared


def note_object_methods(prepared: Prepared, namespace: Mapping[str, object]) -> None:
    """Add such methods to the helpers that may be inlined, and of which class they are.

    What a class of another file does reads that file's globals; it stays a call.
    """
    defined = {
        method.lineno: method
        for node in ast.walk(prepared.loop.module)
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and _is_plain(method)
    }
    for receiver, attr in _called_methods(prepared.statements):
        value = _value(namespace, receiver)
        own = receiver.replace(".", "_") + "__own"  # no name of theirs
        methods = dict(_methods(value, own, defined, prepared.loop.path))
        if f"{receiver}.{attr}" in prepared.functions or attr not in methods:
            continue
        prepared.functions[f"{receiver}.{attr}"] = methods[attr]
        prepared.functions.update({f"{own}.{name}": m for name, m in methods.items()})
        prepared.classes[receiver] = type(value).__name__


def _is_plain(method: ast.FunctionDef) -> bool:
    """Whether it does the same outside of its class: no decorator, ``super`` or private name."""
    names = {n.id for n in ast.walk(method) if isinstance(n, ast.Name)}
    attributes = {n.attr for n in ast.walk(method) if isinstance(n, ast.Attribute)}
    private = any(a.startswith("__") and not a.endswith("__") for a in attributes)
    takes_self = bool(method.args.posonlyargs or method.args.args)
    return takes_self and not method.decorator_list and "super" not in names and not private


def _called_methods(statements: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in (n for s in statements for n in ast.walk(s)):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if dotted(value):
                yield dotted(value), attr
            case _:
                pass


def _value(namespace: Mapping[str, object], name: str) -> object:
    """What a dotted name stands for, as far as plain attributes lead."""
    root, *attributes = name.split(".")
    value = namespace.get(root)
    for attribute in attributes:
        value = getattr(value, "__dict__", {}).get(attribute)
    return value


def _methods(
    value: object, own: str, defined: Mapping[int, ast.FunctionDef], path: str
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """An object's methods by name, with ``own`` in the place of ``self``."""
    for name in dir(type(value)):
        function = inspect.getattr_static(type(value), name, None)
        if not isinstance(function, FunctionType) or name in getattr(value, "__dict__", {}):
            continue
        code = function.__code__
        if code.co_filename == path and code.co_firstlineno in defined:
            yield name, _of(own, defined[code.co_firstlineno])


def _of(own: str, method: ast.FunctionDef) -> ast.FunctionDef:
    """The method as a function of an object called ``own``."""
    made = copy.deepcopy(method)
    made.name = f"{own}_{method.name}"
    first = (*made.args.posonlyargs, *made.args.args)[0]
    for node in ast.walk(made):
        if isinstance(node, ast.Name) and node.id == first.arg:
            node.id = own
    first.arg = own
    return made
