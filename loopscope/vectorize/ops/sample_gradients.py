"""Derivatives of one sample after the other: ``torch.vmap`` of ``torch.func.grad``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.graph_before import GRADIENTS
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.parameter_gradients import (
    by_named_parameters,
    by_parameters,
    read_derived,
    rows_by_parameters,
)
from loopscope.vectorize.ops.sample_function import SampleFunction, definitions
from loopscope.vectorize.value import NotLiftable, Value

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
    held = read_derived(lifter, given)
    if held is not None:
        function = SampleFunction(lifter, definitions(lifter), [], held.module)
        if function.depends(output):
            return by_parameters(lifter, held, function, output)
        return rows_by_parameters(_rows_of_jacobian(lifter, node, output, []))
    sources = list(given.elts) if isinstance(given, ast.Tuple | ast.List) else [given]
    named = by_named_parameters(lifter, sources, output, definitions(lifter))
    if named is not None:
        return named
    if not all(isinstance(s, ast.Name) for s in sources):
        raise NotLiftable(f"a derivative by {code.text(given)}")
    names = [s.id for s in sources if isinstance(s, ast.Name)]
    function = SampleFunction(lifter, definitions(lifter), names)
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
    function: SampleFunction,
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
