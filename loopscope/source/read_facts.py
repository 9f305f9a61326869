"""Walk a loop in execution order and collect its facts."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from loopscope.source.callees import RANDOM, called_bodies, unknown_effects
from loopscope.source.facts import Append, Carried, Index, LoopFacts, Store
from loopscope.source.header import nest_headers
from loopscope.source.loop import COMPREHENSIONS, LOOP_NODES, Loop, dotted
from loopscope.source.update import Update, classify_update


def read_facts(loop: Loop) -> LoopFacts:
    """Return what the loop reads, writes, carries and calls; pure and total over any source."""
    return _Reader(loop).facts()


class _Reader:
    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.headers = nest_headers(loop)
        self.counters = set().union(*(h.indices for h in self.headers))
        self.elements = {n for h in self.headers for n in h.elements}
        self.assigned: set[str] = set(self.counters | self.elements)
        self.exposed: set[str] = set()
        self.written: set[str] = set()
        self.updates: dict[str, list[tuple[ast.expr, bool]]] = {}
        self.temporaries: dict[str, ast.expr] = {}
        self.varying: set[str] = set(self.elements)
        self.stores: list[tuple[ast.Subscript, Store]] = []
        self.appends: list[Append] = []
        self.inplace: set[str] = set()

    def facts(self) -> LoopFacts:
        node = self.loop.node
        if isinstance(node, COMPREHENSIONS):
            self._comprehension(node)
        else:
            if isinstance(node, ast.While):
                self._read(node.test)
            for statement in node.body:
                self._statement(statement, guarded=False)
        nodes = [node, *called_bodies(self.loop)]
        walked = [n for root in nodes for n in ast.walk(root)]
        callees = [n.func for n in walked if isinstance(n, ast.Call)]
        carried = self._carried()
        return LoopFacts(
            headers=self.headers,
            num_loops=sum(isinstance(n, LOOP_NODES) for n in ast.walk(node)),
            carried=carried,
            stores=tuple(s for _, s in self.stores),
            appends=tuple(self.appends),
            reads=tuple(self._subscript_reads(walked)),
            calls=frozenset(filter(None, map(_last, callees))),
            qualified=frozenset(filter(None, map(dotted, callees))),
            operators=frozenset(
                type(n.op).__name__ for n in walked if isinstance(n, ast.BinOp | ast.AugAssign)
            ),
            masks=frozenset(self._masks(node)),
            inplace=frozenset(self.inplace),
            effects=unknown_effects(self.loop, self.elements),
            has_branch=any(isinstance(n, ast.If | ast.IfExp) for n in walked) or _filters(node),
            has_break=_leaves_early(node),
            random=any(_last(c) in RANDOM for c in callees),
            data_dependent=isinstance(node, ast.While) and not self.counters,
            consumer=self.loop.consumer,
        )

    def _comprehension(self, node: ast.expr) -> None:
        assert isinstance(node, COMPREHENSIONS)
        guarded = any(g.ifs for g in node.generators)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            self._read(part)
            self.appends.append(Append("", part, guarded))

    def _statement(self, statement: ast.stmt, *, guarded: bool) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                self._read(value)
                for target in targets:
                    self._assign(target, value, guarded)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._read(value)
                self._assign(target, value, guarded)
            case ast.AugAssign(target=target, op=op, value=value):
                self._read(value)
                self._augment(target, op, value, guarded)
            case ast.Expr(value=ast.Call() as call):
                self._call_statement(call, guarded)
            case ast.If(test=test, body=body, orelse=orelse):
                self._if(test, body, orelse)
            case ast.For(iter=iterable, body=body, orelse=orelse):
                self._read(iterable)
                for inner in (*body, *orelse):
                    self._statement(inner, guarded=guarded)
            case ast.While(test=test, body=body):
                self._read(test)
                for inner in body:
                    self._statement(inner, guarded=True)
            case ast.With(items=items, body=body):
                for item in items:
                    self._read(item.context_expr)
                for inner in body:
                    self._statement(inner, guarded=guarded)
            case _:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self._read(child)
                    elif isinstance(child, ast.stmt):
                        self._statement(child, guarded=True)

    def _if(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        if _is_none_test(test):  # ``if state is None``: the first iteration's initialization
            for inner in orelse or body:
                self._statement(inner, guarded=False)
            return
        self._read(test)
        before = set(self.assigned)
        for inner in body:
            self._guarded(inner, test)
        in_body, self.assigned = self.assigned, set(before)
        for inner in orelse:
            self._guarded(inner, test)
        self.assigned &= in_body

    def _guarded(self, statement: ast.stmt, test: ast.expr) -> None:
        extremum = _extremum(statement, test)
        if extremum is not None:
            name, value = extremum
            self.exposed.discard(name)
            self.updates.setdefault(name, []).append((value, True))
            self.exposed.add(name)
            self.written.add(name)
            return
        self._statement(statement, guarded=True)

    def _assign(self, target: ast.expr, value: ast.expr, guarded: bool) -> None:
        match target:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                values = (
                    value.elts
                    if isinstance(value, ast.Tuple) and len(value.elts) == len(elts)
                    else None
                )
                for k, part in enumerate(elts):
                    self._assign(part, values[k] if values else value, guarded)
            case ast.Starred(value=inner):
                self._assign(inner, value, guarded)
            case ast.Subscript():
                self._store(target, value, Update.NONE, guarded)
            case _:
                name = dotted(target)
                if not name:
                    return
                self.written.add(name)
                self.assigned.add(name)
                self.updates.setdefault(name, []).append((self._expand(value), guarded))
                if self._varies(value):
                    self.varying.add(name)
                if name not in self.exposed:
                    self.temporaries[name] = self._expand(value)

    def _augment(self, target: ast.expr, op: ast.operator, value: ast.expr, guarded: bool) -> None:
        symbol = copy.deepcopy(target)
        combined = ast.BinOp(left=symbol, op=op, right=value)
        name = dotted(target)
        if name:
            if name not in self.assigned:
                self.exposed.add(name)
            self.written.add(name)
            self.updates.setdefault(name, []).append((self._expand(combined, keep=name), guarded))
        elif isinstance(target, ast.Subscript):
            text = ast.unparse(target)
            form = classify_update(combined, lambda n: ast.unparse(n) == text)
            self._store(target, value, form, guarded)

    def _store(self, target: ast.Subscript, value: ast.expr, form: Update, guarded: bool) -> None:
        index = self._index(target.slice)
        if form is Update.NONE:
            text = ast.unparse(target)
            expanded = self._expand(value)
            form = classify_update(expanded, lambda n: ast.unparse(n) == text)
        store = Store(
            target=dotted(target.value) or ast.unparse(target.value),
            index=index,
            augment=form,
            value=value,
            constant=isinstance(value, ast.Constant | ast.UnaryOp) and not _names_in(value),
            guarded=guarded,
        )
        self.stores.append((target, store))

    def _call_statement(self, call: ast.Call, guarded: bool) -> None:
        match call.func:
            case ast.Attribute(value=receiver, attr="append") if call.args:
                self._read(call.args[0])
                self.appends.append(Append(dotted(receiver), self._expand(call.args[0]), guarded))
                return
            case ast.Attribute(value=receiver, attr=attr) if attr.endswith("_") and attr[0] != "_":
                for argument in call.args:
                    self._read(argument)
                root = _root(receiver)
                if root in self.elements or root in self.varying:
                    self.inplace.add(attr)
                elif isinstance(receiver, ast.Subscript):
                    value = call.args[0] if call.args else call
                    form = Update.ADD if attr in ("add_", "sub_") else Update.GENERAL
                    self._store(receiver, value, form, guarded)
                elif root:
                    self._inplace_update(root, attr, call, guarded)
                return
            case _:
                self._read(call)

    def _inplace_update(self, name: str, attr: str, call: ast.Call, guarded: bool) -> None:
        """``total.add_(e)`` reads and writes ``total``."""
        if name not in self.assigned:
            self.exposed.add(name)
        self.written.add(name)
        plain = ast.Call(
            func=ast.Attribute(
                value=ast.Name(id=name, ctx=ast.Load()), attr=attr[:-1], ctx=ast.Load()
            ),
            args=call.args,
            keywords=[],
        )
        self.updates.setdefault(name, []).append((self._expand(plain, keep=name), guarded))

    def _read(self, node: ast.expr) -> None:
        """Note every name that is read before this iteration has written it."""
        bound = {
            n.id
            for c in ast.walk(node)
            if isinstance(c, COMPREHENSIONS)
            for g in c.generators
            for n in ast.walk(g.target)
            if isinstance(n, ast.Name)
        }
        for name in _names_in(node):
            if name not in self.assigned and name not in bound:
                self.exposed.add(name)

    def _carried(self) -> tuple[Carried, ...]:
        names = [n for n in self.updates if n in self.exposed and n in self.written]
        names = [n for n in names if n not in self.counters and n not in self.elements]
        found = [self._carried_variable(name, set(names)) for name in names]
        found += self._carried_stores()
        return tuple(found)

    def _carried_variable(self, name: str, carried: set[str]) -> Carried:
        forms: set[Update] = set()
        term: ast.expr | None = None
        for value, guarded in self.updates[name]:
            form = classify_update(value, lambda n: dotted(n) == name)
            if form is Update.NONE and guarded and isinstance(value, ast.Call):
                form = Update.GENERAL
            others = self._depends(value) & (carried - {name})
            if any(self._reaches(other, name) for other in others) or False:
                form = Update.GENERAL
            forms.add(form)
            term = value
        forms.discard(Update.KEEP)
        form = forms.pop() if len(forms) == 1 else Update.GENERAL if forms else Update.KEEP
        if form is Update.NONE:
            form = Update.GENERAL if self._whole_read(name) else Update.KEEP
        return Carried(
            name=name,
            update=form,
            observed=self._observed(name),
            counter=self._only_in_subscripts(name),
            term=term,
            through=_through(term, name),
        )

    def _reaches(self, start: str, goal: str) -> bool:
        seen: set[str] = set()
        todo = [start]
        while todo:
            name = todo.pop()
            for value, _ in self.updates.get(name, ()):
                for read in self._depends(value) - seen:
                    if read == goal:
                        return True
                    seen.add(read)
                    todo.append(read)
        return False

    def _depends(self, value: ast.expr) -> set[str]:
        names = set(_names_in(value))
        for _target, store in self.stores:
            if store.target in names:
                names |= set(_names_in(self._expand(store.value)))
        return names

    def _carried_stores(self) -> Iterator[Carried]:
        """Arrays that an iteration reads where another one wrote them."""
        for target, store in self.stores:
            base, written = store.target, ast.unparse(target)
            root = _root(target.value)
            if root in self.elements:
                continue
            reads = [
                n
                for n in ast.walk(self.loop.node)
                if isinstance(n, ast.Subscript)
                and isinstance(n.ctx, ast.Load)
                and dotted(n.value) == base
                and ast.unparse(n) != written
            ]
            shifted = [n for n in reads if self._is_flow(target, n)]
            if not shifted:
                continue
            texts = {ast.unparse(n) for n in shifted}
            value = self._expand(store.value)
            form = classify_update(value, lambda n, t=texts: ast.unparse(n) in t)  # type: ignore[misc]
            if form is Update.NONE:  # read elsewhere in the body: through another variable
                form = Update.GENERAL
            yield Carried(base, form, True, False, value, _through(value, base), via_store=True)

    def _is_flow(self, written: ast.Subscript, read: ast.Subscript) -> bool:
        """Whether an earlier iteration wrote the element that is read."""
        if not self._index_counters(read.slice) and not self._varies(read.slice):
            return False
        offsets = _offset(written.slice), _offset(read.slice)
        if None in offsets:
            return True
        distance = (offsets[0] or 0) - (offsets[1] or 0)
        reverse = bool(self.headers) and self.headers[0].reverse
        return distance < 0 if reverse else distance > 0

    def _observed(self, name: str) -> bool:
        if any(name in _names_in(a.value) for a in self.appends):
            return True
        return any(name in _names_in(s.value) for _, s in self.stores)

    def _only_in_subscripts(self, name: str) -> bool:
        inside = (
            {
                n
                for s in ast.walk(self.loop.node)
                if isinstance(s, ast.Subscript)
                for n in ast.walk(s.slice)
                if dotted(n) == name  # type: ignore[arg-type]
            }
            if True
            else set()
        )
        uses = [
            n
            for n in ast.walk(self.loop.node)
            if isinstance(n, ast.Name | ast.Attribute)
            and dotted(n) == name
            and isinstance(n.ctx, ast.Load)
        ]
        return bool(inside) and all(u in inside for u in uses)

    def _whole_read(self, name: str) -> bool:
        return name in self.exposed

    def _subscript_reads(self, nodes: list[ast.AST]) -> Iterator[tuple[str, tuple[Index, ...]]]:
        for node in nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                yield dotted(node.value), self._index(node.slice)

    def _index(self, node: ast.expr) -> tuple[Index, ...]:
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(self._one_index(p) for p in parts)

    def _one_index(self, node: ast.expr) -> Index:
        node = self._expand(node)
        match node:
            case ast.Slice(lower=None, upper=None):
                return Index.FULL
            case ast.Slice(lower=lower, upper=upper):
                bounds = [b for b in (lower, upper) if b is not None]
                if any(self._varies(b) for b in bounds):
                    return Index.RAGGED
                counted = any(self._index_counters(b) for b in bounds)
                return Index.WINDOW if counted else Index.INVARIANT
            case ast.Compare():
                return Index.MASK
            case _:
                if self._varies(node):
                    return Index.GATHER
                return Index.COUNTER if self._index_counters(node) else Index.INVARIANT

    def _varies(self, node: ast.expr) -> bool:
        """Whether the value is read from data that differs between iterations."""
        for n in ast.walk(node):
            if isinstance(n, ast.Name | ast.Attribute) and dotted(n) in self.varying:
                return True
            if isinstance(n, ast.Subscript) and self._index_counters(n.slice):
                return True
        return bool(set(_names_in(node)) & set(self.written & self.exposed))

    def _index_counters(self, node: ast.expr) -> bool:
        return any(name in self.counters for name in _names_in(node))

    def _masks(self, root: ast.AST) -> Iterator[str]:
        loop_names = self.counters | self.elements
        for node in ast.walk(root):
            if isinstance(node, ast.Compare) and len(node.comparators) == 1:
                sides = [node.left, node.comparators[0]]
                plain = [s for s in sides if isinstance(s, ast.Name) and s.id in loop_names]
                other = [s for s in sides if s not in plain]
                if (
                    len(plain) == 1
                    and isinstance(node.ops[0], ast.Eq)
                    and not isinstance(other[0], ast.Constant)
                ):
                    yield ast.unparse(other[0])

    def _expand(self, node: ast.expr, keep: str = "") -> ast.expr:
        """Put the definitions of this iteration's temporaries in their place."""
        temporaries = self.temporaries

        class Expand(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.expr:
                if isinstance(name.ctx, ast.Load) and name.id != keep and name.id in temporaries:
                    return copy.deepcopy(temporaries[name.id])
                return name

        text_size = sum(1 for _ in ast.walk(node))
        if text_size > 2_000:  # chains of temporaries can double at every step
            return node
        return Expand().visit(copy.deepcopy(node))  # type: ignore[no-any-return]


def _names_in(node: ast.AST) -> list[str]:
    return [
        d for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute) and (d := dotted(n))
    ]


def _last(func: ast.expr) -> str:
    match func:
        case ast.Attribute(attr=attr):
            return attr
        case ast.Name(id=name):
            return name
        case _:
            return ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_none_test(test: ast.expr) -> bool:
    match test:
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def _extremum(statement: ast.stmt, test: ast.expr) -> tuple[str, ast.expr] | None:
    """``if x > best: best = x`` as ``best = max(best, x)``."""
    match statement, test:
        case (
            ast.Assign(targets=[target], value=value),
            ast.Compare(
                left=left,
                ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op],
                comparators=[right],
            ),
        ):
            name = dotted(target)
            sides = {ast.unparse(left), ast.unparse(right)}
            if not name or sides != {name, ast.unparse(value)}:
                return None
            grows = isinstance(op, ast.Gt | ast.GtE) == (ast.unparse(right) == name)
            function = "max" if grows else "min"
            call = ast.Call(
                func=ast.Name(id=function, ctx=ast.Load()),
                args=[ast.Name(id=name, ctx=ast.Load()), value],
                keywords=[],
            )
            return name, call
        case _:
            return None


def _offset(node: ast.expr) -> int | None:
    """Constant distance of ``i + c`` from ``i``; ``None`` for other subscripts."""
    match node:
        case ast.Name():
            return 0
        case ast.BinOp(left=ast.Name(), op=ast.Add(), right=ast.Constant(value=int(c))):
            return c
        case ast.BinOp(left=ast.Name(), op=ast.Sub(), right=ast.Constant(value=int(c))):
            return -c
        case _:
            return None


def _through(value: ast.expr | None, name: str) -> str:
    if value is None:
        return ""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and name in _names_in(node):
            return dotted(node.func) or _last(node.func)
    return ""


def _filters(node: ast.AST) -> bool:
    return isinstance(node, COMPREHENSIONS) and any(g.ifs for g in node.generators)


def _leaves_early(node: ast.AST) -> bool:
    if isinstance(node, COMPREHENSIONS):
        return False
    body = getattr(node, "body", [])
    return any(isinstance(n, ast.Break | ast.Return) for s in body for n in ast.walk(s))
