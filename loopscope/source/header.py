"""What the names of a loop's header stand for in one iteration."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from loopscope.source.loop import LOOP_NODES, Loop, LoopNode, dotted
from loopscope.source.while_counter import while_counter


@dataclass(frozen=True, slots=True)
class Header:
    """The names that a loop binds.

    Attributes:
        indices: Counters: ``i`` of ``range`` and ``enumerate``.
        elements: Name → source text of what it is an item of, for everything else.
        iterates: Source text of the iterables, ``""`` for a ``while``.
        reverse: The counter goes down.
        call: Name of the call that makes the iterable (``range``, ``torch.chunk``, …), or ``""``.
        counter: What counts the items; a made-up name (``#v``) where the loop has none.
        items: Name → the item as a subscript: ``v`` of ``for v in x`` is ``x[#v]``.
    """

    indices: frozenset[str] = frozenset()
    elements: dict[str, str] = field(default_factory=dict)
    iterates: tuple[str, ...] = ()
    reverse: bool = False
    call: str = ""
    counter: str = ""
    items: dict[str, ast.expr] = field(default_factory=dict)


def read_headers(node: LoopNode) -> tuple[Header, ...]:
    """Return a header for each ``for`` of the node; a comprehension can have several."""
    match node:
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            return (_header(target, iterable),)
        case ast.While():
            name, down = while_counter(node)
            return (Header(frozenset({name}), {}, (), down, "range", name) if name else Header(),)
        case _:
            return tuple(_header(g.target, g.iter) for g in node.generators)


def nest_headers(loop: Loop) -> tuple[Header, ...]:
    """Return the headers of the loop and of every loop in its body, outermost first."""
    inner = [n for n in ast.walk(loop.node) if isinstance(n, LOOP_NODES) and n is not loop.node]
    return read_headers(loop.node) + tuple(h for n in inner for h in read_headers(n))


def _header(target: ast.expr, iterable: ast.expr, counter: str = "") -> Header:
    text = ast.unparse(iterable)
    call, args = _call(iterable)
    reverse = call == "reversed" and bool(args)
    if reverse:
        iterable = args[0]
        call, args = _call(iterable)
    elif args and call.rsplit(".", 1)[-1] in ("tqdm", "trange"):
        return _header(target, args[0], counter)
    names = _names(target)
    counter = counter or f"#{names[0] if names else ''}"
    match call:
        case "range":
            step = args[2] if len(args) == 3 else None
            down = isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub)
            index = names[0] if names else ""
            return Header(frozenset(names), {}, (text,), reverse or down, call, index)
        case "enumerate" if isinstance(target, ast.Tuple) and len(target.elts) == 2 and args:
            index = "".join(_names(target.elts[0])) if len(args) == 1 else ""
            inner = _header(target.elts[1], args[0], index)
            return Header(
                frozenset(_names(target.elts[0])) | inner.indices,
                inner.elements,
                inner.iterates,
                reverse or inner.reverse,
                inner.call or call,
                inner.counter,
                inner.items,
            )
        case "zip" if isinstance(target, ast.Tuple) and len(target.elts) == len(args):
            counter = _zipped_range(target.elts, args) or counter
            parts = [_header(t, a, counter) for t, a in zip(target.elts, args, strict=True)]
            return Header(
                frozenset().union(*(p.indices for p in parts)),
                {name: text for p in parts for name, text in p.elements.items()},
                tuple(text for p in parts for text in p.iterates),
                reverse,
                call,
                counter,
                {name: item for p in parts for name, item in p.items.items()},
            )
        case _:
            item = ast.Subscript(iterable, ast.Name(counter, ast.Load()), ast.Load())
            items = _bind(target, item)
            return Header(
                frozenset(), dict.fromkeys(names, text), (text,), reverse, call, counter, items
            )


def _zipped_range(targets: list[ast.expr], args: list[ast.expr]) -> str:
    for target, arg in zip(targets, args, strict=True):
        match target, arg:
            case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=[_]):
                return name
    return ""


def _bind(target: ast.expr, item: ast.expr) -> dict[str, ast.expr]:
    """Name → part of the item: of ``for a, b in pairs`` these are two subscripts."""
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return {
                name: part
                for k, elt in enumerate(elts)
                for name, part in _bind(
                    elt, ast.Subscript(item, ast.Constant(k), ast.Load())
                ).items()
            }
        case _:
            return {}


def _call(node: ast.expr) -> tuple[str, list[ast.expr]]:
    if isinstance(node, ast.Call):
        return dotted(node.func) or _method(node.func), node.args
    return "", []


def _method(func: ast.expr) -> str:
    return f".{func.attr}" if isinstance(func, ast.Attribute) else ""


def _names(target: ast.expr) -> list[str]:
    return [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
