"""Writes a loop over a list of tensors as multi-tensor ops, statement by statement.

The lists that a statement leaves behind are what the next one works on.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.foreach.by_key import (
    check_dict,
    of_two_kinds,
    others_updated,
    stored_entry,
    updated,
    without_asserts,
)
from loopscope.vectorize.foreach.calls import calls_in_place
from loopscope.vectorize.foreach.ops import (
    BINARY,
    OPERATORS,
    POINTWISE,
    UNARY,
    is_arithmetic,
)
from loopscope.vectorize.foreach.sums import added_sum, check_only_summed, is_any, sum_of_all
from loopscope.vectorize.foreach.walked_lists import WalkedLists
from loopscope.vectorize.item_lists import (
    kept_items,
    listed_items,
    plural,
    root_name,
    skipped,
)
from loopscope.vectorize.named_entries import (
    chosen_entries,
    gives_entries,
)
from loopscope.vectorize.names import count_uses, is_updated_in_place
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import NotLiftable

_PLAIN = (ast.Name, ast.Attribute, ast.Subscript)


class ForeachWriter(WalkedLists):
    """The statements written so far."""

    def __init__(self, prepared: Prepared, seen: Mapping[int, Seen], *, fused: bool) -> None:
        super().__init__(prepared, seen, fused=fused)
        self.ops: list[str] = []
        self.some: ast.expr = code.const(None)  # what is walked; it has items if they are summed
        self.initial = prepared.region.initial
        self.sums: set[str] = set()  # that begin as 0
        self.kept: list[ast.stmt] = []
        self.fresh: set[str] = set()  # names of what an iteration makes
        self.uses: dict[str, int] = {}
        self.around: ast.For

    def loop(self, node: ast.For) -> list[ast.stmt]:
        """Return the statements that replace the loop."""
        if node.orelse:
            raise NotLiftable("an else of a loop over tensors")
        body = without_asserts(node.body)
        node = ast.For(node.target, node.iter, body, [], lineno=node.lineno)
        self.some = node.iter
        self.uses, self.around = count_uses(node), node
        walked = node.iter
        kinds, others = of_two_kinds(body), []
        if kinds is not None and gives_entries(walked):
            chosen, inner, other = kinds
            others.append(others_updated(other, node.target, walked, chosen))
            self._check_dict(other.targets[0])
            body = [ast.If(test=chosen, body=inner, orelse=[])]
        match node.target, body:
            case (
                ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name)]),
                [statement, *rest],
            ) if gives_entries(walked) and (test := skipped(statement)) is not None:
                body, filtered = rest, chosen_entries(key, name, walked, code.negated(test))
                walked = self._named("named", filtered)
                self.some = filtered
            case (
                ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name)]),
                [ast.If(test=test, body=inner, orelse=[])],
            ) if gives_entries(walked):
                body, filtered = inner, chosen_entries(key, name, walked, test)
                walked = self._named("named", filtered)
                self.some = filtered
            case _:
                pass
        self._bind(node.target, walked)
        match body:
            case [ast.If(test=test, body=inner, orelse=[])] if skipped(body[0]) is None:
                self._filter(node, code.negated(test))
                body = inner
            case [first_of_all, *rest] if (skips := skipped(first_of_all)) is not None:
                self._filter(node, skips)
                body = rest
            case _:
                pass
        first = next((k for k, s in enumerate(body) if self._is_update(s)), len(body))
        self._keep(node, body[:first])
        for statement in body[first:]:
            added = added_sum(statement)
            if added is not None and self._varies(added[1]):
                check_only_summed(added[0], statement, node)
                self._sum(*added)
            else:
                self._update(statement)
        if not self.ops and not self.closed:
            raise NotLiftable("no tensor is changed in place")
        return [*self.made, *others]

    def _filter(self, node: ast.For, test: ast.expr) -> None:
        """``if p.grad is None: continue``."""
        if self.counters or self.keys:
            raise NotLiftable("a test in a loop over numbered items")
        lists = {name: self._as_walked(items) for name, items in self.items.items()}
        for name, items in lists.items():
            wanted = f"{name}s" if len(name) > 1 else "params"
            if len(lists) > 1:
                wanted = (
                    items.attr if isinstance(items, ast.Attribute) else f"kept_{dotted(items)}"
                )
            made = kept_items(name, lists, code.negated(test))
            self.items[name] = self._named(wanted, made)

    def _as_walked(self, items: ast.expr) -> ast.expr:
        """``model.parameters()`` of the list that was just made of it."""
        match self.made, items:
            case (
                [
                    *before,
                    ast.Assign(
                        targets=[ast.Name(id=made)],
                        value=ast.Call(func=ast.Name(id="list"), args=[walked]),
                    ),
                ],
                ast.Name(id=name),
            ) if made == name and len(self.items) == 1:
                self.made = before
                return walked
            case _:
                return items

    def _keep(self, node: ast.For, body: list[ast.stmt]) -> None:
        """Statements that prepare state stay a loop; names that they bind become lists."""
        lists = dict(self.items)
        plain = [s for s in body if isinstance(s, ast.Assign)]
        rest = [s for s in body if not isinstance(s, ast.Assign)]
        if len(lists) != 1 and rest:
            raise NotLiftable("a loop over several lists that prepares state")
        for statement in plain:
            match statement:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if (
                    len(read := [*(count_uses(value).keys() & lists.keys())] or [*lists]) == 1
                ):
                    self.kept.append(statement)
                    self.items[bound] = listed_items(value, read[0], lists[read[0]])
                case _:
                    raise NotLiftable("a loop that prepares state in a way not understood")
        if rest:
            ((name, items),) = lists.items()
            self.made.append(
                ast.For(
                    target=ast.Name(id=name, ctx=ast.Store()),
                    iter=items,
                    body=body,
                    orelse=[],
                    lineno=0,
                )
            )

    def _is_update(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))):
                return attr.endswith("_")
            case _ if added_sum(statement) is not None:
                return True
            case ast.AugAssign(target=target):
                return root_name(target) in self.items or self._at_counter(target) is not None
            case ast.Assign(targets=[ast.Subscript() as target]):
                entry = stored_entry(target, self.keys)
                return entry is not None or self._at_counter(target) is not None
            case ast.Assign(targets=[ast.Name()], value=value):
                return self._varies(value) and is_arithmetic(value)
            case ast.If(test=test, body=body, orelse=[]):
                return not self._varies(test) and all(map(self._is_update, body))
            case _:
                return False

    def _update(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr(value=ast.Call() as call):
                self._chain(call)
            case ast.If(test=test, body=body):
                self._in_branch(test, body)
            case ast.AugAssign(target=target, op=op, value=value) if type(op) in OPERATORS:
                name = f"{OPERATORS[type(op)]}_"
                self._write(name, self._operand(target), [self._argument(value)], {})
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made = self._argument(value)
                plain = isinstance(value, _PLAIN)
                self.fresh |= set() if plain else {name}
                self.items[name] = made if plain else self._named(plural(name), made)
            case ast.Assign(targets=[ast.Subscript() as target], value=value) if (
                stored_entry(target, self.keys) is not None
            ):
                self._store_entry(target, value)
            case ast.Assign(targets=[ast.Subscript() as target], value=value) if (
                whole := self._at_counter(target)
            ) is not None:
                what = self.seen.get(getattr(whole, NUMBER, -1))
                if what is None or what.dtype != "list":
                    raise NotLiftable(f"{code.text(whole)} is no list")
                store = code.stored(code.subscript_all(whole))
                self.made.append(code.assignment(store, self._argument(value)))
            case _:
                raise NotLiftable(f"{code.text(statement).splitlines()[0]} in the body")

    def _in_branch(self, test: ast.expr, body: list[ast.stmt]) -> None:
        """``if decay != 0: g = g + decay * p``: the list that ``g`` stands for is set anew."""
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]) if name in self.items:
                    self.items[name] = self._own(name)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    raise NotLiftable(f"{name} is set under a test alone")
                case _:
                    pass
        known, made, self.made = dict(self.items), self.made, []
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    target = ast.Name(code.text(known[name]), ast.Store())
                    self.made.append(code.assignment(target, self._argument(value)))
                    self.fresh.discard(name)
                case _:
                    self._update(statement)
        made.append(ast.If(test=test, body=self.made, orelse=[]))
        self.made, self.items = made, known

    def _own(self, name: str) -> ast.expr:
        """A list's name that the rewrite has given and may set anew."""
        items = self._stable(name)
        own = {code.text(t) for s in self.made if isinstance(s, ast.Assign) for t in s.targets}
        return items if code.text(items) in own else self._named(plural(name), items)

    def _check_dict(self, target: ast.expr) -> None:
        if isinstance(target, ast.Subscript):
            seen = self.seen.get(getattr(target.value, NUMBER, -1))
            check_dict(target.value, seen, self.around)

    def _store_entry(self, target: ast.Subscript, value: ast.expr) -> None:
        """``shadow[k] = d * shadow[k] + (1 - d) * v``: new tensors under the same keys."""
        self._check_dict(target)
        match value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="clone"), args=[]) if (
                self.uses.get(name) == 1 and isinstance(self.items.get(name), ast.Name)
            ):
                value = code.name(name)  # it is new, and nothing else holds it
            case _:
                pass
        plain = isinstance(value, ast.Name) and value.id in self.fresh
        if not plain and not (self._varies(value) and is_arithmetic(value)):
            raise NotLiftable(f"{code.text(value)} is kept by its name")
        entries = self._argument(value)
        key = target.slice.id if isinstance(target.slice, ast.Name) else ""
        self.made.append(updated(target.value, self.keys[key], entries))
        self.closed.add(code.text(target))

    def _sum(self, name: str, item: ast.expr) -> None:
        total = sum_of_all(self._argument(item))
        made = self.initial.get(name)
        if made is not None and made.scalar and made.is_fill(0):
            self.sums.add(name)
        self.ops += ["torch.cat", "torch.sum"]
        self.guards.append(is_any(self.some))
        target = ast.Name(id=name, ctx=ast.Store())
        if name in self.sums:
            self.made.append(code.assignment(target, total))
        elif is_updated_in_place(name, self.around):
            self.made.append(ast.AugAssign(target, ast.Add(), total))
        else:
            self.made.append(
                code.assignment(target, code.binary(code.name(name), ast.Add(), total))
            )

    def _chain(self, call: ast.Call) -> ast.expr:
        """``buf.mul_(mu).add_(grad)``; returns the list that it changes."""
        if not isinstance(call.func, ast.Attribute):
            raise NotLiftable(f"{code.text(call.func)}() is called for its effect")
        receiver, name = call.func.value, call.func.attr
        target = (
            self._chain(receiver) if isinstance(receiver, ast.Call) else self._operand(receiver)
        )
        args = [self._argument(a) for a in call.args]
        keywords = {k.arg or "": k.value for k in call.keywords}
        if any(self._varies(v) for v in keywords.values()):
            raise NotLiftable(f"{name} with an option that differs between tensors")
        self._write(name, target, args, keywords)
        return target

    def _write(
        self, name: str, target: ast.expr, args: list[ast.expr], keywords: dict[str, ast.expr]
    ) -> None:
        known = (
            (name in BINARY and len(args) in (1, 2))
            or (name in POINTWISE and len(args) in (2, 3))
            or (name in UNARY and not args)
            or (name == "clamp_" and 1 <= len(args) + len(keywords) <= 2)
        )
        if not known:
            raise NotLiftable(f"{name} has no multi-tensor form")
        if "value" in keywords and name in POINTWISE:
            args = [*args, keywords.pop("value")]
        if "weight" in keywords and name == "lerp_":
            args = [*args, keywords.pop("weight")]
        for call in calls_in_place(name, target, args, keywords, self._is_factor):
            function = code.text(call.func)
            self.ops += [function, function.removesuffix("_")]
            self.made.append(ast.Expr(value=call))
