"""The bodies of the user's functions that code calls."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping

import torch

from loopscope.verify.purity.definition import Definition, definitions_of
from loopscope.verify.purity.scope import Outside, Scope, bound_names, resolve

_MOST = 50


def called_bodies(tree: ast.AST, namespace: Mapping[str, object]) -> tuple[Definition, ...]:
    """Return the definitions of what code calls by a dotted name, and of what those call."""
    found: dict[int, Definition] = {}
    todo: list[tuple[ast.AST, Outside]] = [(tree, Outside(namespace, owned=True))]
    while todo and len(found) < _MOST:
        body, outside = todo.pop()
        scope = Scope(outside, frozenset(bound_names(body)), statements=body is tree)
        for function in _functions(body, scope):
            for node in definitions_of(function):
                if id(node) not in found:
                    found[id(node)] = node
                    todo.append((node, Outside.of_function(function, namespace)))
    return tuple(found.values())


def _functions(body: ast.AST, scope: Scope) -> Iterator[types.FunctionType]:
    for node in ast.walk(body):
        value = resolve(node, scope) if isinstance(node, ast.Name | ast.Attribute) else None
        if isinstance(value, torch.nn.Module) and not _is_torchs(type(value)):
            value = type(value).forward
        if isinstance(value, types.MethodType):
            value = value.__func__
        if isinstance(value, types.FunctionType) and not _is_torchs(value):
            yield value


def _is_torchs(value: type | types.FunctionType) -> bool:
    return (value.__module__ or "").partition(".")[0] in ("torch", "numpy")
