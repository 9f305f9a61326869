"""Run a loop once and note what every expression in it was."""

from __future__ import annotations

import ast
import collections
import copy
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

from loopscope.model.seen import Seen, merge
from loopscope.source.loop import dotted
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.ops.ensembles import MODULE
from loopscope.verify.ticks import OutOfTimeError

_SEE = "__see__"
_NEVER = (ast.Slice, ast.Starred, ast.Lambda, ast.JoinedStr, ast.FormattedValue)
_MAX_ITEMS = 64
_FEW_VISITS = 4
_FEW_ITEMS = 4  # of a list that was looked at before
_EVERY_VISIT = 64  # after so many, only some visits are looked at: a loop can be long
_LATER_VISITS = 13, 101
_LATE = 1024
_LOOKS_AT_CLOCK = 4  # visits of one expression that are looked at


def observe(
    statements: list[ast.stmt],
    functions: Mapping[str, ast.FunctionDef],
    namespace: dict[str, Any],
    *,
    grad_enabled: bool = True,
    has_time: Callable[[], bool] = lambda: True,
) -> dict[int, Seen]:
    """Run numbered statements in ``namespace`` and return what their expressions were.

    ``functions`` are the helpers that the statements call, by the name of the call, ``self.f`` for
    a method: they are observed as well.
    Whoever calls has made sure that the code may be run, and protects random state.

    Raises:
        Exception: Whatever the code raises.
        OutOfTimeError: It ran until there was no more time.
    """
    seen: dict[int, Seen] = {}
    visits: dict[int, int] = collections.defaultdict(int)
    kinds: dict[int, tuple[object, ...]] = {}  # of tensors, to see at once that nothing is new

    def see(number: int, value: object) -> object:
        visit = visits[number]
        visits[number] = visit + 1
        if visit > _EVERY_VISIT and visit % _LATER_VISITS[visit > _LATE]:
            return value
        if not visit % _LOOKS_AT_CLOCK and not has_time():
            raise OutOfTimeError
        if isinstance(value, torch.Tensor):
            kind = (value.dtype, value.shape, value.device, value.requires_grad)
            if kinds.get(number) == kind:
                return value
            kinds[number] = kind
        now = describe(value, most=_MAX_ITEMS if visit < _FEW_VISITS else _FEW_ITEMS)
        before = seen.get(number)
        if before != now:
            seen[number] = now if before is None else merge(before, now)
        return value

    modules = {name for name, value in namespace.items() if isinstance(value, ModuleType)}
    methods = {name: f"__{f.name}__" for name, f in functions.items() if "." in name}
    trees = (*functions.values(), *statements)
    for node in (n for tree in trees for n in ast.walk(tree)):
        if isinstance(node, ast.Constant) and hasattr(node, NUMBER):
            seen[getattr(node, NUMBER)] = describe(node.value)
    for name, number in _called_names(trees, modules):
        if name in namespace:
            seen[number] = describe(namespace[name])
    instrument = _Instrument(modules, methods)
    body = [instrument.define(name, f) for name, f in functions.items()]
    body += [instrument.visit(copy.deepcopy(s)) for s in statements]
    _bring_closures(functions, namespace)
    module = ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))
    namespace[_SEE] = see
    try:
        with torch.set_grad_enabled(grad_enabled):
            exec(compile(module, "<loopscope observation>", "exec"), namespace)
    finally:
        namespace.pop(_SEE, None)
    return seen


def describe(value: object, depth: int = 0, most: int = _MAX_ITEMS) -> Seen:
    """Return what a value is; of a list, ``most`` items are looked at."""
    match value:
        case torch.Tensor():
            return Seen(
                "tensor",
                str(value.dtype).removeprefix("torch."),
                tuple(value.shape),
                str(value.device),
                requires_grad=value.requires_grad,
            )
        case np.ndarray():
            return Seen("array", str(value.dtype), tuple(value.shape))
        case bool() | int() | float():
            return Seen("number", type(value).__name__, value=value)
        case np.bool_() | np.integer() | np.floating():
            number = value.item()
            return Seen("number", type(number).__name__, value=number)
        case list() | tuple():
            item = _merged(value[:most], depth, most) if depth < 3 else None
            return Seen("list", type(value).__name__, (len(value),), item=item)
        case range():
            return Seen("list", "range", (len(value),))
        case dict() if value and depth < 3:
            return Seen("other", _keys(value), (), value=type(value).__name__,
                        item=_merged([*value.values()], depth, most))  # fmt: skip
        case set() | frozenset() if value:
            return Seen("other", _keys(value), (), value=type(value).__name__)
        case None:
            return Seen("none")
        case torch.nn.ModuleList() if depth < 3:
            return Seen("other", "", (len(value),), value="ModuleList",
                        item=_merged([*value], depth, most))  # fmt: skip
        case torch.nn.Module() if not depth:
            kinds = ",".join(_run_in_turn(value)) if isinstance(value, torch.nn.Sequential) else ""
            trained = any(p.requires_grad for p in value.parameters())
            return Seen("other", kinds, value=type(value).__name__, requires_grad=trained)
        case torch.nn.Module() if depth:
            return Seen("other", value=f"{MODULE}{type(value).__name__}")
        case _:
            return Seen("other", value=type(value).__name__)


def _merged(values: Sequence[object], depth: int, most: int) -> Seen | None:
    item = None
    for element in values[:most]:
        now = describe(element, depth + 1, most)
        item = now if item is None else merge(item, now)
    return item


def _run_in_turn(modules: torch.nn.Sequential) -> Iterator[str]:
    """The classes of what a sequence runs: ``?`` for those that are not torch's own."""
    for module in modules:
        if type(module) is torch.nn.Sequential:
            yield from _run_in_turn(module)
        else:
            kind = type(module)
            yield kind.__name__ if kind.__module__.startswith("torch.nn.") else "?"


def _keys(keys: Iterable[object]) -> str:
    """What keys are: ``int``, and ``range`` where they count from 0; ``""`` for anything else."""
    every = [*keys]
    if not all(type(k) is int and k >= 0 for k in every):
        return ""
    return "range" if every == [*range(len(every))] else "int"


def _called_names(trees: Iterable[ast.AST], modules: set[str]) -> Iterator[tuple[str, int]]:
    """Names of modules and of what is called, which are not wrapped, with their numbers."""
    for node in (n for tree in trees for n in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Name(id=name) as function):
                yield name, getattr(function, NUMBER)
            case ast.Name(id=name) if name in modules:
                yield name, getattr(node, NUMBER)
            case _:
                pass


def _bring_closures(names: Iterable[str], namespace: dict[str, Any]) -> None:
    """Make what helpers of the function around read of it known to their observed copies."""
    for name in names:
        value = namespace.get(name)
        if isinstance(value, FunctionType) and value.__closure__:
            for inner, content in inspect.getclosurevars(value).nonlocals.items():
                namespace.setdefault(inner, content)


class _Instrument(ast.NodeTransformer):
    """Wrap every numbered expression that is read: not literals, modules and called names."""

    def __init__(self, modules: set[str], methods: Mapping[str, str]) -> None:
        self.modules, self.methods = modules, methods

    def define(self, name: str, function: ast.FunctionDef) -> ast.stmt:
        """Return a helper's definition; a method's is a function of its object."""
        made: ast.FunctionDef = self.visit(copy.deepcopy(function))
        made.name = self.methods.get(name, name)
        return made

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave a called name alone: what it is does not matter."""
        function, method = node.func, self.methods.get(dotted(node.func))
        node = self.generic_visit(node)  # type: ignore[assignment]  # a visitor gives AST
        if isinstance(function, ast.Name):
            node.func = function
        elif method is not None and isinstance(function, ast.Attribute):
            node.func = ast.Name(id=method, ctx=ast.Load())
            node.args.insert(0, function.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """What ``self.count += 1`` changes is looked at before."""
        number, target = getattr(node.target, NUMBER, None), node.target
        # A statement stays one statement here.
        changed: ast.stmt = self.generic_visit(node)  # type: ignore[assignment]
        if number is None or not _is_variable(target):
            return [changed]
        before = ast.parse(ast.unparse(target), mode="eval").body
        return [ast.copy_location(ast.Expr(_see(number, before)), node), changed]

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 (ast's own)
        number = getattr(node, NUMBER, None)
        if isinstance(node, ast.Constant) or (
            isinstance(node, ast.Name) and node.id in self.modules
        ):
            return node
        node = super().visit(node)
        if number is None or not isinstance(node, ast.expr) or isinstance(node, _NEVER):
            return node
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        return _see(number, node)


def _is_variable(target: ast.expr) -> bool:
    """Whether it is one: a name, an attribute, or the entry of a dict by a fixed key."""
    match target:
        case ast.Name() | ast.Attribute() | ast.Subscript(slice=ast.Constant(value=str())):
            return True
        case _:
            return False


def _see(number: int, node: ast.expr) -> ast.Call:
    function = ast.Name(id=_SEE, ctx=ast.Load())
    return ast.Call(func=function, args=[ast.Constant(value=number), node], keywords=[])
