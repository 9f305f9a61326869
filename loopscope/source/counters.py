"""Counters that the body moves itself."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from loopscope.source.loop import Loop


def stepped_counters(loop: Loop) -> frozenset[str]:
    """Return names that each iteration moves by a literal: ``k`` of ``k += 1``, under no test.

    A name that is set to anything but a literal besides is none, nor is one that is set beside
    its step or under a test: it starts anew where the data says so.
    """
    body = getattr(loop.node, "body", [])
    steps = Counter(_steps(body))
    others = {*_other_values(loop.node), *_restarted(body)}
    return frozenset(name for name, times in steps.items() if times == 1 and name not in others)


def _steps(body: object) -> Iterator[str]:
    for statement in body if isinstance(body, list) else ():
        match statement:
            case ast.AugAssign(
                target=ast.Name(id=name),
                op=ast.Add() | ast.Sub(),
                value=ast.Constant(value=int()),
            ):
                yield name
            case ast.For(body=inner) | ast.While(body=inner):
                yield from _steps(inner)


def _restarted(body: object) -> Iterator[str]:
    for statement in body if isinstance(body, list) else ():
        match statement:
            case ast.If():
                yield from _set(statement)
            case ast.For(body=inner) | ast.While(body=inner):
                yield from _restarted(inner)


def _other_values(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        match found:
            case ast.Assign(value=value) if not isinstance(value, ast.Constant):
                yield from _set(found)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                if not isinstance(value, ast.Constant):
                    yield name


def _set(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Assign):
            for target in found.targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
