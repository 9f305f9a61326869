"""Lift expressions of a loop's body: each gets the code that computes all iterations at once."""

from __future__ import annotations

import ast
import copy
import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loopscope.model.seen import Seen
from loopscope.source.callees import RANDOM
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.carried import carried_binary, carried_choice, compare
from loopscope.vectorize.groups import grouped, mask_members
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.subscripts import lift_subscript
from loopscope.vectorize.value import (
    Axis,
    Counter,
    ListValue,
    NotLiftable,
    Value,
    align,
    union,
)

if TYPE_CHECKING:
    from loopscope.vectorize.body import Store
    from loopscope.vectorize.initial import Initial

_COMPARED = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_CASTS = {"int": "long", "float": "", "bool": "bool"}
_BUILTINS = {"max", "min", "abs", "int", "float", "bool", "round", "len", "sum", "any", "all"}


@dataclass(slots=True)
class Lifter:
    """Names of the body and what they stand for.

    Attributes:
        seen: What every numbered expression was when the loop ran.
        functions: The user's helpers by name, for inlining.
        arrays: Name → current contents, for tensors that the loop stores to and reads back.
        written: Tensors that the loop stores to: they cannot be read as fixed.
        guards: What the rewrite assumes beyond the loop, for the reader.
        imports: The file's names of modules: ``{"numpy": "np"}``.
        sizes: Names that were set to a tensor's size: ``{"n": ("x", 0)}``.
    """

    seen: Mapping[int, Seen]
    functions: Mapping[str, ast.FunctionDef] = field(default_factory=dict)
    env: dict[str, Value] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    guards: list[str] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    imports: Mapping[str, str] = field(default_factory=dict)
    statements: list[ast.stmt] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    sizes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    used_ops: list[str] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)
    stores: list[Store] = field(default_factory=list)
    contents: dict[str, dict[str, Value]] = field(default_factory=dict)
    augmented: set[str] = field(default_factory=set)
    guard: Value | None = None
    initial: dict[str, Initial] = field(default_factory=dict)
    updates: dict[str, Value] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    recurrent: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)
    recurrences: dict[str, Value] = field(default_factory=dict)
    ranges: dict[str, Value] = field(default_factory=dict)
    owners: dict[str, Value] = field(default_factory=dict)
    before_first: dict[str, ast.Subscript] = field(default_factory=dict)
    start_of: dict[str, Value] = field(default_factory=dict)
    shared_axis: Axis | None = None
    live: set[str] = field(default_factory=set)
    outermost: ast.stmt | None = None
    fetched: str = ""
    limits: dict[int, Value] = field(default_factory=dict)
    stacked: dict[str, ast.expr] = field(default_factory=dict)
    aliases: dict[str, Axis] = field(default_factory=dict)
    loaded: dict[str, Seen] = field(default_factory=dict)
    direct: bool = True
    depth: int = 0
    order: int = 0

    def assume(self, condition: str) -> None:
        """Note an expression that must hold at the loop's entry for the rewrite to be right."""
        if (
            not {n.id for n in ast.walk(ast.parse(condition)) if isinstance(n, ast.Name)}
            & self.made
        ):
            self.guards.append(condition)

    def what(self, node: ast.AST) -> Seen | None:
        """What an expression was seen to be; ``None`` where it never ran."""
        return self.seen.get(getattr(node, NUMBER, -1))

    def read_later(self, node: ast.stmt) -> set[str]:
        """Names that are read outside of a loop: after the region, or in the loops around it."""
        inside = {id(n) for n in ast.walk(node)}
        around = self.outermost if self.outermost is not None else node
        return self.live | {
            n.id
            for n in ast.walk(around)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in inside
        }

    def target_seen(self, name: str) -> Seen | None:
        """What a loop's variable was seen to be where the body reads it."""
        return self.loaded.get(name)

    def lift(self, node: ast.expr) -> Value:
        """Return the value of an expression over all iterations.

        Raises:
            NotLiftable: It has no form that we know.
        """
        if is_metadata(node) and dotted(_measured(node)) in self.written:
            return self._typed(node, node)
        match node:
            case ast.Constant():
                return Value(node, kind="number", dtype=type(node.value).__name__)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._bool(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.choose(self.condition(test), self.lift(body), self.lift(orelse))
            case ast.Subscript():
                return lift_subscript(self, node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.List(elts=[]):
                return Value(node, kind="other", list_of=ListValue())
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return self._sequence(node, [self.lift(e) for e in elts])
            case ast.ListComp() | ast.GeneratorExp():
                from loopscope.vectorize.comprehensions import lift_comprehension

                return lift_comprehension(self, node)
            case _:
                return self._fixed(node)

    def fixed(self, node: ast.expr) -> ast.expr:
        """Return the code of an expression that is the same in every iteration.

        Raises:
            NotLiftable: It is not.
        """
        value = self.lift(node)
        if not value.is_fixed:
            raise NotLiftable(f"{code.text(node)} differs between iterations")
        return value.code

    def bind(self, wanted: str, value: Value) -> Value:
        """Write ``name = value`` before what is lifted next, and return the name's value."""
        name = self.fresh(wanted)
        self.statements.append(
            ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=value.code, lineno=0)
        )
        return replace(value, code=code.name(name))

    def fresh(self, wanted: str) -> str:
        """Return a name that the function does not use yet, like the one wanted."""
        name, k = wanted, 1
        while name in self.taken or keyword.iskeyword(name):
            k += 1
            name = f"{wanted}_{k}"
        self.taken.add(name)
        self.made.add(name)
        return name

    def of(self, node: ast.AST, made: ast.expr, axes: tuple[Axis, ...], rank: int) -> Value:
        """Return a tensor value of such code, typed as the expression was seen."""
        seen = self.what(node)
        if seen is None or seen.kind not in ("tensor", "array", "number"):
            return Value(made, axes, rank)
        return Value(
            made,
            axes,
            rank,
            "number" if seen.kind == "number" and not axes else "tensor",
            seen.dtype,
            seen.shape if seen.rank == rank else (None,) * rank,
            python=seen.kind == "number",
        )

    def condition(self, node: ast.expr) -> Value:
        """Lift a test: a boolean value."""
        value = self.lift(node)
        if value.axes and value.dtype not in ("bool", "") and not _is_test(node):
            return replace(
                value, code=ast.Compare(value.code, [ast.NotEq()], [code.const(0)]), dtype="bool"
            )
        return value

    def choose(self, test: Value, then: Value, orelse: Value) -> Value:
        """``torch.where(test, then, orelse)``, or a Python choice where the test is fixed."""
        if then == orelse:
            return then
        if test.is_fixed and then.carry is None and orelse.carry is None:
            axes = union([then.axes, orelse.axes])
            if then.axes != orelse.axes or then.rank != orelse.rank:
                raise NotLiftable("a fixed test chooses between values of different shape")
            return Value(
                ast.IfExp(test.code, then.code, orelse.code),
                axes,
                then.rank,
                then.kind,
                then.dtype,
            )
        if then.carry is not None or orelse.carry is not None or test.carry is not None:
            return carried_choice(self, test, then, orelse)
        if then.parts is not None and orelse.parts is not None:
            pairs = zip(then.parts, orelse.parts, strict=True)
            return Value(
                then.code, parts=tuple(self.choose(test, a, b) for a, b in pairs), kind="other"
            )
        if "other" in (then.kind, orelse.kind):
            raise NotLiftable("a test chooses between values that are no tensors")
        axes = union([test.axes, then.axes, orelse.axes])
        rank = max(test.rank, then.rank, orelse.rank)
        self.used_ops.append("torch.where")
        parts = [align(v, axes, rank) for v in (test, then, orelse)]
        dtype = then.dtype if then.kind == "tensor" else orelse.dtype
        shape = then.shape if then.rank == rank else orelse.shape
        return Value(code.call("torch.where", *parts), axes, rank, "tensor", dtype, shape)

    def combine(self, left: Value, op: ast.operator, right: Value, node: ast.AST) -> Value:
        """``left op right`` with their axes aligned."""
        if left.carry is not None or right.carry is not None:
            return carried_binary(self, left, op, right)
        if isinstance(op, ast.MatMult):
            return batched_op(self, Call("matmul", "", [left, right], {}, node, None))
        if left.counter or right.counter:
            moved = _moved_counter(left, op, right)
            if moved is not None:
                return moved
        for side in (left, right):
            if side.kind == "other" and not (left.is_fixed and right.is_fixed):
                raise NotLiftable(f"{code.text(side.code)} is no tensor")
        (left, right), members = grouped([left, right])
        masks = [v.mask for v in (left, right) if v.mask is not None]
        axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
        made = code.binary(align(left, axes, rank), op, align(right, axes, rank))
        value = self.of(node, made, axes, rank)
        value = replace(value, members=members, mask=masks[0] if masks else None)
        scaled = _scaled_counter(left, op, right)
        if scaled is not None:
            value = replace(value, scaled=scaled)
        if isinstance(op, ast.Mult) and left.axes and right.axes:
            value = replace(value, factors=(left, right))
        if not value.dtype or what_is_number(self.what(node)):
            tensor = left if left.kind == "tensor" else right
            shape = next((v.shape for v in (left, right) if v.rank == rank), (None,) * rank)
            value = replace(value, dtype=tensor.dtype, shape=shape)
        return value

    def _name(self, node: ast.Name, name: str) -> Value:
        known = self.env.get(name)
        if known is not None:
            return known
        if name in self.written:
            raise NotLiftable(f"{name} is read while the loop writes it")
        return self._fixed(node)

    def _fixed(self, node: ast.expr) -> Value:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and (
                inner.id in self.written
                or (inner.id in self.env and not self.env[inner.id].is_fixed)
            ):
                raise NotLiftable(f"{code.text(node)} is not understood")
        return self._typed(node, _substituted(node, self.env))

    def _typed(self, node: ast.AST, made: ast.expr) -> Value:
        seen = self.what(node)
        if seen is None and isinstance(node, ast.Name):
            seen = self.loaded.get(node.id)
        if seen is None:
            return Value(made, kind="other")
        match seen.kind:
            case "tensor" | "array":
                return Value(made, (), seen.rank, "tensor", seen.dtype, seen.shape)
            case "number":
                return Value(made, (), 0, "number", seen.dtype)
            case _:
                return Value(made, (), 0, "other")

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.lift(node.left), self.lift(node.right)
        if left.is_fixed and right.is_fixed:
            made = code.binary(left.code, node.op, right.code)
            if self.what(node) is None and left.kind == right.kind == "number":
                dtype = "float" if "float" in (left.dtype, right.dtype) else left.dtype
                return Value(made, kind="number", dtype=dtype)
            return self._typed(node, made)
        if left.list_of is not None or right.list_of is not None:
            raise NotLiftable("arithmetic on lists")
        return self.combine(left, node.op, right, node)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.lift(node.operand)
        if value.is_fixed:
            return self._typed(node, ast.UnaryOp(op=node.op, operand=value.code))
        match node.op:
            case ast.Not():
                value = self.condition(node.operand)
                return replace(
                    value, code=ast.UnaryOp(op=ast.Invert(), operand=value.code), dtype="bool"
                )
            case ast.USub() if value.counter is not None:
                counter = value.counter
                moved = Counter(counter.axis, -counter.offset, -counter.sign)
                return replace(
                    value, code=ast.UnaryOp(op=node.op, operand=value.code), counter=moved
                )
            case ast.USub() if value.carry is not None:
                minus = Value(code.const(-1), kind="number", dtype="int")
                return carried_binary(self, minus, ast.Mult(), value)
            case _:
                return replace(value, code=ast.UnaryOp(op=node.op, operand=value.code), fill=None)

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.lift(v) for v in (node.left, *node.comparators)]
        if all(v.is_fixed for v in values):
            left, *rest = (v.code for v in values)
            return self._typed(node, ast.Compare(left, node.ops, rest))
        if any(type(op) not in _COMPARED for op in node.ops):
            raise NotLiftable(f"{code.text(node)} is not understood")
        pairs = [
            self._one_comparison(a, op, b)
            for a, op, b in zip(values, node.ops, values[1:], strict=False)
        ]
        found = pairs[0]
        for pair in pairs[1:]:
            found = self._logic(found, ast.BitAnd(), pair)
        return found

    def _one_comparison(self, left: Value, op: ast.cmpop, right: Value) -> Value:
        if left.carry is not None or right.carry is not None:
            return compare(left, op, right)
        selects = mask_members(left, op, right)
        (left, right), members = grouped([left, right])
        axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
        made = ast.Compare(align(left, axes, rank), [op], [align(right, axes, rank)])
        shape = left.shape if left.rank == rank else right.shape
        return Value(
            made,
            axes,
            rank,
            "tensor",
            "bool",
            shape,
            selects=selects,
            members=members,
            mask=left.mask or right.mask,
        )

    def _bool(self, node: ast.BoolOp) -> Value:
        values = [self.condition(v) for v in node.values]
        if all(v.is_fixed for v in values):
            return self._typed(node, ast.BoolOp(node.op, [v.code for v in values]))
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        found = values[0]
        for value in values[1:]:
            found = self._logic(found, op, value)
        return found

    def _logic(self, left: Value, op: ast.operator, right: Value) -> Value:
        if left.carry is not None or right.carry is not None:
            return carried_binary(self, left, op, right)
        axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
        made = code.binary(align(left, axes, rank), op, align(right, axes, rank))
        return Value(made, axes, rank, "tensor", "bool")

    def _attribute(self, node: ast.Attribute) -> Value:
        known = self.env.get(dotted(node)) if dotted(node) else None
        if known is not None:
            return known
        if dotted(node) in self.written:
            raise NotLiftable(f"{dotted(node)} is read while the loop writes it")
        if _root_is_fixed(node, self):
            return self._typed(node, _substituted(node, self.env))
        receiver = self.lift(node.value)
        if receiver.parts is not None and node.attr in ("values", "indices"):
            return receiver.parts[0 if node.attr == "values" else 1]
        if receiver.is_fixed:
            return self._typed(
                node, ast.Attribute(value=receiver.code, attr=node.attr, ctx=ast.Load())
            )
        return batched_op(self, Call(node.attr, "attribute", [receiver], {}, node, None))

    def _sequence(self, node: ast.Tuple | ast.List, values: list[Value]) -> Value:
        made = type(node)(elts=[v.code for v in values], ctx=ast.Load())
        fixed = all(v.is_fixed and v.list_of is None for v in values)
        return (
            Value(made, kind="other", parts=tuple(values))
            if not fixed
            else replace(self._typed(node, made), parts=tuple(values))
        )

    def _call(self, node: ast.Call) -> Value:
        function = dotted(node.func)
        helper = self.functions.get(function)
        if helper is not None and function not in self.env:
            inlined = self.inline(helper, node)
            if inlined is not None:
                return inlined
        args = [self.lift(a) for a in node.args if not isinstance(a, ast.Starred)]
        if len(args) != len(node.args) or any(k.arg is None for k in node.keywords):
            raise NotLiftable(f"{code.text(node)} is not understood")
        keywords = {k.arg or "": self.lift(k.value) for k in node.keywords}
        everything = [*args, *keywords.values()]
        style, name, receiver = self._callee(node)
        if name in RANDOM:
            raise NotLiftable(f"{name} draws random numbers")
        if receiver is not None:
            args.insert(0, receiver)
            everything.append(receiver)
        if all(_plain(v) for v in everything):
            return self._typed(node, _rebuilt(node, args, keywords, receiver))
        return batched_op(self, Call(name, style, args, keywords, node, node.func))

    def _callee(self, node: ast.Call) -> tuple[str, str, Value | None]:
        """Style, last name and receiver of a call."""
        match node.func:
            case ast.Name(id=name):
                return ("builtin" if name in _BUILTINS else "function"), name, None
            case ast.Attribute(value=value, attr=attr):
                root = dotted(value).split(".")[0]
                module = self.what(value)
                if module is not None and module.kind == "other" and module.value == "module":
                    return dotted(node.func), attr, None
                if module is None and root in ("torch", "F", "math", "np", "numpy", "nn"):
                    return dotted(node.func), attr, None
                receiver = self.lift(value)
                if receiver.kind == "other" and receiver.list_of is None and receiver.is_fixed:
                    return "function", attr, None
                return "method", attr, receiver
            case _:
                return "function", "", None

    def inline(self, helper: ast.FunctionDef, node: ast.Call) -> Value | None:
        """Lift a helper's body in the place of its call; ``None`` where nothing of it varies."""
        from loopscope.vectorize.inline import inline_call

        return inline_call(self, helper, node)


def what_is_number(seen: Seen | None) -> bool:
    """Whether an item was a Python number, whose type says nothing of the lifted tensor's."""
    return seen is not None and seen.kind == "number"


def is_metadata(node: ast.expr) -> bool:
    """Whether an expression reads a tensor's size or type, not its values."""
    return _measured(node) is not node


def _measured(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[value]):
            return value
        case ast.Call(func=ast.Attribute(value=value, attr="size" | "dim" | "numel")):
            return value
        case ast.Attribute(value=value, attr="shape" | "dtype" | "device" | "ndim"):
            return value
        case ast.Subscript(value=ast.Attribute(value=value, attr="shape")):
            return value
        case _:
            return node


def _plain(value: Value) -> bool:
    parts = value.parts or ()
    return value.is_fixed and value.list_of is None and all(_plain(p) for p in parts)


def _is_test(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _moved_counter(left: Value, op: ast.operator, right: Value) -> Value | None:
    """``i + c``, ``i - c`` and ``c - i`` are counters; the code is kept for other uses."""
    made = code.binary(left.code, op, right.code)
    match left.counter, right.counter, op:
        case Counter(also=None) as one, Counter(also=None) as two, ast.Add() if (
            one.sign == two.sign == 1
            and one.axis != two.axis
            and one.axis.step == two.axis.step == 1
        ):
            outer, inner = sorted((one, two), key=lambda c: c.axis.order)
            both = (outer.axis, inner.axis)
            moved = Counter(outer.axis, one.offset + two.offset, 1, inner.axis)
            made = code.binary(align(left, both, 0), op, align(right, both, 0))
            return Value(made, both, 0, "number", "int", counter=moved)
        case Counter() as counter, None, ast.Add() | ast.Sub() if right.is_fixed:
            change = linear(right.code)
            change = change if isinstance(op, ast.Add) else -change
            moved = replace(counter, offset=counter.offset + change)
        case None, Counter() as counter, ast.Add() if left.is_fixed:
            moved = replace(counter, offset=counter.offset + linear(left.code))
        case None, Counter() as counter, ast.Sub() if left.is_fixed:
            moved = Counter(counter.axis, linear(left.code) - counter.offset, -counter.sign)
        case _:
            return None
    if (left if left.is_fixed else right).dtype not in ("int", ""):
        return None
    return Value(made, (moved.axis,), 0, "number", "int", counter=moved)


def _scaled_counter(
    left: Value, op: ast.operator, right: Value
) -> tuple[Axis, ast.expr, Linear] | None:
    """``i * d``, ``(i + 1) * d`` and ``i * d + c``."""
    for counted, fixed in ((left, right), (right, left)):
        if not fixed.is_fixed or fixed.kind != "number":
            continue
        if isinstance(op, ast.Mult) and counted.counter is not None and counted.counter.sign == 1:
            offset = counted.counter.offset
            if offset.terms or counted.counter.also is not None:
                return None
            move = linear(code.binary(code.const(offset.constant), ast.Mult(), fixed.code))
            number = code.integer(fixed.code)
            if offset.constant == 1:
                move = linear(fixed.code)
            elif not offset.constant:
                move = Linear()
            elif number is not None:
                move = Linear((), offset.constant * number)
            return counted.counter.axis, fixed.code, move
        if isinstance(op, ast.Add) and counted.scaled is not None:
            axis, scale, offset = counted.scaled
            return axis, scale, offset + linear(fixed.code)
    return None


def _root_is_fixed(node: ast.Attribute, lifter: Lifter) -> bool:
    name = dotted(node)
    if not name:
        return False
    root = name.split(".")[0]
    known = lifter.env.get(root)
    return known is None or (known.is_fixed and isinstance(known.code, ast.Name))


def _substituted(node: ast.expr, env: Mapping[str, Value]) -> ast.expr:
    """Put the code of fixed names of the body in their place."""

    class Substitute(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            known = env.get(name.id)
            if known is None or not isinstance(name.ctx, ast.Load):
                return name
            return known.code

    return Substitute().visit(copy.deepcopy(node))  # type: ignore[no-any-return]


def _rebuilt(
    node: ast.Call, args: list[Value], keywords: dict[str, Value], receiver: Value | None
) -> ast.Call:
    function = node.func
    if receiver is not None and isinstance(function, ast.Attribute):
        args = args[1:]
        function = ast.Attribute(value=receiver.code, attr=function.attr, ctx=ast.Load())
    return ast.Call(
        func=function,
        args=[a.code for a in args],
        keywords=[ast.keyword(arg=k, value=v.code) for k, v in keywords.items()],
    )


__all__ = ["Lifter", "ListValue"]
