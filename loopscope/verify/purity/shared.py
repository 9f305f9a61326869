"""Which names of a function hold values that are not its own, and whether it changes them."""

from __future__ import annotations

import ast
import types
from collections.abc import Collection, Iterator

import numpy as np
import torch

from loopscope.verify.purity.allowed import MUTATORS
from loopscope.verify.purity.scope import UNKNOWN, Scope, resolve

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


_PROGRAM = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


class Shared:
    """Follows values from outside through a body of code.

    Args:
        body: The statements, or the function.
        scope: Its scope.
        names: Names that hold such values to begin with.
        class_data: Attributes that classes, not their instances, hold a changeable value of.
    """

    def __init__(
        self, body: ast.AST, scope: Scope, names: Collection[str], class_data: Collection[str]
    ) -> None:
        self._scope, self._class_data = scope, class_data
        self._names = set(names)
        before = -1
        while before != len(self._names):
            before = len(self._names)
            for target, value in _bindings(body):
                if self.holds(value):
                    self._names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)
                                    and isinstance(n.ctx, ast.Store)}  # fmt: skip

    def holds(self, node: ast.expr | None) -> bool:
        """Whether an expression may be, or share memory with, a value from outside."""
        match node:
            case ast.Name(id=name):
                return name in self._names or self._outer(node)
            case ast.Attribute(value=owner, attr=name):
                return name in self._class_data or self._outer(node) or self.holds(owner)
            case ast.Subscript(value=owner) | ast.Starred(value=owner):
                return self.holds(owner)
            case ast.Call(func=function, args=arguments, keywords=keywords):
                receiver = function.value if isinstance(function, ast.Attribute) else None
                handed = [*arguments, *(k.value for k in keywords)]
                return self.holds(receiver) or any(map(self.holds, handed))
            case ast.IfExp(body=one, orelse=other):
                return self.holds(one) or self.holds(other)
            case ast.BoolOp(values=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                return any(map(self.holds, items))
            case ast.NamedExpr(value=value):
                return self.holds(value)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return any(self.holds(part.iter) for part in node.generators)
        return False

    def changed_by(self, node: ast.AST) -> str:
        """Return what of it a node changes, as written; empty where nothing."""
        for target in _changed(node):
            program = isinstance(resolve(target, self._scope), _PROGRAM)
            if self.holds(target) or (program and not isinstance(node, ast.Call)):
                return ast.unparse(target)
        return ""

    def _outer(self, node: ast.expr) -> bool:
        value = resolve(node, self._scope)
        if value is UNKNOWN or isinstance(value, _PROGRAM) or not _changeable(value):
            return False
        return not (self._scope.outside.owned and _owned(node, self._scope))


def _owned(node: ast.expr, scope: Scope) -> bool:
    """Whether a dotted name leads from the namespace to a value without a module or class."""
    while isinstance(node, ast.Attribute):
        owner = resolve(node.value, scope)
        if isinstance(owner, type) or type(owner).__name__ == "module":
            return False
        node = node.value
    return True


def _changeable(value: object) -> bool:
    if isinstance(value, list | dict | set | bytearray | torch.Tensor | np.ndarray):
        return True
    return hasattr(value, "__dict__")


def _bindings(body: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(body):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value) for target in targets)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield target, value
            case ast.NamedExpr(target=target, value=value):
                yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value
            case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
                yield target, value


def _changed(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions whose value a node changes in place."""
    match node:
        case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
            yield owner
        case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
            yield owner
        case ast.AugAssign(target=target):
            yield target if isinstance(target, ast.Name) else target.value
        case ast.Call(func=function, args=arguments, keywords=keywords):
            name = function.attr if isinstance(function, ast.Attribute) else ""
            if isinstance(function, ast.Name):
                name = function.id
            in_place = name.endswith("_") and not name.endswith("__")
            if isinstance(function, ast.Attribute) and (in_place or name in MUTATORS):
                yield function.value
            options = {k.arg: k.value for k in keywords}
            if in_place or not _is_false(options.get("inplace")):
                yield from arguments
            if "out" in options:
                yield options["out"]
            yield from arguments[2:]  # a ufunc's third argument is where it writes


def _is_false(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and not node.value)
