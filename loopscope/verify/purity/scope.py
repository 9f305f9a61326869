"""What names in a body of code stand for, without running it."""

from __future__ import annotations

import ast
import builtins
import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import torch

_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class made by a class statement
FunctionNode: TypeAlias = ast.FunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class _Unknown:
    """Whatever it is, the code itself made it or was handed it."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Any = _Unknown()


@dataclass(frozen=True, slots=True)
class Outside:
    """The names that a body sees and does not bind.

    Attributes:
        values: Name → value.
        owned: Whether the values are copies made for a replay, so that changing them is fine.
        label: What to call the body: ``""`` for the loop itself, else the function's name.
    """

    values: Mapping[str, object]
    owned: bool
    label: str = ""

    @classmethod
    def of_function(cls, function: types.FunctionType, namespace: Mapping[str, object]) -> Outside:
        """Return what a function sees."""
        closed: dict[str, object] = {}
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            try:
                closed[name] = cell.cell_contents
            except ValueError:  # not set yet: calling the function would raise
                continue
        owned = function.__globals__ is namespace
        return cls({**function.__globals__, **closed}, owned, function.__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """One function body, or the statements themselves, with what is around it.

    Attributes:
        bound: Names that the body binds.
        statements: The body is no function: a name that it binds may still be the outer one.
    """

    outside: Outside
    bound: frozenset[str]
    parent: Scope | None = None
    statements: bool = False
    functions: frozenset[str] = field(default=frozenset())

    def inner(self, node: ast.AST) -> Scope:
        """Return the scope of a function or comprehension in this one."""
        bound = frozenset(bound_names(node))
        return Scope(self.outside, bound, self, functions=frozenset(local_functions(node)))

    def value(self, name: str) -> object:
        """Return what a name stands for, or ``UNKNOWN``."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound and not scope.statements:
                return UNKNOWN
            if name in scope.bound:
                outer = self._outer(name)
                return outer if callable(outer) else UNKNOWN
            scope = scope.parent
        return self._outer(name)

    def makes_function(self, name: str) -> bool:
        """Whether a name is a function that is defined right here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound:
                return name in scope.functions
            scope = scope.parent
        return False

    def _outer(self, name: str) -> object:
        if name in self.outside.values:
            return self.outside.values[name]
        return getattr(builtins, name, UNKNOWN)


def resolve(node: ast.expr, scope: Scope) -> object:
    """Return the object that a dotted name stands for, or ``UNKNOWN``. Runs no user code."""
    match node:
        case ast.Name(id=name):
            return scope.value(name)
        case ast.Attribute(value=owner, attr=name):
            value = resolve(owner, scope)
            return UNKNOWN if value is UNKNOWN else attribute(value, name)
    return UNKNOWN


def attribute(value: object, name: str) -> object:
    """Return an attribute if it can be had without running a property; else ``UNKNOWN``."""
    if computes_attributes(value):
        return UNKNOWN
    if isinstance(value, types.ModuleType):
        return getattr(value, name, UNKNOWN)
    if isinstance(value, torch.nn.Module):
        for part in ("_parameters", "_buffers", "_modules"):
            if name in value.__dict__.get(part, ()):
                return value.__dict__[part][name]
    try:
        found = inspect.getattr_static(value, name)
    except AttributeError:
        return UNKNOWN
    if isinstance(value, _PLAIN) or (_of_library(value, name) and not _own(value, name)):
        return UNKNOWN  # judged by its name
    match found:
        case staticmethod():
            return found.__func__
        case classmethod():
            return types.MethodType(
                found.__func__, value if isinstance(value, type) else type(value)
            )
        case types.FunctionType() if not isinstance(value, type) and not _own(value, name):
            return types.MethodType(found, value)
        case property() | types.MemberDescriptorType() | types.GetSetDescriptorType():
            return UNKNOWN
    return found


def computes_attributes(value: object) -> bool:
    """Whether even to ask what a value is may run the user's code."""
    for cls in filter(is_user_type, type(value).__mro__):
        looks_up = isinstance(vars(cls).get("__getattribute__"), types.FunctionType)
        if looks_up or "__class__" in vars(cls):
            return True
    return False


def bound_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a body binds, those of functions inside it left out."""
    match node:
        case ast.FunctionDef(args=arguments, body=body):
            yield from _parameters(arguments)
            yield from _bound_in(body)
        case ast.Lambda(args=arguments, body=expression):
            yield from _parameters(arguments)
            yield from _bound_in([expression])
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for part in node.generators:
                yield from (n.id for n in ast.walk(part.target) if isinstance(n, ast.Name))
        case ast.Module(body=body):
            yield from _bound_in(body)


def local_functions(node: ast.AST) -> Iterator[str]:
    """Yield the names of functions that a body defines, and binds to nothing else."""
    stores: dict[str, int] = {}
    made: set[str] = set()
    for inner in _own_nodes(getattr(node, "body", [])):
        match inner:
            case ast.FunctionDef(name=name):
                stores[name] = stores.get(name, 0) + 1
                made.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                made.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                stores[name] = stores.get(name, 0) + 1
    yield from (name for name in made if stores.get(name) == 1)


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a]
    yield from (a.arg for a in every)


def _bound_in(body: list[ast.stmt] | list[ast.expr]) -> Iterator[str]:
    for node in _own_nodes(body):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


def _own_nodes(body: object) -> Iterator[ast.AST]:
    """Walk a body without going into functions; into comprehensions only for ``:=``."""
    # Statements are nodes; list is invariant.
    todo: list[ast.AST] = list(body) if isinstance(body, list) else [body]  # type: ignore[list-item]
    while todo:
        node = todo.pop()
        if isinstance(node, _COMPREHENSIONS):
            yield from (n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            todo.append(node.generators[0].iter)
            continue
        yield node
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            todo += defaults
        else:
            todo += ast.iter_child_nodes(node)


_PLAIN = (torch.Tensor, np.ndarray, np.generic, list, tuple, dict, set, frozenset, str, bytes, int,
          float, complex, range, slice)  # fmt: skip


def _of_library(value: object, name: str) -> bool:
    """Whether the class that defines an attribute is torch's, numpy's or Python's own."""
    classes = value.__mro__ if isinstance(value, type) else type(value).__mro__
    owner = next((cls for cls in classes if name in cls.__dict__), object)
    return not is_user_type(owner)


def is_user_type(cls: type) -> bool:
    """Whether a class is one whose methods have to be looked at."""
    library = (cls.__module__ or "").partition(".")[0]
    datasets = cls.__module__ == "torch.utils.data.dataset"
    trusted = library in ("torch", "numpy", "builtins", "collections", "typing", "abc", "enum")
    return bool(cls.__flags__ & _HEAP_TYPE) and (datasets or not trusted)


def _own(value: object, name: str) -> bool:
    return not isinstance(value, type) and name in getattr(value, "__dict__", {})
