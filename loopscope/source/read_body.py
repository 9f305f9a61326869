"""Read a loop's statements in the order in which they run."""

from __future__ import annotations

import ast

from loopscope.source.body import Assignment, Body
from loopscope.source.equal_in_any_case import parted
from loopscope.source.extremum import as_extremum
from loopscope.source.facts import Append
from loopscope.source.fold import fold
from loopscope.source.header import Header
from loopscope.source.helpers import find_helpers
from loopscope.source.leaving import ends_here
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import names_in, root_name
from loopscope.source.read_store import form_in, read_store
from loopscope.source.scope import Scope
from loopscope.source.tests import all_of, is_none_test, joined
from loopscope.source.update import Update

Guards = tuple[ast.expr, ...]


def read_body(loop: Loop, headers: tuple[Header, ...], stepped: frozenset[str]) -> Body:
    """Return what one iteration of the loop does; ``stepped`` are counters of the body's own."""
    helpers = find_helpers(loop)
    first = _read(loop, Scope.of(headers, stepped, helpers))
    again = Scope.of(headers, stepped, helpers)
    again.exposed |= first.scope.exposed  # a name can be read before the place where this is seen
    return _read(loop, again)


def _read(loop: Loop, scope: Scope) -> Body:
    reader = _Reader(scope)
    match loop.node:
        case ast.While(test=test, body=statements):
            reader.test(test)
            reader.statements(statements, ())
        case ast.For(body=statements) | ast.AsyncFor(body=statements):
            reader.statements(statements, ())
        case comprehension:
            reader.comprehension(comprehension)
    return reader.body


_MODULES = frozenset(["torch", "nn", "F", "init", "functional", "utils"])


class _Reader:
    def __init__(self, scope: Scope) -> None:
        self.body = Body(scope)
        self.scope = scope
        self.handed_on: frozenset[str] = frozenset()  # by the iterations of an inner loop

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        guards = [self.test(test) for g in node.generators for test in g.ifs]
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            self._append("", part, tuple(guards))

    def test(self, node: ast.expr) -> ast.expr:
        self.scope.read(node)
        expanded = self.scope.expand(node)
        self.body.tests.append(expanded)
        return expanded

    def statements(self, statements: list[ast.stmt], guards: Guards) -> None:
        for statement in statements:
            self._statement(statement, guards)
            match statement:  # what follows ``if …: continue`` stands under the opposite test
                case ast.If(test=test, body=[*_, ast.Continue()]):
                    guards = (*guards, self.scope.expand(test))

    def _statement(self, statement: ast.stmt, guards: Guards) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                self.scope.read(value)
                for target in targets:
                    self._assign(target, value, guards)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.scope.read(value)
                self._assign(target, value, guards)
            case ast.AugAssign(target=target, op=op, value=value):
                self.scope.read(value)
                self._augment(target, op, value, guards)
            case ast.Expr(value=ast.Call() as call):
                self._call(call, guards)
            case ast.If() if (found := parted(statement)) is not None:
                self.statements([*found], guards)
            case ast.If(test=test, body=body, orelse=orelse):
                self._if(test, body, orelse, guards)
            case ast.For(iter=iterable, body=body, orelse=orelse):
                self.scope.read(iterable)
                self._inner_loop([*body, *orelse], guards)
            case ast.While(test=test, body=body):
                self._inner_loop(body, (*guards, self.test(test)))
            case ast.With(items=items, body=body):
                for item in items:
                    self.scope.read(item.context_expr)
                self.statements(body, guards)
            case _:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self.scope.read(child)
                    elif isinstance(child, ast.stmt):
                        self._statement(child, (*guards, ast.Constant(True)))

    def _inner_loop(self, statements: list[ast.stmt], guards: Guards) -> None:
        outside = self.handed_on
        self.handed_on = outside | frozenset(self.scope.temporaries)
        self.statements(statements, guards)
        self.handed_on = outside

    def _if(
        self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], guards: Guards
    ) -> None:
        if is_none_test(test):  # ``if state is None``: the first iteration's initialization
            self.statements(orelse or body, guards)
            return
        split = self._split(test, body) if not orelse else None
        if split is not None:  # ``if valid[i] and x > best``
            self._if(split.test, split.body, [], guards)
            return
        condition = self.test(test)
        other = self.scope.branch()
        self._arm(body, test, guards)
        then = self.scope.switch(other)
        self._arm(orelse, test, guards)
        if ends_here(orelse):
            self.scope.switch(then)
        elif not ends_here(body):
            self.scope.join(condition, then)

    def _split(self, test: ast.expr, body: list[ast.stmt]) -> ast.If | None:
        """Return ``if a:`` with ``if b:`` in it, where ``b`` alone makes an extremum."""
        values = all_of(test)
        for part in values:
            if any(as_extremum(s, part, self.scope) for s in body):
                others = [v for v in values if v is not part]
                inner: list[ast.stmt] = [ast.If(part, body, [])]
                return ast.If(joined(others, ast.And()), inner, []) if others else None
        return None

    def _arm(self, statements: list[ast.stmt], test: ast.expr, guards: Guards) -> None:
        inside = (*guards, self.scope.expand(test))
        for statement in statements:
            extremum = as_extremum(statement, test, self.scope)
            if extremum is None:
                self.statements([statement], inside)
                continue
            self._carry(extremum.name, extremum.value, guards)
            self.statements(list(extremum.others), inside)

    def _assign(self, target: ast.expr, value: ast.expr, guards: Guards) -> None:
        match target:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                values = [value] * len(elts)
                if isinstance(value, ast.Tuple) and len(value.elts) == len(elts):
                    values = value.elts
                for part, given in zip(elts, values, strict=True):
                    self._assign(part, given, guards)
            case ast.Starred(value=inner):
                self._assign(inner, value, guards)
            case ast.Subscript():
                self._store(target, value, guards)
            case _ if name := dotted(target):
                self.scope.assigned.add(name)
                if self.scope.varies(value):
                    self.scope.varying.add(name)
                self._update(name, value, guards)

    def _augment(
        self, target: ast.expr, op: ast.operator, value: ast.expr, guards: Guards
    ) -> None:
        read = ast.parse(ast.unparse(target), mode="eval").body
        combined = ast.BinOp(left=read, op=op, right=value)
        name = dotted(target)
        if name:
            self._carry(name, combined, guards)
        elif isinstance(target, ast.Subscript):
            form = form_in(self.scope.expand(combined), self.scope.expand(target))
            self._store(target, value, guards, form)

    def _carry(self, name: str, value: ast.expr, guards: Guards) -> None:
        """Note a value that reads the name's own last one."""
        if name not in self.scope.assigned:
            self.scope.exposed.add(name)
        self._update(name, value, guards)

    def _update(self, name: str, value: ast.expr, guards: Guards) -> None:
        scope = self.scope
        if name in scope.counters:
            return
        hands_on = name in scope.exposed or name in self.handed_on
        value = scope.expand(value, keep=name if hands_on else "")
        scope.written.add(name)
        self.body.updates.setdefault(name, []).append(Assignment(value, guards))
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
        self, target: ast.Subscript, value: ast.expr, guards: Guards, form: Update | None = None
    ) -> None:
        self.body.stores.append(read_store(target, value, self.scope, bool(guards), form))

    def _append(self, target: str, item: ast.expr, guards: Guards) -> None:
        self.scope.read(item)
        self.scope.temporaries.pop(target, None)  # no longer what it was made as
        self.body.appends.append(Append(target, self.scope.expand(item), bool(guards)))

    def _call(self, call: ast.Call, guards: Guards) -> None:
        call = self._unchained(call, guards)
        match call:
            case (
                ast.Call(
                    func=ast.Attribute(value=receiver, attr="append" | "appendleft"), args=[item]
                )
                | ast.Call(
                    func=ast.Attribute(value=receiver, attr="insert"), args=[ast.Constant(0), item]
                )
                | ast.Call(func=ast.Attribute(value=receiver, attr="extend"), args=[item])
            ):
                self._append(dotted(receiver), item, guards)
            case ast.Call(func=ast.Attribute(value=receiver, attr=attr)) if (
                attr.endswith("_") and attr[0] != "_"
            ):
                for argument in call.args:
                    self.scope.read(argument)
                self._inplace(receiver, attr, call, guards)
            case _:
                self.scope.read(call)

    def _unchained(self, call: ast.Call, guards: Guards) -> ast.Call:
        """``x[i].sub_(m).div_(s)``: the first change, then ``x[i].div_(s)``."""
        match call.func:
            case ast.Attribute(
                value=ast.Call(func=ast.Attribute(value=target, attr=first)) as inner, attr=attr
            ) if first.endswith("_") and attr.endswith("_") and first[0] != "_":
                self._call(inner, guards)
                while isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute):
                    target = target.func.value
                function = ast.Attribute(target, attr, ast.Load())
                return ast.Call(func=function, args=call.args, keywords=call.keywords)
            case _:
                return call

    def _inplace(self, receiver: ast.expr, attr: str, call: ast.Call, guards: Guards) -> None:
        """``total.add_(e)`` reads and writes ``total``."""
        root = root_name(receiver)
        if root in _MODULES:  # ``nn.init.zeros_(p)``
            for changed in call.args[:1]:
                self._inplace(changed, attr, ast.Call(call.func, call.args[1:], []), guards)
        elif root in self.scope.elements or root in self.scope.varying:
            self.body.inplace.add(attr)
        elif isinstance(receiver, ast.Subscript):
            value = call.args[0] if call.args else call
            form = Update.ADD if attr in ("add_", "sub_") else Update.GENERAL
            self._store(receiver, value, guards, form)
        elif isinstance(receiver, ast.Name) and (anew := _made_anew(attr, call)) is not None:
            self._assign(receiver, anew, guards)
        elif root:
            plain = ast.Attribute(ast.Name(root, ast.Load()), attr[:-1], ast.Load())
            self._carry(root, ast.Call(func=plain, args=call.args, keywords=[]), guards)


def _made_anew(attr: str, call: ast.Call) -> ast.expr | None:
    """What ``buf.zero_()`` and ``buf.copy_(row)`` leave of what was there before: nothing."""
    match attr, call.args:
        case "copy_", [source]:
            return ast.Call(func=ast.Attribute(source, "clone", ast.Load()), args=[], keywords=[])
        case "zero_" | "fill_", args:
            maker = "zeros" if attr == "zero_" else "full"
            function = ast.Attribute(ast.Name("torch", ast.Load()), maker, ast.Load())
            return ast.Call(func=function, args=args, keywords=[])
        case _:
            return None
