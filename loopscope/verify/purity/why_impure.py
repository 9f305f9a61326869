"""Say why a piece of code must not be run again, or that it may."""

from __future__ import annotations

import ast
import collections
import functools
import inspect
import sys
import sysconfig
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from loopscope.vectorize.around.liveness import is_read_first
from loopscope.verify.purity.allowed import (
    RANDOM,
    TRUSTED_LIBRARIES,
    known_functions,
    known_methods,
)
from loopscope.verify.purity.body import ImpureError, check_body
from loopscope.verify.purity.definition import definitions_of
from loopscope.verify.purity.members import (
    NOT_TRIGGERED,
    PLAIN_TYPES,
    changeable_defaults,
    functions_of,
    generated,
    parameters,
)
from loopscope.verify.purity.modules import check_module, makes_no_parameters
from loopscope.verify.purity.reachable import reachable, user_types
from loopscope.verify.purity.scope import Outside, is_user_type

_STANDARD_LIBRARY = sysconfig.get_paths()["stdlib"]
_MAX_FUNCTIONS = 300


def why_impure(tree: ast.Module, namespace: Mapping[str, object]) -> str:
    """Return why code may do more than compute; empty where it only computes.

    Nothing is run. Every function that the code can get at is looked at: those of torch, numpy
    and Python by name, the user's own by their source, as far as their calls lead. Changing
    values of the namespace is fine: they are copies, and compared afterwards.

    Args:
        tree: Statements.
        namespace: What they see; functions in it are resolved, not called.
    """
    class_data: frozenset[str] = frozenset()
    while True:
        judge = _Judge(namespace, class_data)
        try:
            judge.look_at_statements(tree)
        except ImpureError as reason:
            return str(reason)
        if judge.class_data_found <= class_data:
            return ""
        class_data |= judge.class_data_found


def _is_hidden(name: str, tree: ast.Module) -> bool:
    """Whether code sets a name before it reads it: a variable may be called as a function is."""
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name)
    is_set = any(isinstance(n.ctx, ast.Store) for n in stored)
    return is_set and not is_read_first(name, tree.body)


@dataclass(slots=True)
class _Judge:
    """Goes through a body and all that it can call, each function once."""

    namespace: Mapping[str, object]
    class_data: frozenset[str]
    class_data_found: set[str] = field(default_factory=set)
    attributes: dict[str, bool] = field(default_factory=dict)  # name → called on another's value
    roots: list[object] = field(default_factory=list)
    made: set[type] = field(default_factory=set)
    looked_at: set[tuple[int, bool]] = field(default_factory=set)
    keep: list[object] = field(default_factory=list)
    calls_anything: bool = False
    calls_anything_shared: bool = False
    modules: list[torch.nn.Module] = field(default_factory=list)
    methods_taken: list[str] = field(default_factory=list)
    found: list[object] = field(default_factory=list)
    found_types: tuple[type, ...] = ()
    found_at: tuple[int, int] = (-1, -1)

    def look_at_statements(self, tree: ast.Module) -> None:
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        hidden = {name for name in names & set(self.namespace) if _is_hidden(name, tree)}
        seen = {name: value for name, value in self.namespace.items() if name not in hidden}
        self.roots += [seen[name] for name in sorted(names & set(seen))]
        self.attributes |= {n.attr: False for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        self._reachable()
        check_body(tree, Outside(seen, owned=True), frozenset(), self)
        before: tuple[int, ...] = ()
        while before != (size := self._size()):
            before = size
            for value in self._reachable():
                self._look_at_factory(value)
                if self.calls_anything and callable(value):
                    self.look_at(value, _name(value), shared=self.calls_anything_shared)
            for cls in self.found_types:
                self._look_at_methods(cls)
            for cls in list(self.made):
                self._look_at_methods(cls)
        if self.calls_anything and self.methods_taken:
            raise ImpureError(f"calls what may be `{self.methods_taken[0]}`")

    def _size(self) -> tuple[int, ...]:
        parts = (self.attributes, self.roots, self.made, self.looked_at)
        return (*map(len, parts), sum(self.attributes.values()), self.calls_anything)

    # What bodies report.

    def look_at(self, value: Any, name: str, *, shared: bool) -> None:  # noqa: ANN401 (anything)
        """Look at a value that a body names: a callable may be called."""
        if not callable(value):
            if not isinstance(value, types.ModuleType):
                self._add_root(value)
            return
        if id(value) in known_functions():
            return
        if (id(value), shared) in self.looked_at:
            return
        self.looked_at.add((id(value), shared))
        self.keep.append(value)
        match value:
            case types.FunctionType():
                self._look_at_function(value, name, shared=shared)
            case types.MethodType():
                self.look_at(value.__func__, name, shared=shared)
                self._add_root(value.__self__)
            case functools.partial():
                self.look_at(value.func, name, shared=shared)
                self._add_root(value.args)
                self._add_root(value.keywords)
            case functools._lru_cache_wrapper():
                self.look_at(value.__wrapped__, name, shared=shared)
            case torch.nn.Module():
                self._look_at_module(value, name, shared=shared)
            case type():
                self._look_at_class(value, name)
            case np.ufunc():
                return
            case types.BuiltinMethodType() if not isinstance(value.__self__, types.ModuleType):
                self._look_at_bound(value, name)
            case _ if isinstance(
                call := inspect.getattr_static(type(value), "__call__", None), types.FunctionType
            ):
                self._add_root(value)
                self.look_at(call, f"{name}.__call__", shared=shared)
            case _:
                raise ImpureError(_unknown(name))

    def look_at_receiver(self, module: torch.nn.Module) -> bool:
        """Note a module that only attributes are taken of; ``False`` where that runs its code."""
        if any(type(part).__name__.startswith("Parametrized") for part in module.modules()):
            return False
        self._add_root(module)
        return True

    def look_at_method(self, name: str, *, called: bool, shared: bool) -> bool:
        """Note an attribute's name. Whether a class that can be got at has it is seen later."""
        self.attributes[name] = self.attributes.get(name, False) or shared
        known = any(name in vars(cls) for cls in self._types())
        if not known:
            known = any(_holds(value, name) for value in self._reachable())
            self.calls_anything |= known and called
        return known

    def may_call_anything(self, *, shared: bool) -> None:
        """Note a call of a value that could be any that can be got at."""
        self.calls_anything = True
        self.calls_anything_shared |= shared

    def may_be_called_later(self, written: str) -> None:
        """Note an attribute of an unknown object that may be a method."""
        self.methods_taken.append(written)

    def in_eval_mode(self) -> bool:
        """Whether no module in reach is in training mode."""
        found = [v for v in self._reachable() if isinstance(v, torch.nn.Module)]
        return not any(module.training for module in (*found, *self.modules))

    # What is looked at.

    def _add_root(self, value: object) -> None:
        if not any(value is root for root in self.roots):
            self.roots.append(value)

    def _types(self) -> Iterator[type]:
        yield from (base for cls in self.made for base in cls.__mro__ if is_user_type(base))
        self._reachable()
        yield from self.found_types

    def _reachable(self) -> list[object]:
        size = len(self.roots), len(self.attributes)
        if size != self.found_at:
            self.found = list(reachable(self.roots, self.attributes))
            kinds = dict.fromkeys(map(type, self.found))
            self.found_types = tuple(dict.fromkeys(c for k in kinds for c in user_types(k)))
            self.found_at = size
        return self.found

    def _look_at_function(self, function: types.FunctionType, name: str, *, shared: bool) -> None:
        module = function.__module__ or ""
        file = function.__code__.co_filename
        if function.__code__.co_name == "decorate_context" and "torch" in file:
            for cell in function.__closure__ or ():
                if isinstance(cell.cell_contents, types.FunctionType):
                    self.look_at(cell.cell_contents, name, shared=shared)
            return
        library = module.partition(".")[0]
        if library in TRUSTED_LIBRARIES:
            return
        datasets = module == "torch.utils.data.dataset"
        own = library in ("torch", "numpy", *sys.stdlib_module_names) and not datasets
        if own or (file.startswith(_STANDARD_LIBRARY) and "-packages" not in file):
            raise ImpureError(_unknown(name))
        if len(self.looked_at) > _MAX_FUNCTIONS:
            raise ImpureError("calls too many functions to look at all of them")
        nodes = definitions_of(function)
        if not nodes:
            raise ImpureError(f"calls `{name}`, whose source cannot be read")
        outside = Outside.of_function(function, self.namespace)
        for node in nodes:
            not_its_own = parameters(node) if shared else changeable_defaults(node, function)
            try:
                check_body(node, outside, frozenset(not_its_own), self)
            except ImpureError as reason:
                where = "" if " (in `" in str(reason) else f" (in `{name}`)"
                raise ImpureError(f"{reason}{where}") from None

    def _look_at_module(self, module: torch.nn.Module, name: str, *, shared: bool) -> None:
        self.modules.append(module)
        for part in check_module(module, name):
            if type(part).__name__.startswith("Parametrized") or "forward" in part.__dict__:
                raise ImpureError(f"calls `{name}`, whose forward was replaced")
            self._add_root(part)
            if type(part).forward is not torch.nn.Module.forward:  # one that has none raises
                self.look_at(type(part).forward, f"{name}.forward", shared=shared)

    def _look_at_class(self, cls: type, name: str) -> None:
        if issubclass(cls, BaseException) or cls in PLAIN_TYPES or makes_no_parameters(cls):
            return
        if is_user_type(type(cls)) and type(cls).__call__ is not type.__call__:
            raise ImpureError(_unknown(name))
        if issubclass(cls, torch.autograd.Function):
            raise ImpureError(f"uses `{name}`, a custom autograd function")
        if not is_user_type(cls) or type(cls).__call__ is not type.__call__:
            if issubclass(cls, torch.nn.Module):
                raise ImpureError(f"makes a `{name}`, which draws random numbers")
            if not is_user_type(cls):
                raise ImpureError(_unknown(name))
        self.made.add(cls)
        for base in cls.__mro__:
            for method in ("__new__", "__init__", "__post_init__"):
                made = base.__dict__.get(method)
                made = made.__func__ if isinstance(made, staticmethod) else made
                written = isinstance(made, types.FunctionType) and not generated(made)
                if written and is_user_type(base):
                    self.look_at(made, f"{name}.{method}", shared=False)

    def _look_at_bound(self, value: Any, name: str) -> None:  # noqa: ANN401 (a bound C method)
        if value.__name__ in RANDOM:
            raise ImpureError(f"calls `{name}`, which draws random numbers")
        if value.__name__ not in known_methods():
            raise ImpureError(_unknown(name))

    def _look_at_factory(self, value: object) -> None:
        if isinstance(value, collections.defaultdict) and value.default_factory is not None:
            self.look_at(value.default_factory, "default_factory", shared=False)

    def _look_at_methods(self, cls: type) -> None:
        """Look at what of a class the code may set off: methods by name, operators, properties."""
        for base in cls.__mro__:
            if not is_user_type(base):
                continue
            for name, member in list(base.__dict__.items()):
                dunder = name.startswith("__") and name.endswith("__")
                if name == "__del__":
                    raise ImpureError(
                        f"copies a `{cls.__name__}`, which does something when deleted"
                    )
                if (dunder and name in NOT_TRIGGERED) or (
                    not dunder and name not in self.attributes
                ):
                    continue
                if base.__module__ == "torch.utils.data.dataset" and name == "__add__":
                    continue
                if not dunder and isinstance(
                    member, list | dict | set | torch.Tensor | np.ndarray
                ):
                    self.class_data_found.add(name)
                shared = self.attributes.get(name, False)
                for function in functions_of(member):
                    if not generated(function):
                        self.look_at(function, f"{cls.__name__}.{name}", shared=shared)


def _holds(value: object, name: str) -> bool:
    if isinstance(value, torch.nn.Module) and name in value._modules:
        return True
    return name in getattr(value, "__dict__", {})


def _name(value: object) -> str:
    return str(getattr(value, "__qualname__", None) or type(value).__name__)


def _unknown(name: str) -> str:
    if name.rpartition(".")[2] in RANDOM:
        return f"calls `{name}`, which draws random numbers"
    return f"calls `{name}`, which may have side effects"
