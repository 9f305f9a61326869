"""Calls of the body."""

from __future__ import annotations

import ast

from loopscope.source.callees import RANDOM
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.module_names import not_of_a_library
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.expressions.inline import inline_call
from loopscope.vectorize.expressions.names import substituted
from loopscope.vectorize.expressions.quotients import quotient_and_rest
from loopscope.vectorize.expressions.unseen import unseen_fill
from loopscope.vectorize.groups.lookups import is_table, look_up
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.operators.domains import with_gradient
from loopscope.vectorize.ops.ensembles import call_each, module_class
from loopscope.vectorize.ops.modules import is_module
from loopscope.vectorize.ops.sample_gradients import is_gradient, sample_gradients
from loopscope.vectorize.value import NotLiftable, Value

_BUILTINS = {"max", "min", "abs", "int", "float", "bool", "round", "len", "sum", "any", "all"}

_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "gt": ast.Gt,
    "ge": ast.GtE,
    "lt": ast.Lt,
    "le": ast.LtE,
    "eq": ast.Eq,
    "ne": ast.NotEq,
}
_NUMBERS = {"len": "int", "int": "int", "float": "float"}


def lift_call(lifter: Lifter, node: ast.Call) -> Value:
    """A call: a helper is inlined, an op gets all iterations at once."""
    function = dotted(node.func)
    node = _unpacked(lifter, node)
    helper = lifter.functions.get(function)
    if helper is not None and function not in lifter.env:
        inlined = inline_call(lifter, helper, node)
        if inlined is not None:
            owner = function.rpartition(".")[0]
            if owner in lifter.classes:
                lifter.assume(f"type({owner}).__name__ == {lifter.classes[owner]!r}")
            return inlined
    modules = lifter.env.get(function) or _chosen_module(lifter, node.func)
    if modules is not None and modules.modules:
        return call_each(lifter, node, modules)
    if is_gradient(function):
        return sample_gradients(lifter, node)
    plain = _picked(lifter, node) or _compared(lifter, node)
    if plain is not None:
        setattr(plain, NUMBER, getattr(node, NUMBER, -1))
        return lifter.lift(plain)
    found = quotient_and_rest(lifter, node) or _looked_up(lifter, node)
    if found is not None:
        return found
    args = [lifter.lift(a) for a in node.args if not isinstance(a, ast.Starred)]
    if len(args) != len(node.args) or any(k.arg is None for k in node.keywords):
        raise NotLiftable(f"{code.text(node)} is not understood")
    keywords = {k.arg or "": lifter.lift(k.value) for k in node.keywords}
    everything = [*args, *keywords.values()]
    style, name, receiver = _callee(lifter, node)
    callee = _as_it_is_now(lifter, node.func)
    if name.rpartition(".")[2] in RANDOM and not is_module(lifter.what(node.func)):
        raise NotLiftable(f"{name} draws random numbers")
    if receiver is not None:
        args.insert(0, receiver)
        everything.append(receiver)
    if all(_plain(v) for v in everything):
        made = _rebuilt(callee, args, keywords, receiver)
        if lifter.what(node) is None and function in _NUMBERS:  # it never ran
            return Value(made, kind="number", dtype=_NUMBERS[function])
        if lifter.what(node) is None and _is_one_number(node):
            dtype = {bool: "bool", int: "int64"}.get(type(_first(node)), "float32")
            return Value(made, kind="tensor", dtype=dtype)
        unseen = unseen_fill(lifter, node, made) if lifter.what(node) is None else None
        return unseen or lifter.typed(node, made)
    if function == "slice" and not keywords and len(args) < 4:
        return _kept_slice(node, args)
    args = with_gradient(lifter, name, args)
    return batched_op(lifter, Call(name, style, args, keywords, node, callee))


def _unpacked(lifter: Lifter, node: ast.Call) -> ast.Call:
    """``f(*pair)`` as ``f(pair[0], pair[1])``, where the name stands for that many values."""
    given: list[ast.expr] = []
    for argument in node.args:
        match argument:
            case ast.Starred(value=ast.Name(id=name) as whole) if (
                known := lifter.env.get(name)
            ) is not None and known.parts is not None:
                places = map(code.const, range(len(known.parts)))
                given += [code.subscript(whole, [place]) for place in places]
            case _:
                given.append(argument)
    if given == node.args:
        return node
    made = ast.Call(node.func, given, node.keywords)
    setattr(made, NUMBER, getattr(node, NUMBER, -1))
    return ast.copy_location(made, node)


def _picked(lifter: Lifter, node: ast.Call) -> ast.Subscript | None:
    """``torch.masked_select(x, mask)`` of one shape as ``x[mask]``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch")), args=[whole, mask]):
            pass
        case ast.Call(func=ast.Attribute(value=whole), args=[mask]):
            pass
        case _:
            return None
    seen = [lifter.what(n) for n in (whole, mask)]
    if dotted(node.func).rpartition(".")[2] != "masked_select" or node.keywords or None in seen:
        return None
    if len({s.shape for s in seen if s is not None}) > 1:
        return None
    return ast.copy_location(ast.Subscript(whole, mask, ast.Load()), node)


def _compared(lifter: Lifter, node: ast.Call) -> ast.Compare | None:
    """``x.gt(y)`` as ``x > y``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="torch"), attr=attr), args=[left, right]
        ):
            pass
        case ast.Call(func=ast.Attribute(value=left, attr=attr), args=[right]):
            pass
        case _:
            return None
    seen, attr = lifter.what(left), dotted(node.func).rpartition(".")[2]
    if attr not in _COMPARISONS or node.keywords or seen is None or seen.kind != "tensor":
        return None
    return ast.copy_location(ast.Compare(left, [_COMPARISONS[attr]()], [right]), node)


def _is_one_number(node: ast.Call) -> bool:
    """Whether it is ``torch.tensor(0.0)`` or ``torch.zeros(())``."""
    function, plain = dotted(node.func), len(node.args) == 1 and not node.keywords
    if function in ("torch.zeros", "torch.ones"):
        return plain and code.text(node.args[0]) == "()"
    return plain and function == "torch.tensor" and isinstance(_first(node), bool | int | float)


def _first(node: ast.Call) -> object:
    return node.args[0].value if isinstance(node.args[0], ast.Constant) else None


def _chosen_module(lifter: Lifter, function: ast.expr) -> Value | None:
    """``models[i]`` that is called."""
    match function:
        case ast.Subscript(value=models) if module_class(lifter.what(models)):
            return lifter.lift(function)
        case _:
            return None


def _kept_slice(node: ast.Call, args: list[Value]) -> Value:
    """``part = slice(a, b)``: what ``x[a:b]`` has between its brackets."""
    first = [*([None] if len(args) == 1 else []), *args]
    bounds = (*first, *[None] * (3 - len(first)))
    nodes = [*([None] if len(args) == 1 else []), *node.args]
    made = ast.Slice(*nodes)
    return Value(made, union([v.axes for v in args]), kind="other", bounds=bounds)


def _looked_up(lifter: Lifter, node: ast.Call) -> Value | None:
    """``d.get(k, default)``; ``None`` for any other call."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=base, attr="get"), args=[key, default], keywords=[]
        ) if is_table(lifter, base):
            keys, other = lifter.lift(key), lifter.lift(default)
            return None if keys.is_fixed else look_up(lifter, base, keys, other)
        case _:
            return None


def _callee(lifter: Lifter, node: ast.Call) -> tuple[str, str, Value | None]:
    """Style, last name and receiver of a call.

    The whole callee is the name where that is no op, whatever its last part is called:
    ``self.norm`` is a module of ``self``, and ``tools.norm`` what somebody's own file defines.
    """
    written = dotted(node.func)
    foreign = not_of_a_library(written, lifter.imports)
    if foreign:
        return "function", foreign, None
    match node.func:
        case ast.Name(id=name):
            return ("builtin" if name in _BUILTINS else "function"), name, None
        case ast.Attribute(value=value, attr=attr):
            root = dotted(value).split(".")[0]
            module = lifter.what(value)
            if module is not None and module.kind == "other" and module.value == "module":
                return written, attr, None
            if module is None and root in ("torch", "F", "math", "np", "numpy", "nn"):
                return written, attr, None
            receiver = lifter.lift(value)
            if receiver.kind == "other" and receiver.list_of is None and receiver.is_fixed:
                return "function", code.text(node.func), None
            return "method", attr, receiver
        case _:
            return "function", "", None


def _plain(value: Value) -> bool:
    parts = value.parts or ()
    return value.is_fixed and value.list_of is None and all(_plain(p) for p in parts)


def _as_it_is_now(lifter: Lifter, function: ast.expr) -> ast.expr:
    """``(t * t).sum`` with what ``t`` has become, where it is the same in every iteration."""
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} & lifter.env.keys()
    fixed = all(_plain(lifter.env[name]) for name in names)
    return substituted(function, lifter.env) if fixed else function


def _rebuilt(
    function: ast.expr, args: list[Value], keywords: dict[str, Value], receiver: Value | None
) -> ast.Call:
    if receiver is not None and isinstance(function, ast.Attribute):
        args = args[1:]
        function = ast.Attribute(value=receiver.code, attr=function.attr, ctx=ast.Load())
    return ast.Call(
        func=function,
        args=[a.code for a in args],
        keywords=[ast.keyword(arg=k, value=v.code) for k, v in keywords.items()],
    )
