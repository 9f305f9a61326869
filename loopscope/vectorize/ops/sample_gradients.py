"""Derivatives of one sample after the other: ``torch.vmap`` of ``torch.func.grad``."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.graph_before import GRADIENTS
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Axis, NotLiftable, Value

_LEAF = {"requires_grad_", "detach", "clone"}
_KEYWORDS = {"retain_graph"}


def is_gradient(function: str) -> bool:
    """``torch.autograd.grad``, under whatever name its module has."""
    return function in GRADIENTS


def sample_gradients(lifter: Lifter, node: ast.Call) -> Value:
    """Return the gradients of all samples, one for each of what they are taken for.

    Raises:
        NotLiftable: What is derived is no function of the sample that we can write down.
    """
    if len(node.args) != 2 or {k.arg for k in node.keywords} - _KEYWORDS:
        raise NotLiftable("a derivative with options that are not understood")
    output, given = node.args
    sources = list(given.elts) if isinstance(given, ast.Tuple | ast.List) else [given]
    if not all(isinstance(s, ast.Name) for s in sources):
        raise NotLiftable(f"a derivative by {code.text(given)}")
    names = [s.id for s in sources if isinstance(s, ast.Name)]
    function = _Function(lifter, _definitions(lifter), names)
    if not function.depends(output):
        return _rows_of_jacobian(lifter, node, output, sources)
    arguments = [_source(lifter, function.defined, s) for s in sources]
    body = function.written(output)
    axes = {a for v in (*arguments, *function.arguments) for a in v.axes}
    if len(axes) != 1:
        raise NotLiftable("a derivative that no sample, or several, have a part in")
    (axis,) = axes
    return _mapped(lifter, node, names, [*arguments, *function.arguments], function, body, axis)


def _rows_of_jacobian(
    lifter: Lifter, node: ast.Call, output: ast.expr, sources: list[ast.expr]
) -> Value:
    """``grad(y[i], z)`` of what was computed before the loop: all rows in one backward."""
    value = lifter.lift(output)
    if len(value.axes) != 1 or value.rank or not dotted(value.code) or value.kind != "tensor":
        raise NotLiftable("what is derived was computed before the loop")
    lifter.used_ops += ["torch.autograd.grad", "torch.vmap"]
    eye = code.method(code.call("torch.eye", code.call("len", value.code)), "to", value.code)
    options = {k.arg: k.value for k in node.keywords if k.arg}
    made: ast.expr = code.call(
        "torch.autograd.grad", value.code, node.args[1], eye, **options,
        is_grads_batched=code.const(True),
    )  # fmt: skip
    if len(sources) > 1:
        made = lifter.bind("grads", Value(made)).code
    found = [lifter.lift(s) for s in sources]
    parts = tuple(
        Value(code.subscript(made, [code.const(k)]), value.axes, s.rank, "tensor", s.dtype,
              (None,) * s.rank)
        for k, s in enumerate(found)
    )  # fmt: skip
    return Value(made, value.axes, kind="other", parts=parts)


def _mapped(
    lifter: Lifter,
    node: ast.Call,
    names: list[str],
    arguments: list[Value],
    function: _Function,
    body: ast.expr,
    axis: Axis,
) -> Value:
    lifter.used_ops += ["torch.vmap", "torch.func.grad"]
    parameters = [ast.arg(arg=name) for name in (*names, *function.parameters)]
    plain = ast.arguments(
        posonlyargs=[], args=parameters, kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    several: dict[str, ast.expr] = {}
    if len(names) > 1:
        several = {"argnums": code.tuple_of([code.const(k) for k in range(len(names))])}
    grad = code.call("torch.func.grad", ast.Lambda(args=plain, body=body), **several)
    dims = [code.const(0) if v.axes else code.NONE for v in arguments]
    by = {} if all(v.axes for v in arguments) else {"in_dims": code.tuple_of(dims)}
    made: ast.expr = code.call(code.call("torch.vmap", grad, **by), *(v.code for v in arguments))
    if len(names) > 1:
        made = lifter.bind("grads", Value(made)).code
    each = [made] if len(names) == 1 else [
        code.subscript(made, [code.const(k)]) for k in range(len(names))
    ]  # fmt: skip
    parts = tuple(
        Value(e, (axis,), s.rank, "tensor", s.dtype, (None,) * s.rank)
        for e, s in zip(each, arguments, strict=False)
    )
    return Value(made, (axis,), kind="other", parts=parts)


@dataclass(slots=True)
class _Function:
    """What is derived, as a function of what it is derived by and of the sample.

    Attributes:
        defined: What the body sets names to.
        sources: Names that it is derived by.
        parameters, arguments: What differs between samples.
    """

    lifter: Lifter
    defined: dict[str, ast.expr]
    sources: list[str]
    parameters: list[str] = field(default_factory=list)
    arguments: list[Value] = field(default_factory=list)

    def written(self, node: ast.expr) -> ast.expr:
        """The expression, with parameters in it."""
        if isinstance(node, ast.Name) and node.id in self.sources:
            return code.name(node.id)
        if self.depends(node):
            if isinstance(node, ast.Name):
                return self.written(self.defined[node.id])
            return self._inside(node)
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
            for n in ast.walk(node)
            if isinstance(n, ast.Name)
        )

    def _parameter(self, node: ast.expr, value: Value) -> str:
        text = code.text(value.code)
        known = [code.text(v.code) for v in self.arguments]
        if text in known:
            return self.parameters[known.index(text)]
        name = node.id if isinstance(node, ast.Name) else _name_of(node)
        taken = {*self.sources, *self.parameters}
        while name in taken:
            name = f"{name}_"
        if value.counter is not None:
            raise NotLiftable(f"the counter {name} in what is derived")
        self.parameters.append(name)
        self.arguments.append(value)
        return name


def _source(lifter: Lifter, defined: dict[str, ast.expr], node: ast.expr) -> Value:
    """What a derivative is taken by: a leaf of the body's own, or a tensor from before."""
    made = defined.get(node.id, node) if isinstance(node, ast.Name) else node
    while True:
        match made:
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _LEAF:
                made = inner
            case ast.Name(id=name) if name in defined and made is not node:
                made = defined[name]
            case _:
                break
    value = lifter.lift(made)
    if value.kind != "tensor" or value.carry is not None:
        raise NotLiftable(f"a derivative by {code.text(node)}")
    seen = lifter.what(made) or lifter.what(node)
    if seen is None or seen.requires_grad:
        value = Value(code.method(value.code, "detach"), value.axes, value.rank, dtype=value.dtype)
    return value


@batches("requires_grad_")
def leaf(lifter: Lifter, call: Call) -> Value:
    """Leaves of the iterations' own are a leaf."""
    value = call.args[0]
    match value.code:
        case ast.Call(func=ast.Attribute(attr="detach" | "clone")):
            return replace(value, code=code.method(value.code, "requires_grad_"))
        case _:
            raise NotLiftable("a tensor that is no copy begins to require gradients")


def _definitions(lifter: Lifter) -> dict[str, ast.expr]:
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


def _name_of(node: ast.expr) -> str:
    """``x_i`` for ``x[i]``."""
    match node:
        case ast.Subscript(value=base, slice=ast.Name(id=index)) if dotted(base):
            return f"{dotted(base).rsplit('.', 1)[-1]}_{index}"
        case ast.Subscript(value=base) if dotted(base):
            return f"{dotted(base).rsplit('.', 1)[-1]}_item"
        case _:
            return "item"
