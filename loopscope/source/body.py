"""Read a loop's statements in the order in which they run."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field

from loopscope.source.extremum import as_extremum
from loopscope.source.facts import Append, Store
from loopscope.source.header import Header
from loopscope.source.index import classify_index
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import names_in, root_name
from loopscope.source.scope import Scope
from loopscope.source.update import Update, classify_update


@dataclass(frozen=True, slots=True)
class Body:
    """What one iteration does, statement by statement.

    Attributes:
        scope: What the names stand for at the end of the iteration.
        updates: Name → values that it is given, temporaries expanded, and whether under a test.
        stores: Stores with the subscript they were read from.
        appends: Appends, or the element of a comprehension.
        inplace: In-place methods on a loop element: ``add_``.
    """

    scope: Scope
    updates: dict[str, list[tuple[ast.expr, bool]]] = field(default_factory=dict)
    stores: list[tuple[ast.Subscript, Store]] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)
    inplace: set[str] = field(default_factory=set)


def read_body(loop: Loop, headers: tuple[Header, ...]) -> Body:
    """Return what one iteration of the loop does."""
    body = Body(Scope.of(headers))
    reader = _Reader(body)
    match loop.node:
        case ast.While(test=test, body=statements):
            body.scope.read(test)
            reader.statements(statements, guarded=False)
        case ast.For(body=statements) | ast.AsyncFor(body=statements):
            reader.statements(statements, guarded=False)
        case comprehension:
            reader.comprehension(comprehension)
    return body


class _Reader:
    def __init__(self, body: Body) -> None:
        self.body = body
        self.scope = body.scope

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        guarded = any(g.ifs for g in node.generators)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            self.scope.read(part)
            self.body.appends.append(Append("", part, guarded))

    def statements(self, statements: list[ast.stmt], *, guarded: bool) -> None:
        for statement in statements:
            self._statement(statement, guarded)

    def _statement(self, statement: ast.stmt, guarded: bool) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                self.scope.read(value)
                for target in targets:
                    self._assign(target, value, guarded)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.scope.read(value)
                self._assign(target, value, guarded)
            case ast.AugAssign(target=target, op=op, value=value):
                self.scope.read(value)
                self._augment(target, op, value, guarded)
            case ast.Expr(value=ast.Call() as call):
                self._call(call, guarded)
            case ast.If(test=test, body=body, orelse=orelse):
                self._if(test, body, orelse)
            case ast.For(iter=iterable, body=body, orelse=orelse):
                self.scope.read(iterable)
                self.statements([*body, *orelse], guarded=guarded)
            case ast.While(test=test, body=body):
                self.scope.read(test)
                self.statements(body, guarded=True)
            case ast.With(items=items, body=body):
                for item in items:
                    self.scope.read(item.context_expr)
                self.statements(body, guarded=guarded)
            case _:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self.scope.read(child)
                    elif isinstance(child, ast.stmt):
                        self._statement(child, guarded=True)

    def _if(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        if _is_none_test(test):  # ``if state is None``: the first iteration's initialization
            self.statements(orelse or body, guarded=False)
            return
        self.scope.read(test)
        before = set(self.scope.assigned)
        self._arm(body, test)
        in_body, self.scope.assigned = self.scope.assigned, before
        self._arm(orelse, test)
        self.scope.assigned &= in_body

    def _arm(self, statements: list[ast.stmt], test: ast.expr) -> None:
        for statement in statements:
            extremum = as_extremum(statement, test)
            if extremum is None:
                self._statement(statement, guarded=True)
                continue
            name, value = extremum
            self.scope.exposed.add(name)
            self._update(name, value, guarded=True)

    def _assign(self, target: ast.expr, value: ast.expr, guarded: bool) -> None:
        match target:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                values = [value] * len(elts)
                if isinstance(value, ast.Tuple) and len(value.elts) == len(elts):
                    values = value.elts
                for part, given in zip(elts, values, strict=True):
                    self._assign(part, given, guarded)
            case ast.Starred(value=inner):
                self._assign(inner, value, guarded)
            case ast.Subscript():
                self._store(target, value, Update.NONE, guarded)
            case _ if name := dotted(target):
                self.scope.assigned.add(name)
                expanded = self.scope.expand(value)
                self._update(name, expanded, guarded)
                if self.scope.varies(value):
                    self.scope.varying.add(name)
                if name not in self.scope.exposed:
                    self.scope.temporaries[name] = expanded

    def _augment(self, target: ast.expr, op: ast.operator, value: ast.expr, guarded: bool) -> None:
        combined = ast.BinOp(left=copy.deepcopy(target), op=op, right=value)
        name = dotted(target)
        if name:
            self._carry(name, combined, guarded)
        elif isinstance(target, ast.Subscript):
            self._store(target, value, _form_in(combined, target), guarded)

    def _carry(self, name: str, value: ast.expr, guarded: bool) -> None:
        """Note a value that reads the name's own last one."""
        if name not in self.scope.assigned:
            self.scope.exposed.add(name)
        self._update(name, self.scope.expand(value, keep=name), guarded)

    def _update(self, name: str, value: ast.expr, guarded: bool) -> None:
        self.scope.written.add(name)
        self.body.updates.setdefault(name, []).append((value, guarded))

    def _store(self, target: ast.Subscript, value: ast.expr, form: Update, guarded: bool) -> None:
        if form is Update.NONE:
            form = _form_in(self.scope.expand(value), target)
        store = Store(
            target=dotted(target.value) or ast.unparse(target.value),
            index=classify_index(target.slice, self.scope),
            augment=form,
            value=value,
            constant=isinstance(value, ast.Constant | ast.UnaryOp) and not names_in(value),
            guarded=guarded,
        )
        self.body.stores.append((target, store))

    def _call(self, call: ast.Call, guarded: bool) -> None:
        match call.func:
            case ast.Attribute(value=receiver, attr="append") if call.args:
                item = call.args[0]
                self.scope.read(item)
                found = Append(dotted(receiver), self.scope.expand(item), guarded)
                self.body.appends.append(found)
            case ast.Attribute(value=receiver, attr=attr) if attr.endswith("_") and attr[0] != "_":
                for argument in call.args:
                    self.scope.read(argument)
                self._inplace(receiver, attr, call, guarded)
            case _:
                self.scope.read(call)

    def _inplace(self, receiver: ast.expr, attr: str, call: ast.Call, guarded: bool) -> None:
        """``total.add_(e)`` reads and writes ``total``."""
        root = root_name(receiver)
        if root in self.scope.elements or root in self.scope.varying:
            self.body.inplace.add(attr)
        elif isinstance(receiver, ast.Subscript):
            value = call.args[0] if call.args else call
            form = Update.ADD if attr in ("add_", "sub_") else Update.GENERAL
            self._store(receiver, value, form, guarded)
        elif root:
            plain = ast.Attribute(ast.Name(root, ast.Load()), attr[:-1], ast.Load())
            self._carry(root, ast.Call(func=plain, args=call.args, keywords=[]), guarded)


def _form_in(value: ast.expr, target: ast.Subscript) -> Update:
    """The form of ``value`` in the element that it is stored to."""
    text = ast.unparse(target)
    return classify_update(value, lambda node: ast.unparse(node) == text)


def _is_none_test(test: ast.expr) -> bool:
    match test:
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False
