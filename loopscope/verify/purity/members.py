"""What a class's attributes and a function's parameters are."""

from __future__ import annotations

import ast
import functools
import types
from collections.abc import Iterator

import torch


def functions_of(member: object) -> Iterator[types.FunctionType]:
    """Yield the functions that a class's attribute may run."""
    match member:
        case types.FunctionType():
            yield member
        case staticmethod() | classmethod():
            yield from functions_of(member.__func__)
        case property():
            for part in (member.fget, member.fset, member.fdel):
                yield from functions_of(part)
        case functools.cached_property():
            yield from functions_of(member.func)
        case functools.partialmethod():
            yield from functions_of(member.func)


def generated(function: types.FunctionType) -> bool:
    """Whether ``dataclasses`` or ``NamedTuple`` wrote a method."""
    return function.__code__.co_filename == "<string>" or "__create_fn__" in function.__qualname__


def parameters(node: ast.FunctionDef | ast.Lambda) -> list[str]:
    """Return the names of a function's parameters."""
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *(x for x in (a.vararg, a.kwarg) if x)]
    return [argument.arg for argument in every]


def changeable_defaults(
    node: ast.FunctionDef | ast.Lambda, function: types.FunctionType
) -> list[str]:
    """Return the parameters whose default is one object for all calls."""
    named = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    defaults = function.__defaults__ or ()
    pairs = dict(zip(named[len(named) - len(defaults) :], defaults, strict=True))
    pairs |= function.__kwdefaults__ or {}
    plain = (int, float, str, bytes, tuple, type(None), torch.dtype, torch.device)
    return [name for name, value in pairs.items() if not isinstance(value, plain)]
