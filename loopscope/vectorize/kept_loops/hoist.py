"""The part of a sequential loop that does not wait for the last step, done before it.

``h = torch.tanh(x[t] @ W + h @ U)``: all ``x[t] @ W`` are one product, ``xw = x @ W``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.source.keyed_names import real_names
from loopscope.source.loop import dotted
from loopscope.source.names import last_name
from loopscope.vectorize import code
from loopscope.vectorize.around.edits import written_edits
from loopscope.vectorize.around.module_names import imported_names, taken_names
from loopscope.vectorize.around.named_sizes import named_sizes
from loopscope.vectorize.around.region import copied, live_names, without_return
from loopscope.vectorize.around.setup_code import setup_code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.expressions.lift_expression import lift_expression
from loopscope.vectorize.finish.dead_code import without_dead
from loopscope.vectorize.finish.polish import polished
from loopscope.vectorize.finish.repeated import named_repeats
from loopscope.vectorize.headers.bind_header import bind_header
from loopscope.vectorize.kept_loops.changed_names import changed_names
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.statements.lift_statements import lift_statements
from loopscope.vectorize.value import NotLiftable, Value

_PRODUCTS = {"matmul", "mm", "mv", "linear", "einsum"}
_SHORT = 6


def hoist_projections(prepared: Prepared, seen: Mapping[int, Seen]) -> Draft:
    """Return the loop with its products that no step hands on computed before it.

    Raises:
        NotLiftable: There is none, or it cannot be computed for all steps at once.
    """
    return hoisted(prepared, seen, Hoister)


def hoisted(prepared: Prepared, seen: Mapping[int, Seen], kind: type[Hoister]) -> Draft:
    """Return the loop with what such a hoister finds computed before it.

    Raises:
        NotLiftable: There is nothing, or it cannot be computed for all steps at once.
    """
    first, *tail = copied(prepared.statements)
    if not isinstance(first, ast.For) or first.orelse:
        raise NotLiftable("a sequential loop that is no for")
    if prepared.picked.lists:
        raise NotLiftable("a sequential loop that fills a tensor place by place")
    lifter = Lifter(
        seen,
        lift_expression,
        lift_statements,
        prepared.functions,
        imports=imported_names(prepared.loop.module),
        taken=taken_names(prepared.loop),
        uses=count_uses(first),
        sizes=named_sizes(prepared.region.function),
        outermost=first,
    )
    axis = bind_header(lifter, first.target, first.iter)
    if lifter.statements:
        raise NotLiftable("a loop whose items have to be stacked first")
    hoister = kind(lifter, axis, first, seen)
    later = set(live_names(prepared.region)).union(*(count_uses(s) for s in tail))
    lifter.live = later
    first.body = _without_unread(hoister.statements(first.body), hoister.known, later)
    if not hoister.walked:
        raise NotLiftable(f"no {kind.wanted} that waits for no other step")
    hoister.walk_along(first)
    rest = [[s] for s in tail]
    ahead, *_ = without_dead([lifter.statements, [first], *rest], tuple(later))
    ahead = named_repeats([*map(polished, ahead)], lifter.fresh, lifter.known_names)
    made = [[*ahead, first], *rest]
    region = prepared.region
    return Draft(
        loop="\n".join(code.text(s) for s in without_return(copied(region.statements))),
        rewrite="\n".join(code.text(s) for group in made for s in group),
        live=real_names(live_names(region)),
        fresh=(),
        setup=setup_code(region),
        edits=written_edits(prepared.loop, region, made, set()),
        ops=kind.ops or tuple(dict.fromkeys(lifter.used_ops)),
        guards=tuple(dict.fromkeys(lifter.guards)),
        finite=lifter.finite,
    )


class Hoister(ast.NodeTransformer):
    """Puts what is computed before the loop in the place of each product.

    Attributes:
        changed: Names that a step sets, so that products of them have to wait.
        moving: Names that differ between steps, and are known for all of them.
        known: Of these, those that the body sets: ``xt = x[:, t]``.
        walked: What has to be walked along with the loop: the item's name and the tensor's.
    """

    wanted = "product"
    ops: tuple[str, ...] = ("hoist_input_projection",)

    def __init__(
        self, lifter: Lifter, axis: Axis, loop: ast.For, seen: Mapping[int, Seen]
    ) -> None:
        self.lifter, self.axis, self.seen = lifter, axis, seen
        self.changed = changed_names(loop)
        self.moving = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        self.known: set[str] = set()
        self.counter = _counter(loop)
        self.walked: dict[str, str] = {}

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the body, products put before the loop."""
        made: list[ast.stmt] = []
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    not any(self._is_product(n) for n in ast.walk(value))
                    and not _names(value) & self.changed
                    and sum(name in assigned_names([s]) for s in body) == 1
                ):
                    self._know(name, value)
                case _:
                    pass
            made.append(self.visit(statement))  # type: ignore[arg-type]  # a visitor gives Any
        return made

    def _know(self, name: str, node: ast.expr) -> None:
        try:
            self.lifter.env[name] = self.lifter.lift(node)
        except NotLiftable:
            return
        self.changed.discard(name)
        self.known.add(name)
        self.moving.add(name)

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the node, with what is wanted of it computed before the loop."""
        if isinstance(node, ast.For | ast.While | ast.Lambda | ast.ListComp | ast.GeneratorExp):
            return node
        if not isinstance(node, ast.expr) or not self.is_wanted(node):
            return self.generic_visit(node)
        value = self.computed(node)
        return self.generic_visit(node) if value is None else self.read(self.name_of(node), value)

    def computed(self, node: ast.expr) -> Value | None:
        """Return what a node is in all steps; ``None`` where that is not known."""
        written = len(self.lifter.statements)
        try:
            value = self.lifter.lift(node)
        except NotLiftable:
            del self.lifter.statements[written:]
            return None
        plain = value.kind in ("tensor", "number") and not (value.mask or value.carry)
        return value if plain and value.axes == (self.axis,) else None

    def name_of(self, node: ast.expr) -> str:
        """Return a name for what a node is in all steps."""
        return _name(node, self.lifter)

    def is_wanted(self, node: ast.expr) -> bool:
        """Whether it holds a product, moves with the loop, and waits for nothing else of it."""
        return any(self._is_product(n) for n in ast.walk(node)) and self.waits_for_nothing(node)

    def waits_for_nothing(self, node: ast.expr) -> bool:
        """Whether it moves with the loop, and no step changes what it reads."""
        names = _names(node)
        return bool(names & self.moving) and not names & self.changed

    def _is_product(self, node: ast.AST) -> bool:
        match node:
            case ast.BinOp(op=ast.MatMult()):
                return True
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _PRODUCTS:
                return True
            case ast.Call(func=function):
                what = self.seen.get(getattr(function, NUMBER, -1))
                return what is not None and what.value == "Linear"
            case _:
                return False

    def read(self, name: str, value: Value) -> ast.expr:
        """Compute a value for all steps, and return what is this step's."""
        whole = self.lifter.bind(name, value)
        made = code.text(whole.code)
        if self.counter:
            self.walked[made] = ""
            place = linear(code.name(self.counter)) - _start(self.axis)
            return code.subscript(whole.code, [place.code()])
        item = self.lifter.fresh(self.item_name(made))
        self.walked[item] = made
        return code.name(item)

    def item_name(self, whole: str) -> str:
        """Return a name for this step's item of a tensor of all steps."""
        return f"{whole}_t"

    def walk_along(self, loop: ast.For) -> None:
        """Walk the new tensors along with what the loop walks; alone where that is not read."""
        own = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        self.walk(loop, own=not own.isdisjoint(read_in(loop)))

    def walk(self, loop: ast.For, *, own: bool) -> None:
        """Walk the new tensors, and what the loop walks itself if ``own``."""
        pairs = [(item, whole) for item, whole in self.walked.items() if whole]
        if not pairs:
            return
        kept = _own(loop) if own else []
        targets = [e for e, _ in kept] + [ast.Name(id=item, ctx=ast.Store()) for item, _ in pairs]
        sources = [arg for _, arg in kept] + [code.name(whole) for _, whole in pairs]
        if len(targets) == 1:
            loop.target, loop.iter = targets[0], sources[0]
            return
        loop.target = ast.Tuple(elts=targets, ctx=ast.Store())
        loop.iter = code.call("zip", *sources)


def _own(loop: ast.For) -> list[tuple[ast.expr, ast.expr]]:
    """Return what a loop walks itself; of several, those that it reads."""
    match loop.target, loop.iter:
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args, keywords=[]) if (
            len(elts) == len(args)
        ):
            pairs = zip(elts, args, strict=True)
            return [(e, arg) for e, arg in pairs if not _names(e).isdisjoint(read_in(loop))]
        case _:
            return [(loop.target, loop.iter)]


def read_in(loop: ast.For) -> set[str]:
    """Return the names that the body of a loop mentions."""
    return {n.id for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)}


def _without_unread(body: list[ast.stmt], known: set[str], later: set[str]) -> list[ast.stmt]:
    """The body without names that only what was put before the loop read."""
    kept = list(body)
    for statement in reversed(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in known - later:
                if not any(name in count_uses(s) for s in kept):
                    kept.remove(statement)
            case _:
                pass
    return kept


def _names(node: ast.AST) -> set[str]:
    return {dotted(n) for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)}


def _counter(loop: ast.For) -> str:
    """The name that counts the loop's steps; ``""`` where it walks over items alone."""
    match loop.target, loop.iter:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range")):
            return name
        case ast.Name(id=name), ast.Call(
            func=ast.Name(id="reversed"), args=[ast.Call(func=ast.Name(id="range"))]
        ):
            return name
        case ast.Tuple(elts=[ast.Name(id=name), _]), ast.Call(
            func=ast.Name(id="enumerate"), args=[_], keywords=[]
        ):
            return name
        case _, ast.Call(func=ast.Name(id="reversed" | "enumerate")):
            raise NotLiftable("a header that is not understood")
        case _:
            return ""


def _start(axis: Axis) -> Linear:
    if axis.step != 1:
        raise NotLiftable("steps of more than one")
    return axis.start


def _name(node: ast.expr, lifter: Lifter) -> str:
    """``xw`` for ``x[t] @ W``, ``x_projected`` where the names are long."""
    product = next((n for n in ast.walk(node) if _operands(n)), None)
    parts = [_root(o) for o in _operands(product)] if product is not None else []
    axis_over = lifter.axes[0].over if lifter.axes else ""
    over = {n: _root(v.code) or axis_over for n, v in lifter.env.items() if v.axes}
    parts = [over.get(p, p) for p in parts]
    short = "".join(parts).lower()
    if len(parts) == 2 and all(parts) and len(short) <= _SHORT and short.isidentifier():
        return short
    first = next((p for p in parts if p), "inputs")
    return f"{first}_projected"


def _operands(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return [left, right]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch" | "F")), args=args):
            return args[:2]
        case ast.Call(func=ast.Attribute(value=receiver, attr=attr), args=[other]) if (
            attr in _PRODUCTS
        ):
            return [receiver, other]
        case ast.Call(args=[one]):
            return [one]
        case _:
            return []


def _root(node: ast.expr) -> str:
    while True:
        match node:
            case ast.Subscript(value=value):
                node = value
            case ast.Attribute(value=value, attr="T" | "mT"):
                node = value
            case ast.Call(func=ast.Attribute(value=value)):
                node = value
            case _:
                return last_name(node)
