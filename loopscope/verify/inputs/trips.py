"""How often loops go round: the sizes that their headers name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import number_list


def trip_sizes(
    tree: ast.AST, trip_names: Iterable[str], leaves: Mapping[str, Any]
) -> tuple[int, ...]:
    """Return sizes that may be numbers of iterations, the outermost loop's first.

    Args:
        tree: The loop.
        trip_names: Names known to have the length, or be the number, of the iterations.
        leaves: Of the scene, by path.
    """
    found: dict[int, None] = {}
    for name in trip_names:
        found |= dict.fromkeys(_sizes(name, 0, leaves))
    items = dict(_items(tree))
    for header in _headers(tree):
        for path, axis in _mentioned(header, leaves):
            while path in items and path not in leaves:
                path, axis = items[path], axis + 1  # an item of a tensor: its own sizes follow
            found |= dict.fromkeys(_sizes(path, axis, leaves))
    return tuple(size for size in found if size > 0)


def literal_sizes(*trees: ast.AST) -> frozenset[int]:
    """Return the numbers that bound a ``range`` as literals; neither its step nor ``n - 2``."""
    calls = (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call))
    ranges = (c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "range")
    bounds = (b.value for c in ranges for b in c.args[:2] if isinstance(b, ast.Constant))
    return frozenset(n for n in bounds if type(n) is int and n > 1)


def _headers(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what loops iterate or test, outermost first."""
    for node in ast.walk(tree):
        match node:
            case ast.For(iter=header) | ast.While(test=header) | ast.comprehension(iter=header):
                yield header


def _items(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the variables of loops over tensors, and what they are items of."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.For(target=target, iter=header) | ast.comprehension(target=target, iter=header)
            ):
                yield from _paired(target, header)


def _paired(target: ast.expr, header: ast.expr) -> Iterator[tuple[str, str]]:
    match target, header:
        case ast.Tuple(elts=[_, target]), ast.Call(
            func=ast.Name(id="enumerate"), args=[header, *_]
        ):
            yield from _paired(target, header)
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=headers):
            for one, of in zip(targets, headers, strict=False):
                yield from _paired(one, of)
        case ast.Name(id=name), ast.Name() | ast.Attribute() if name != ast.unparse(header):
            yield name, ast.unparse(header)


def _mentioned(header: ast.expr, leaves: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield path and axis of everything in a header that may have a size.

    Of ``len(self.offsets)`` that is ``self.offsets``, and nothing else of ``self``.
    """
    inside: set[int] = set()
    for node in ast.walk(header):
        if id(node) in inside:
            continue
        match node:
            case (
                ast.Subscript(
                    value=ast.Attribute(value=owner, attr="shape"),
                    slice=ast.Constant(value=int(axis)),
                )
                | ast.Call(
                    func=ast.Attribute(value=owner, attr="size"),
                    args=[ast.Constant(value=int(axis))],
                )
            ):
                inside |= {id(n) for n in ast.walk(node)}
                yield ast.unparse(owner), axis
            case ast.Name() | ast.Attribute() | ast.Subscript():
                path = ast.unparse(node)
                if isinstance(node, ast.Attribute) and path in leaves:
                    inside |= {id(n) for n in ast.walk(node)}
                yield path, 0


def _sizes(path: str, axis: int, leaves: Mapping[str, Any]) -> Iterator[int]:
    leaf = leaves.get(path)
    match leaf:
        case bool():
            return
        case int():
            yield leaf
        case torch.Tensor() | np.ndarray() if -leaf.ndim <= axis < leaf.ndim:
            yield leaf.shape[axis]
        case list() | tuple() if not isinstance(leaf, torch.Size) or number_list(leaf):
            yield len(leaf)
        case None:
            # An object: whatever its attributes hold one of for every item.
            held = [v for inner, v in leaves.items() if inner.startswith(f"{path}.")]
            yield from (len(v) for v in held if isinstance(v, list) and not number_list(v))
            yield from (len(v) for v in held if isinstance(v, torch.Tensor) and v.ndim)
