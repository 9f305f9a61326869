"""Read a loop's statements in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from loopscope.source.access import read_access, read_accesses
from loopscope.source.extremum import as_extremum
from loopscope.source.facts import Append, Store
from loopscope.source.fold import fold, folded_term
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import names_in, root_name
from loopscope.source.replace import replace
from loopscope.source.scope import Scope
from loopscope.source.update import Update, classify_update


@dataclass(frozen=True, slots=True)
class Body:
    """What one iteration does, statement by statement; temporaries are put in place.

    Attributes:
        scope: What the names stand for at the end of the iteration.
        updates: Name → values that it is given, and whether under a test.
        stores: Stores with the subscript they were read from.
        appends: Appends, or the element of a comprehension.
        tests: Conditions of ``if`` and ``while``.
        inplace: In-place methods on a loop element: ``add_``.
    """

    scope: Scope
    updates: dict[str, list[tuple[ast.expr, bool]]] = field(default_factory=dict)
    stores: list[tuple[ast.Subscript, Store]] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)
    tests: list[ast.expr] = field(default_factory=list)
    inplace: set[str] = field(default_factory=set)


def read_body(loop: Loop, scope: Scope) -> Body:
    """Return what one iteration of the loop does; ``scope`` is as at the top of the body."""
    reader = _Reader(scope)
    match loop.node:
        case ast.While(test=test, body=statements):
            reader.test(test)
            reader.statements(statements, guarded=False)
        case ast.For(body=statements) | ast.AsyncFor(body=statements):
            reader.statements(statements, guarded=False)
        case comprehension:
            reader.comprehension(comprehension)
    return reader.body


class _Reader:
    def __init__(self, scope: Scope) -> None:
        self.body = Body(scope)
        self.scope = scope
        self.handed_on: frozenset[str] = frozenset()  # by the iterations of an inner loop

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        guards = [test for g in node.generators for test in g.ifs]
        for test in guards:
            self.test(test)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            self.scope.read(part)
            self.body.appends.append(Append("", self.scope.expand(part), bool(guards)))

    def test(self, node: ast.expr) -> None:
        self.scope.read(node)
        self.body.tests.append(self.scope.expand(node))

    def statements(self, statements: list[ast.stmt], *, guarded: bool) -> None:
        for statement in statements:
            self._statement(statement, guarded)
            # What follows ``if …: continue`` stands under the opposite test.
            guarded = guarded or _skips(statement)

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
                self._inner_loop([*body, *orelse], guarded=guarded)
            case ast.While(test=test, body=body):
                self.test(test)
                self._inner_loop(body, guarded=True)
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

    def _inner_loop(self, statements: list[ast.stmt], *, guarded: bool) -> None:
        outside = self.handed_on
        self.handed_on = outside | frozenset(self.scope.temporaries)
        self.statements(statements, guarded=guarded)
        self.handed_on = outside

    def _if(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        if _is_none_test(test):  # ``if state is None``: the first iteration's initialization
            self.statements(orelse or body, guarded=False)
            return
        self.test(test)
        before = set(self.scope.assigned)
        self._arm(body, test)
        in_body, self.scope.assigned = self.scope.assigned, before
        self._arm(orelse, test)
        self.scope.assigned &= in_body

    def _arm(self, statements: list[ast.stmt], test: ast.expr) -> None:
        for statement in statements:
            extremum = as_extremum(statement, test, self.scope)
            if extremum is None:
                self._statement(statement, guarded=True)
                continue
            if extremum.name not in self.scope.assigned:
                self.scope.exposed.add(extremum.name)
            self._update(extremum.name, extremum.value, guarded=True)
            self.statements(list(extremum.others), guarded=True)

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
                self._store(target, value, guarded)
            case _ if name := dotted(target):
                self.scope.assigned.add(name)
                if self.scope.varies(value):
                    self.scope.varying.add(name)
                self._update(name, value, guarded)

    def _augment(self, target: ast.expr, op: ast.operator, value: ast.expr, guarded: bool) -> None:
        combined = ast.BinOp(left=_as_read(target), op=op, right=value)
        name = dotted(target)
        if name:
            self._carry(name, combined, guarded)
        elif isinstance(target, ast.Subscript):
            form = _form_in(self.scope.expand(combined), self.scope.expand(target))
            self._store(target, value, guarded, form)

    def _carry(self, name: str, value: ast.expr, guarded: bool) -> None:
        """Note a value that reads the name's own last one."""
        if name not in self.scope.assigned:
            self.scope.exposed.add(name)
        self._update(name, value, guarded)

    def _update(self, name: str, value: ast.expr, guarded: bool) -> None:
        scope = self.scope
        if name in scope.counters:
            return
        own = (
            name in scope.temporaries and name not in self.handed_on and name not in scope.exposed
        )
        value = scope.expand(value, keep="" if own else name)
        scope.written.add(name)
        self.body.updates.setdefault(name, []).append((value, guarded))
        if name in scope.exposed:
            return
        if name in self.handed_on and name in names_in(value):
            folded = fold(name, value)
            if folded is None:
                scope.temporaries.pop(name, None)
                return
            value = folded
        scope.temporaries[name] = value

    def _store(
        self, target: ast.Subscript, value: ast.expr, guarded: bool, form: Update | None = None
    ) -> None:
        place = self._place(target)
        value = term = self.scope.expand(value)
        if form is None:
            form = _form_in(value, place)
            term = value if form is Update.NONE else _term_in(value, place, form)
        store = Store(
            place=read_access(place, self.scope),
            augment=form,
            value=value,
            reads=read_accesses(value, self.scope),
            constant=_is_literal(term),
            guarded=guarded,
        )
        self.body.stores.append((place, store))

    def _place(self, target: ast.Subscript) -> ast.Subscript:
        """The subscript with temporaries in place; into one that is built here it stays."""
        place = self.scope.expand(target)
        if isinstance(place, ast.Subscript) and root_name(place) and not _has_call(place.value):
            return place
        self.scope.temporaries.pop(root_name(target), None)
        return target

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
            self._store(receiver, value, guarded, form)
        elif root:
            plain = ast.Attribute(ast.Name(root, ast.Load()), attr[:-1], ast.Load())
            self._carry(root, ast.Call(func=plain, args=call.args, keywords=[]), guarded)


def _form_in(value: ast.expr, place: ast.expr) -> Update:
    """The form of ``value`` in the element that it is stored to."""
    return classify_update(value, _element_test(place))


def _element_test(place: ast.expr) -> Callable[[ast.expr], bool]:
    """Whether an expression is the element: ``c[k]``, or ``c.get(k, 0)`` of a dict."""
    text = ast.unparse(place)

    def is_element(node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, _]):
                return f"{ast.unparse(base)}[{ast.unparse(key)}]" == text
            case _:
                return ast.unparse(node) == text

    return is_element


def _term_in(value: ast.expr, place: ast.expr, form: Update) -> ast.expr:
    """What is added to the element, or multiplied, ….: ``e`` of ``out[i] + e``."""
    element = ast.Name("#element", ast.Load())
    return folded_term("#element", replace(value, _element_test(place), element), form)


def _as_read(target: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand)
        case ast.Attribute(attr="inf" | "nan" | "pi"):
            return True
        case ast.Call(func=ast.Name(id="float" | "int" | "bool"), args=[ast.Constant()]):
            return True
        case _:
            return False


def _has_call(node: ast.expr) -> bool:
    return any(isinstance(n, ast.Call) for n in ast.walk(node))


def _skips(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(body=[*_, ast.Continue()], orelse=[]):
            return True
        case _:
            return False


def _is_none_test(test: ast.expr) -> bool:
    match test:
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False
