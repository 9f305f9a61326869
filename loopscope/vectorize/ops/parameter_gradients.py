"""Gradients of each sample's loss by parameters of a module: by all, or by those named.

``torch.func.functional_call`` runs the module with parameters that are handed in, so that the
loss is a function of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.held_parameters import Parameters, read_parameters
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.known import Each
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.sample_function import SampleFunction
from loopscope.vectorize.value import NotLiftable, Value

_BY_NUMBER = re.compile(r"\[(\d+)\]")
_PATH = re.compile(r"\w+(\.\w+)+")
_NAMES = ("params", "weights", "parameters")


def read_derived(lifter: Lifter, given: ast.expr) -> Parameters | None:
    """Return the parameters that a derivative is taken by; ``None`` for anything else."""
    return read_parameters(given, lifter.parameters)


def by_parameters(
    lifter: Lifter, held: Parameters, function: SampleFunction, output: ast.expr
) -> Value:
    """Return the gradients of all samples: a dict, by the parameter's name.

    Raises:
        NotLiftable: The loss is no function of the parameters and the sample that can be written.
    """
    made, axis = _mapped_loss(lifter, held, function, output)
    return Value(made, (axis,), kind="other", each=Each(keyed=True))


def by_named_parameters(
    lifter: Lifter, sources: list[ast.expr], output: ast.expr, defined: Mapping[str, ast.expr]
) -> Value | None:
    """Return the gradients by ``model.weight``, ``model.bias``; ``None`` for other sources.

    Raises:
        NotLiftable: The loss is no function of the parameters and the sample that can be written.
    """
    named = [_BY_NUMBER.sub(r".\1", code.text(s)) for s in sources]  # ``net.0.weight``
    if not all(map(_PATH.fullmatch, named)):
        return None
    first, *parents = named[0].split(".")[:-1]
    modules = [".".join([first, *parents[:k]]) for k in range(len(parents), -1, -1)]
    for module in modules:
        function = SampleFunction(lifter, dict(defined), [], module)
        if all(n.startswith(f"{module}.") for n in named) and function.depends(output):
            break
    else:
        return None
    names = [n.removeprefix(f"{module}.") for n in named]
    made, axis = _mapped_loss(lifter, Parameters(module), function, output)
    if len(names) > 1:
        made = lifter.bind("grads", Value(made)).code
    seen = [lifter.what(s) for s in sources]
    parts = tuple(
        Value(
            code.subscript(made, [code.const(name)]), (axis,), s.rank, "tensor", s.dtype, s.shape
        )
        for name, s in zip(names, seen, strict=True)
        if s is not None
    )
    return Value(made, (axis,), kind="other", parts=parts) if len(parts) == len(names) else None


def _mapped_loss(
    lifter: Lifter, held: Parameters, function: SampleFunction, output: ast.expr
) -> tuple[ast.expr, Axis]:
    """Write the loss of one sample; return its gradients for all, by the parameters' names."""
    wanted = next((n for n in _NAMES if n not in lifter.taken), _NAMES[0])
    function.state = lifter.fresh(wanted)
    body = function.written(output)
    axes = {a for v in function.arguments for a in v.axes}
    if len(axes) != 1:
        raise NotLiftable("a derivative that no sample, or several, have a part in")
    lifter.used_ops += ["torch.vmap", "torch.func.grad", "torch.func.functional_call"]
    loss = lifter.fresh("sample_loss")
    written = f"def {loss}({', '.join([function.state, *function.parameters])}):"
    lifter.statements += ast.parse(f"{written}\n    return {code.text(body)}").body
    own = "p" if "p" not in lifter.taken else lifter.fresh("param")
    test = f" if {own}.requires_grad" if held.trained else ""
    lifter.statements += ast.parse(
        f"{function.state} = {{name: {own}.detach() "
        f"for name, {own} in {held.module}.named_parameters(){test}}}"
    ).body
    grad = code.call("torch.func.grad", code.name(loss))
    dims = [code.NONE, *(code.const(0) if v.axes else code.NONE for v in function.arguments)]
    made = code.call(
        code.call("torch.vmap", grad, in_dims=code.tuple_of(dims)),
        code.name(function.state),
        *(v.code for v in function.arguments),
    )
    return made, axes.pop()


def rows_by_parameters(value: Value) -> Value:
    """Return gradients of losses from before the loop, a tuple of a tensor a parameter."""
    return replace(value, parts=None, each=Each())
