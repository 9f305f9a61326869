"""What is derived, written as a function of one sample."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.graph_before import GRADIENTS
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


@dataclass(slots=True)
class SampleFunction:
    """What is derived, as a function of what it is derived by and of the sample.

    Attributes:
        defined: What the body sets names to.
        sources: Names that it is derived by.
        module: The module whose parameters it is derived by; ``""`` where it is none.
        state: The name that stands for them.
        parameters, arguments: What differs between samples.
    """

    lifter: Lifter
    defined: dict[str, ast.expr]
    sources: list[str]
    module: str = ""
    state: str = ""
    parameters: list[str] = field(default_factory=list)
    arguments: list[Value] = field(default_factory=list)

    def written(self, node: ast.expr) -> ast.expr:
        """The expression, with parameters in it."""
        if isinstance(node, ast.Name) and node.id in self.sources:
            return code.name(node.id)
        if self.depends(node):
            if isinstance(node, ast.Name) and node.id in self.defined:
                return self.written(self.defined[node.id])
            if self.module:
                return self._of_module(node)
            return self._inside(node)
        if self.module and _is_reshaped(node):
            return self._inside(node)
        sample = _in_a_row(node) if self.module else None
        if sample is not None:
            self._refuse_history(node)
            name = self._parameter(sample, self.lifter.lift(sample))
            return code.subscript(code.name(name), [code.NONE])
        try:
            value = self.lifter.lift(node)
        except NotLiftable:
            return self._inside(node)
        self._refuse_history(node)
        if value.is_fixed and value.list_of is None:
            return value.code
        if value.kind == "other" or value.carry is not None or value.list_of is not None:
            return self._inside(node)
        return code.name(self._parameter(node, value))

    def _of_module(self, node: ast.expr) -> ast.expr:
        """``torch.func.functional_call(model, params, x)`` for ``model(x)``."""
        match node:
            case ast.Call(func=function, args=args) if dotted(function) == self.module:
                if any(k.arg is None for k in node.keywords):
                    raise NotLiftable(f"{code.text(node)} in what is derived")
                given = [self.written(a) for a in args]
                options = {k.arg: self.written(k.value) for k in node.keywords if k.arg}
                plain = len(given) == 1 and not isinstance(given[0], ast.Tuple)
                return code.call(
                    "torch.func.functional_call",
                    code.attribute(self.module),
                    code.name(self.state),
                    given[0] if plain else code.tuple_of(given),
                    **({"kwargs": _dict_of(options)} if options else {}),
                )
            case _ if dotted(node).startswith(self.module) or self._reads_module(node):
                raise NotLiftable(f"{code.text(node)} in what is derived")
            case _:
                return self._inside(node)

    def _refuse_history(self, node: ast.expr) -> None:
        """What was computed before the loop may come from what it is derived by."""
        seen = self.lifter.what(node)
        own = self.sources if all(s in self.defined for s in self.sources) else ()
        if not own and (seen is None or seen.requires_grad):
            raise NotLiftable(f"{code.text(node)} has a part in what is derived that is not known")

    def _inside(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.Name):
            raise NotLiftable(f"{code.text(node)} in what is derived")
        made = copy.copy(node)
        for name, value in ast.iter_fields(node):
            match value:
                case ast.Attribute() if name == "func":
                    # A copy of a call is a call.
                    made.func = self._callee(value)  # type: ignore[attr-defined]
                case ast.expr() if name != "func":
                    setattr(made, name, self.written(value))
                case [*items] if all(isinstance(i, ast.expr) for i in items):
                    setattr(made, name, [self.written(i) for i in items])
                case [*items] if all(isinstance(i, ast.keyword) for i in items):
                    new = [ast.keyword(arg=k.arg, value=self.written(k.value)) for k in items]
                    setattr(made, name, new)
                case _:
                    pass
        return made

    def _callee(self, function: ast.Attribute) -> ast.expr:
        if not self.depends(function.value):
            return function if self._is_module(function.value) else self._method(function)
        return self._method(function)

    def _method(self, function: ast.Attribute) -> ast.expr:
        return ast.Attribute(
            value=self.written(function.value), attr=function.attr, ctx=ast.Load()
        )

    def _is_module(self, node: ast.expr) -> bool:
        seen = self.lifter.what(node)
        return bool(dotted(node)) and (seen is None or seen.kind == "other")

    def depends(self, node: ast.AST) -> bool:
        """Whether what it is derived by has a part in an expression."""
        return any(
            n.id in self.sources or (n.id in self.defined and self.depends(self.defined[n.id]))
            if isinstance(n, ast.Name) and n.id != self.module
            else bool(self.module) and self._reads_module(n)
            for n in ast.walk(node)
        )

    def _reads_module(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and dotted(node.func) in self.lifter.functions:
            helper = self.lifter.functions[dotted(node.func)]
            root = self.module.partition(".")[0]
            return any(isinstance(n, ast.Name) and n.id == root for n in ast.walk(helper))
        return isinstance(node, ast.Name | ast.Attribute) and dotted(node) == self.module

    def _parameter(self, node: ast.expr, value: Value) -> str:
        text = code.text(value.code)
        known = [code.text(v.code) for v in self.arguments]
        if text in known:
            return self.parameters[known.index(text)]
        name = node.id if isinstance(node, ast.Name) else _name_of(node)
        taken = {*self.sources, *self.parameters, self.state}
        while name in taken:
            name = f"{name}_"
        if value.counter is not None:
            raise NotLiftable(f"the counter {name} in what is derived")
        self.parameters.append(name)
        self.arguments.append(value)
        return name


def definitions(lifter: Lifter) -> dict[str, ast.expr]:
    """What names of the body are set to, where they are set once."""
    around = lifter.outermost
    found: dict[str, ast.expr] = {}
    several: set[str] = set()
    for node in ast.walk(around) if around is not None else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name in found:
                    several.add(name)
                found[name] = value
            case ast.AugAssign(target=ast.Name(id=name)):
                several.add(name)
            case _:
                pass
    return {name: value for name, value in found.items() if name not in several}


def only_derived(lifter: Lifter, name: str) -> bool:
    """Whether a name is read for what is derived, and for nothing else."""
    around = lifter.outermost
    if around is None or name in lifter.live:
        return False
    derived: set[ast.AST] = set()
    for node in ast.walk(around):
        match node:
            case ast.Call(func=function, args=[output, *_]) if dotted(function) in GRADIENTS:
                derived.update(ast.walk(output))
            case _:
                pass
    return bool(derived) and _is_read_in(name, around, derived, frozenset())


def _is_read_in(
    name: str, around: ast.stmt, derived: set[ast.AST], waiting: frozenset[str]
) -> bool:
    """Whether a name is read there, or for names that are, alone."""
    if name in waiting:
        return False
    inside = set(derived)
    for node in ast.walk(around):
        match node:
            case ast.Assign(targets=[ast.Name(id=other)], value=value) if (
                other != name
                and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
                and _is_read_in(other, around, derived, waiting | {name})
            ):
                inside.update(ast.walk(value))
            case _:
                pass
    reads = [n for n in ast.walk(around) if isinstance(n, ast.Name) and n.id == name]
    return all(n in inside or isinstance(n.ctx, ast.Store) for n in reads)


def _name_of(node: ast.expr) -> str:
    """``x_i`` for ``x[i]``."""
    match node:
        case ast.Subscript(value=base, slice=ast.Name(id=index)) if dotted(base):
            return f"{dotted(base).rsplit('.', 1)[-1]}_{index}"
        case ast.Subscript(value=base) if dotted(base):
            return f"{dotted(base).rsplit('.', 1)[-1]}_item"
        case _:
            return "item"


def _is_reshaped(node: ast.expr) -> bool:
    """``x.unsqueeze(0)``, ``x[None]``: a sample that is made a batch of one."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(), attr="unsqueeze" | "view" | "reshape"),
            args=sizes,
            keywords=[],
        ):
            return all(code.integer(s) is not None for s in sizes)
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=None)):
            return True
        case _:
            return False


def _in_a_row(node: ast.expr) -> ast.Subscript | None:
    """``x[i]`` for ``x[i : i + 1]``; ``None`` for anything else."""
    match node:
        case ast.Subscript(
            value=ast.Name() as whole,
            slice=ast.Slice(
                lower=ast.Name(id=first) as index,
                upper=ast.BinOp(
                    left=ast.Name(id=second), op=ast.Add(), right=ast.Constant(value=1)
                ),
                step=None,
            ),
        ) if first == second:
            return ast.Subscript(whole, index, ast.Load())
        case _:
            return None


def _dict_of(options: dict[str, ast.expr]) -> ast.Dict:
    return ast.Dict(keys=[code.const(k) for k in options], values=[*options.values()])
