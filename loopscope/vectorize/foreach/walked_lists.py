"""Lists that stand for what each iteration of a loop over tensors reads, and ops on them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.foreach.by_key import DICTS
from loopscope.vectorize.foreach.calls import with_alpha
from loopscope.vectorize.foreach.lerp import mixed
from loopscope.vectorize.foreach.ops import MAPPED, OPERATORS, is_method, normed_item
from loopscope.vectorize.item_lists import listed_items, plural, within_item
from loopscope.vectorize.lifter import definitions
from loopscope.vectorize.named_entries import each_key, gives_entries, listed_values
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import NotLiftable


class WalkedLists:
    """Lists by the name of their item, and the statements that make them.

    Attributes:
        items: The list of what a name stands for in each iteration.
        counters: Names of ``enumerate`` and ``range``: ``m[i]`` is an item of ``m``.
        counted: The list of ``range(len(m))``.
        keys: Names of ``items()``: ``m[k]`` is an entry of ``m``.
        closed: Entries that are made anew: nothing may read them any more.
        made: Statements, in order.
    """

    def __init__(self, prepared: Prepared, seen: Mapping[int, Seen], *, fused: bool) -> None:
        self.seen, self.fused = seen, fused
        self.items: dict[str, ast.expr] = {}
        self.counters: set[str] = set()
        self.counted: ast.expr | None = None
        self.keys: dict[str, ast.comprehension] = {}
        self.closed: set[str] = set()
        self.guards: list[str] = []
        self.made: list[ast.stmt] = []
        around = prepared.loop.function or prepared.loop.module
        self.taken = {n.id for n in ast.walk(around) if isinstance(n, ast.Name)}

    def _bind(self, target: ast.expr, iterable: ast.expr) -> None:
        match target, iterable:
            case ast.Name(id=counter), ast.Call(
                func=ast.Name(id="range"),
                args=[ast.Call(func=ast.Name(id="len"), args=[items], keywords=[])],
            ):
                self.counters.add(counter)
                self.counted = items
            case ast.Name(id=key), _ if (held := self._dict(iterable)) is not None:
                name = ast.Name(id=key, ctx=ast.Store())
                self.keys[key] = ast.comprehension(target=name, iter=held, ifs=[], is_async=0)
            case ast.Name(id=name), _:
                self.items[name] = self._list(iterable, name)
            case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args) if len(
                elts
            ) == len(args):
                for element, arg in zip(elts, args, strict=True):
                    self._bind(element, arg)
            case ast.Tuple(elts=[ast.Name(id=counter), element]), ast.Call(
                func=ast.Name(id="enumerate"), args=[items], keywords=[]
            ):
                self.counters.add(counter)
                self._bind(element, items)
            case ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name)]), _ if gives_entries(
                iterable
            ) or isinstance(iterable, ast.Name):
                self.keys[key] = each_key(key, iterable)
                self.items[name] = self._named(plural(name), listed_values(name, iterable))
            case _:
                raise NotLiftable("a loop over what are no lists of tensors")

    def _dict(self, iterable: ast.expr) -> ast.expr | None:
        """The dict whose keys are walked."""
        match iterable:
            case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[], keywords=[]):
                pass
            case _:
                owner = iterable
        what = self.seen.get(getattr(owner, NUMBER, -1))
        return owner if what is not None and what.value in DICTS else None

    def _list(self, iterable: ast.expr, name: str) -> ast.expr:
        what = self.seen.get(getattr(iterable, NUMBER, -1))
        if what is not None and what.kind == "list" and what.item is not None:
            if what.item.kind != "tensor":
                raise NotLiftable("a loop over what are no tensors")
            return iterable
        if isinstance(iterable, ast.Call) and dotted(iterable.func).endswith(".parameters"):
            return self._named(f"{name}s", code.call("list", iterable))
        raise NotLiftable("a loop over what is no list of tensors")

    def _at_counter(self, node: ast.expr) -> ast.expr | None:
        """The list ``m`` of ``m[i]``."""
        match node:
            case ast.Subscript(value=whole, slice=ast.Name(id=name)) if name in self.counters:
                pass
            case _:
                return None
        what = self.seen.get(getattr(whole, NUMBER, -1))
        lists = (v for v in self.items.values() if not isinstance(v, ast.ListComp))
        walked = self.counted or next(lists, None)
        if what is None or what.kind != "list" or walked is None or not dotted(whole):
            raise NotLiftable(f"{code.text(node)} is no item of a list")
        if what.item is None or what.item.kind != "tensor":
            raise NotLiftable(f"{code.text(node)} is no tensor")
        if code.text(whole) != code.text(walked):
            given = code.text(self._as_given(walked))
            self.guards.append(f"len({code.text(whole)}) == len({given})")
        return whole

    def _as_given(self, items: ast.expr) -> ast.expr:
        """What a list that the rewrite named was made of: the name is none before it."""
        return definitions(self.made).get(code.text(items), items)

    def _operand(self, node: ast.expr) -> ast.expr:
        """The list that an item, or something of each item, stands for."""
        match node:
            case ast.Subscript() if (whole := self._at_counter(node)) is not None:
                return whole
            case ast.Subscript(value=entries, slice=ast.Name(id=key)) if key in self.keys:
                return self._entries(node, entries, key)
            case ast.Name(id=name) if name in self.items:
                return self._stable(name)
            case _ if (item := self._item_in(node)) is not None:
                return self._mapped(node, item)
            case _:
                raise NotLiftable(f"{code.text(node)} is changed in every iteration")

    def _entries(self, node: ast.Subscript, entries: ast.expr, key: str) -> ast.expr:
        """The list of what a dict has for every key."""
        text = code.text(node)
        if text in self.closed:
            raise NotLiftable(f"{text} is read after it is kept")
        if self._varies(entries) or not dotted(entries):
            raise NotLiftable(f"{text} differs between iterations")
        if text not in self.items:
            made = ast.ListComp(elt=node, generators=[self.keys[key]])
            self.items[text] = self._named(plural(dotted(entries).rsplit(".", 1)[-1]), made)
        return self.items[text]

    def _item_in(self, node: ast.expr) -> str | None:
        """The one item that an expression is taken of: ``p`` of ``self.state[p]["buf"]``."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        found = names & (self.items.keys() | self.counters)
        return found.pop() if len(found) == 1 and found <= self.items.keys() else None

    def _stable(self, name: str) -> ast.expr:
        items = self.items[name]
        if not isinstance(items, ast.Name | ast.Attribute | ast.Subscript):
            items = self.items[name] = self._named(plural(name), items)
        return items

    def _mapped(self, node: ast.expr, root: str) -> ast.expr:
        bound = self.items[root]  # of a name bound in the body: what it stands for
        if isinstance(bound, ast.ListComp):
            made = within_item(bound, root, node)
        else:
            made = listed_items(node, root, bound)
        key = code.text(node)
        if key not in self.items:
            last = node.attr if isinstance(node, ast.Attribute) else root
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                last = str(node.slice.value)
            self.items[key] = self._named(f"{last}s" if last.isidentifier() else f"{root}s", made)
        return self.items[key]

    def _changed(self, node: ast.expr, method: str) -> ast.expr:
        """What a method is called on; in place only of what nothing else holds."""
        if method.endswith("_") and not isinstance(node, ast.Call):
            raise NotLiftable(f"{code.text(node)} is changed within an expression")
        match node:
            case ast.Call(func=ast.Attribute(value=copied, attr="clone"), args=[], keywords=[]):
                return self._argument(copied)
            case _:
                return self._argument(node)

    def _is_alpha(self, name: str, keywords: list[ast.keyword]) -> bool:
        """``add(g, alpha=a)`` with a number that is the same for all."""
        if not keywords:
            return True
        plain = name.removesuffix("_") in ("add", "sub") and len(keywords) == 1
        return plain and keywords[0].arg == "alpha" and not self._varies(keywords[0].value)

    def _argument(self, node: ast.expr) -> ast.expr:
        if not self._varies(node):
            return node
        blend = mixed(node) if self.fused else None
        if blend is not None and not self._varies(blend.weight):
            ends = (blend.start, blend.end)
            if all(map(self._varies, ends)):
                return code.call("torch._foreach_lerp", *map(self._argument, ends), blend.weight)
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                name = OPERATORS[type(op)]
                function = f"torch._foreach_{name}"
                if self._varies(left):
                    one, other = self._argument(left), self._argument(right)
                    scaled = with_alpha(name, one, [other], self._is_factor)
                    return scaled or code.call(function, one, other)
                if isinstance(op, ast.Mult | ast.Add):
                    return code.call(function, self._argument(right), left)
                if isinstance(op, ast.Sub):
                    less = code.call("torch._foreach_neg", self._argument(right))
                    return code.call("torch._foreach_add", less, left)
                raise NotLiftable(f"{code.text(node)} in the body")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return code.call("torch._foreach_neg", self._argument(operand))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="torch"), attr=name), args=[item]
            ) if name in MAPPED and not node.keywords:
                return code.call(f"torch._foreach_{name}", self._argument(item))
            case ast.Call(func=ast.Attribute(value=item, attr=name), args=[], keywords=[]) if (
                name.removesuffix("_") in MAPPED
            ):
                function = f"torch._foreach_{name.removesuffix('_')}"
                return code.call(function, self._changed(item, name))
            case ast.Call(
                func=ast.Attribute(value=left, attr=name), args=[right], keywords=scaled
            ) if is_method(name) and self._varies(left) and self._is_alpha(name, scaled):
                call = code.call(
                    f"torch._foreach_{name.removesuffix('_')}",
                    self._changed(left, name),
                    self._argument(right),
                )
                call.keywords += scaled
                return call
            case ast.Call() if (normed := normed_item(node)) is not None:
                return code.call("torch._foreach_norm", self._argument(normed))
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._operand(node)
            case _:
                raise NotLiftable(f"{code.text(node)} in the body")

    def _is_factor(self, node: ast.expr) -> bool:
        """Whether code is a Python number that an op may take beside its operands."""
        return self.fused and self._is_number(node)

    def _is_number(self, node: ast.expr) -> bool:
        """Whether code is made of Python numbers."""
        match node:
            case ast.BinOp(left=left, right=right):
                return self._is_number(left) and self._is_number(right)
            case ast.UnaryOp(operand=operand):
                return self._is_number(operand)
            case ast.Constant(value=value):
                return isinstance(value, int | float)
            case _:
                what = self.seen.get(getattr(node, NUMBER, -1))
                return what is not None and what.kind == "number" and not what.mixed

    def _varies(self, node: ast.expr) -> bool:
        names = self.items.keys() | self.counters | self.keys.keys()
        return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))

    def _named(self, wanted: str, value: ast.expr) -> ast.expr:
        name, k = wanted, 1
        while name in self.taken:
            k += 1
            name = f"{wanted}_{k}"
        self.taken.add(name)
        target = ast.Name(id=name, ctx=ast.Store())
        self.made.append(ast.Assign(targets=[target], value=value, lineno=0))
        return code.name(name)
