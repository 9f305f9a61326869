"""Modules of one kind, called one after the other: their parameters are stacked."""

from __future__ import annotations

import ast

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

MODULE = "module "  # before the class of one, in what was seen


def module_class(seen: Seen | None) -> str:
    """The class of the modules of a list; ``""`` for anything else, or for several classes."""
    item = seen.item if seen is not None else None
    if item is None or item.mixed or not isinstance(item.value, str):
        return ""
    return item.value.removeprefix(MODULE) if item.value.startswith(MODULE) else ""


def call_each(lifter: Lifter, node: ast.Call, modules: Value) -> Value:
    """Call all modules of a list, each with its own item or all with the same input."""
    args = [lifter.lift(a) for a in node.args if not isinstance(a, ast.Starred)]
    seen, (axis,) = lifter.what(node), modules.axes
    if node.keywords or len(args) != len(node.args) or not args:
        raise NotLiftable(f"how modules of {code.text(modules.code)} are called is not understood")
    if any(not a.is_fixed and a.axes != (axis,) for a in args):
        raise NotLiftable(f"modules of {code.text(modules.code)} with items of another loop")
    if seen is None or seen.kind != "tensor" or seen.mixed or None in seen.shape:
        raise NotLiftable(f"modules of {code.text(modules.code)} give different shapes")
    if modules.modules == "Linear" and len(args) == 1 and lifter.direct:
        made = _linear(lifter, modules, args[0], seen.rank)
    else:
        made = _mapped(lifter, node, modules, args, grad=seen.requires_grad)
    return lifter.of(node, made, (axis,), seen.rank)


def _linear(lifter: Lifter, modules: Value, value: Value, rank: int) -> ast.expr:
    """Layers of one size are one product with a batch of matrices."""
    lifter.used_ops += ["batched_call", "torch.bmm", "torch.stack"]
    weight = _stacked(lifter, modules, "weight")
    bias = _stacked(lifter, modules, "bias")
    deep = max(rank - 2, 0)
    matrices: ast.expr = code.attribute_of(weight, "mT")
    if deep:
        matrices = code.subscript(matrices, [code.FULL, *[code.NONE] * deep])
    each = code.subscript(bias, [code.FULL, *[code.NONE] * (rank - 1)]) if rank > 1 else bias
    if value.axes and rank == 1:
        row = code.subscript(value.code, [code.FULL, code.NONE])
        product: ast.expr = code.method(
            code.binary(row, ast.MatMult(), matrices), "squeeze", code.const(1)
        )
    else:
        product = code.binary(value.code, ast.MatMult(), matrices)
    return code.binary(product, ast.Add(), each)


def _stacked(lifter: Lifter, modules: Value, name: str) -> ast.expr:
    target = ast.Name(id=modules.item, ctx=ast.Store())
    comprehension = ast.ListComp(
        elt=ast.Attribute(value=code.name(modules.item), attr=name, ctx=ast.Load()),
        generators=[ast.comprehension(target=target, iter=modules.code, ifs=[], is_async=0)],
    )
    return lifter.bind(name, Value(code.call("torch.stack", comprehension))).code


def _mapped(
    lifter: Lifter, node: ast.Call, modules: Value, args: list[Value], *, grad: bool
) -> ast.expr:
    """``torch.vmap`` over the stacked parameters; where gradients flow, stacked by hand."""
    lifter.used_ops += ["torch.func.functional_call", "torch.vmap"]
    models = code.text(modules.code)
    if grad:
        states, params = lifter.fresh("states"), lifter.fresh("params")
        lines = [
            f"{states} = [dict([*{modules.item}.named_parameters(), "
            f"*{modules.item}.named_buffers()]) for {modules.item} in {models}]",
            f"{params} = {{name: torch.stack([state[name] for state in {states}]) "
            f"for name in {states}[0]}}",
        ]
        stacked, given = [params], ["p"]
    else:
        lifter.used_ops.append("torch.func.stack_module_state")
        params, buffers = lifter.fresh("params"), lifter.fresh("buffers")
        lines = [f"{params}, {buffers} = torch.func.stack_module_state({models})"]
        stacked, given = [params, buffers], ["p", "b"]
    lifter.statements += ast.parse("\n".join(lines)).body
    state = given[0] if grad else f"({', '.join(given)})"
    passed: list[str] = []
    for value, argument in zip(args, node.args, strict=True):
        if value.axes:
            name = argument.id if isinstance(argument, ast.Name) else f"x{len(given)}"
            given, stacked, passed = (
                [*given, name], [*stacked, code.text(value.code)], [*passed, name],
            )  # fmt: skip
        else:
            passed.append(code.text(value.code))
    call = f"torch.func.functional_call({models}[0], {state}, ({', '.join(passed)},))"
    text = f"torch.vmap(lambda {', '.join(given)}: {call})({', '.join(stacked)})"
    return ast.parse(text, mode="eval").body
