"""Look at every node of a body of code and refuse what may do more than compute."""

from __future__ import annotations

import ast
import importlib
import sys
import types
from typing import Protocol

import torch
import torch.nn.functional as F

from loopscope.verify.purity.allowed import (
    RANDOM,
    known_attributes,
    known_contexts,
    known_functions,
    known_methods,
)
from loopscope.verify.purity.scope import (
    UNKNOWN,
    Outside,
    Scope,
    bound_names,
    local_functions,
    resolve,
)
from loopscope.verify.purity.shared import Shared

_REFUSED = {
    ast.Global: "writes a global",
    ast.Nonlocal: "writes a variable of the function around it",
    ast.Yield: "is a generator",
    ast.YieldFrom: "is a generator",
    ast.Await: "awaits",
    ast.AsyncFor: "awaits",
    ast.AsyncWith: "awaits",
    ast.AsyncFunctionDef: "awaits",
    ast.ClassDef: "defines a class",
    ast.Return: "returns from the middle",
}
_IMPORTABLE = ("torch", "math", "numpy", "itertools", "functools", "operator", "einops")
_DUNDERS = frozenset(["__name__", "__len__", "__version__"])


class ImpureError(Exception):
    """The code may do more than compute; the message says what."""


class Callees(Protocol):
    """Who looks at what the code calls."""

    def look_at_receiver(self, module: torch.nn.Module) -> bool:
        """Note a module that only attributes are taken of; ``False`` where that runs its code."""

    def look_at(self, value: object, name: str, *, shared: bool) -> None:
        """Look at a value that may be called, some arguments being others' if ``shared``."""

    def look_at_method(self, name: str, *, called: bool, shared: bool) -> bool:
        """Note a name taken of an unknown object; say whether one in reach has it."""

    def may_call_anything(self, *, shared: bool) -> None:
        """Note a call of a value that the code got from somewhere."""

    def may_be_called_later(self, written: str) -> None:
        """Note an attribute of an unknown object that may be a method."""

    def in_eval_mode(self) -> bool:
        """Whether no module in reach is in training mode."""

    class_data: frozenset[str]


def check_body(body: ast.AST, outside: Outside, shared: frozenset[str], callees: Callees) -> None:
    """Raise if a body may do more than compute and change what it was given.

    Args:
        body: A module of statements, a function, or a lambda.
        outside: What it sees.
        shared: Parameters that hold values which must not be changed.
        callees: Is told of everything that may be called.

    Raises:
        ImpureError: It may.
    """
    statements = isinstance(body, ast.Module)
    imported = dict(_imports(body))
    seen = Outside({**outside.values, **imported}, outside.owned, outside.label)
    bound = frozenset(bound_names(body)) - frozenset(imported)
    scope = Scope(seen, bound, None, statements, frozenset(local_functions(body)))
    _Body(
        Shared(body, scope, shared, callees.class_data), callees, is_function=not statements
    ).visit_in(body, scope)


class _Body:
    def __init__(self, shared: Shared, callees: Callees, *, is_function: bool) -> None:
        self._shared, self._callees, self._is_function = shared, callees, is_function
        self._functions = 1 if is_function else 0

    def visit_in(self, node: ast.AST, scope: Scope) -> None:
        for child in _children(node):
            self._visit(child, scope)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        self._refuse_statement(node)
        changed = self._shared.changed_by(node)
        if changed:
            raise ImpureError(f"changes `{changed}`, which is not its own")
        match node:
            case ast.Import() | ast.ImportFrom():
                return
            case ast.FunctionDef() | ast.Lambda():
                defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
                for outer in (*defaults, *getattr(node, "decorator_list", [])):
                    self._visit(outer, scope)
                self._functions += 1
                self.visit_in(node, scope.inner(node))
                self._functions -= 1
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.visit_in(node, scope.inner(node))
            case ast.Call():
                self._call(node, scope)
            case ast.With(items=items, body=statements):
                for item in items:
                    self._context(item, scope)
                for statement in statements:
                    self._visit(statement, scope)
            case ast.Name(ctx=ast.Load()) | ast.Attribute():
                self._load(node, scope, called=False, shared=False)
            case _:
                self.visit_in(node, scope)

    def _refuse_statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.Return) and self._functions:
            return
        if isinstance(node, ast.While) and self._is_function:
            raise ImpureError("has a `while` loop, which may not end on other inputs")
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if "BaseException" in caught or node.type is None:
                raise ImpureError("catches every exception")
        if type(node) in _REFUSED:
            raise ImpureError(_REFUSED[type(node)])
        if isinstance(node, ast.Attribute):
            dunder = node.attr.startswith("__") and node.attr.endswith("__")
            if dunder and node.attr not in _DUNDERS:
                raise ImpureError(f"uses `{ast.unparse(node)}`")

    def _call(self, node: ast.Call, scope: Scope) -> None:
        arguments = [*node.args, *(k.value for k in node.keywords)]
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        shared = self._shared.holds(receiver) or any(map(self._shared.holds, arguments))
        name = ast.unparse(node.func)
        value = resolve(node.func, scope)
        self._special_cases(node, value, name, scope)
        if not (_chance(node, value) and self._draws_nothing(node)):
            self._load(node.func, scope, called=True, shared=shared)
        skip = value is isinstance or value is issubclass
        for argument in arguments[:1] if skip else arguments:
            self._visit(argument, scope)

    def _load(self, node: ast.expr, scope: Scope, *, called: bool, shared: bool) -> None:
        value = resolve(node, scope)
        if isinstance(node, ast.Attribute) and not isinstance(value, types.ModuleType):
            # The way to it is not dotted names alone, or it is an object with code of its own.
            self._receive(node.value, scope)
        if value is not UNKNOWN:
            self._callees.look_at(value, ast.unparse(node), shared=shared)
            if isinstance(node, ast.Attribute):
                self._callees.look_at_method(node.attr, called=called, shared=shared)
            return
        match node:
            case ast.Attribute(attr=name):
                found = self._callees.look_at_method(name, called=called, shared=shared)
                if found or name in (known_methods() if called else known_attributes()):
                    return
                written = ast.unparse(node)
                if not called:
                    self._callees.may_be_called_later(written)
                elif name in RANDOM:
                    raise ImpureError(f"calls `{written}`, which draws random numbers")
                else:
                    raise ImpureError(f"calls `{written}`, which may have side effects")
            case ast.Name(id=name):
                if called and not scope.makes_function(name):
                    self._callees.may_call_anything(shared=shared)
            case ast.Call(args=[mapped, *rest]) if called and _is_mapped(node, scope):
                self._load(mapped, scope, called=True, shared=shared)
                for argument in (*rest, *(k.value for k in node.keywords)):
                    self._visit(argument, scope)
            case _ if called:
                self._visit(node, scope)
                if not isinstance(node, ast.Lambda):
                    self._callees.may_call_anything(shared=shared)
            case _:
                self._visit(node, scope)

    def _receive(self, node: ast.expr, scope: Scope) -> None:
        """Look at what an attribute is taken of: a module is not called by that."""
        value = resolve(node, scope)
        if not isinstance(value, torch.nn.Module) or not self._callees.look_at_receiver(value):
            self._visit(node, scope)
        elif isinstance(node, ast.Attribute):
            self._callees.look_at_method(node.attr, called=False, shared=False)
            self._receive(node.value, scope)

    def _special_cases(self, node: ast.Call, value: object, name: str, scope: Scope) -> None:
        count = len(node.args) + len(node.keywords)
        if value is getattr and not isinstance(_nth(node.args, 1), ast.Constant):
            raise ImpureError("calls `getattr` with a name that is not written out")
        if value is getattr and isinstance(_nth(node.args, 1), ast.Constant):
            attribute = str(node.args[1].value)  # type: ignore[attr-defined]  # a constant
            if attribute.startswith("_"):
                raise ImpureError(f"reads `{attribute}`")
            self._callees.look_at_method(attribute, called=True, shared=False)
            if attribute not in known_methods():
                self._callees.may_call_anything(shared=False)
        if value is F.scaled_dot_product_attention:
            options = {k.arg: k.value for k in node.keywords}
            chance = options.get("dropout_p", _nth(node.args, 4))
            if chance is not None and not (isinstance(chance, ast.Constant) and not chance.value):
                raise ImpureError(f"calls `{name}` with a dropout, which draws random numbers")
        if value is torch.Tensor and not _is_data(node.args, scope):
            raise ImpureError(f"calls `{name}`, which leaves memory unset")
        if value is type and count != 1:
            raise ImpureError("makes a class")
        if value is iter and count != 1:
            raise ImpureError("calls `iter` with a sentinel")

    def _draws_nothing(self, node: ast.Call) -> bool:
        """Whether a dropout is switched off where it stands."""
        options = {k.arg: k.value for k in node.keywords}
        mode = options.get("training", _nth(node.args, 2))
        if isinstance(mode, ast.Constant):
            return mode.value is False
        switch = isinstance(mode, ast.Attribute) and mode.attr == "training"
        return switch and self._callees.in_eval_mode()

    def _context(self, item: ast.withitem, scope: Scope) -> None:
        call = item.context_expr
        value = resolve(call.func, scope) if isinstance(call, ast.Call) else UNKNOWN
        if id(value) not in known_contexts() or item.optional_vars is not None:
            raise ImpureError(f"enters `{ast.unparse(call)}`")
        for argument in call.args if isinstance(call, ast.Call) else ():
            self._visit(argument, scope)


def _children(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        return list(node.body)  # defaults and decorators ran when it was defined
    if isinstance(node, ast.Lambda):
        return [node.body]
    return list(ast.iter_child_nodes(node))


def _chance(node: ast.Call, value: object) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    known = id(value) not in known_functions()
    return name.startswith(("dropout", "alpha_dropout")) and known and value is not UNKNOWN


def _is_mapped(node: ast.Call, scope: Scope) -> bool:
    """Whether ``node`` is ``torch.vmap(f)`` of a known ``f``: what it makes calls nothing else."""
    function = resolve(node.func, scope)
    maps = function is torch.vmap or function is torch.func.vmap
    return maps and resolve(node.args[0], scope) is not UNKNOWN


def _is_data(arguments: list[ast.expr], scope: Scope) -> bool:
    """Whether arguments of ``torch.Tensor`` are values, not sizes."""
    if len(arguments) != 1:
        return False
    match arguments[0]:
        case ast.List() | ast.ListComp() | ast.Tuple():
            return True
        case ast.Name() as name:
            return not isinstance(resolve(name, scope), int)
    return False


def _nth(items: list[ast.expr], index: int) -> ast.expr | None:
    return items[index] if len(items) > index else None


def _imports(body: ast.AST) -> list[tuple[str, object]]:
    """Return what a body imports from modules that are loaded already, by name."""
    found: list[tuple[str, object]] = []
    for node in ast.walk(body):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    module = _module(alias.name)
                    root = module if alias.asname else sys.modules[alias.name.partition(".")[0]]
                    found.append((alias.asname or alias.name.partition(".")[0], root))
            case ast.ImportFrom(module=str(source), names=names, level=0):
                for alias in names:
                    value = getattr(_module(source), alias.name, UNKNOWN)
                    found.append((alias.asname or alias.name, value))
            case ast.ImportFrom():
                raise ImpureError("imports a module")
    return found


def _module(name: str) -> types.ModuleType:
    if name.partition(".")[0] not in _IMPORTABLE or name not in sys.modules:
        raise ImpureError(f"imports `{name}`")
    return importlib.import_module(name)
