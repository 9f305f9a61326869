"""What the names of a loop's header stand for in one iteration."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from loopscope.source.loop import Loop, LoopNode, dotted


@dataclass(frozen=True, slots=True)
class Header:
    """The names that a loop binds.

    Attributes:
        indices: Counters: ``i`` of ``range`` and ``enumerate``.
        elements: Name → source text of what it is an item of, for everything else.
        iterates: Source text of the iterables, ``""`` for a ``while``.
        reverse: The counter goes down.
        call: Name of the call that makes the iterable (``range``, ``torch.chunk``, …), or ``""``.
    """

    indices: frozenset[str] = frozenset()
    elements: dict[str, str] = field(default_factory=dict)
    iterates: tuple[str, ...] = ()
    reverse: bool = False
    call: str = ""


def read_headers(node: LoopNode) -> tuple[Header, ...]:
    """Return a header for each ``for`` of the node; a comprehension can have several."""
    match node:
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            return (_header(target, iterable),)
        case ast.While():
            return (_counter(node),)
        case _:
            return tuple(_header(g.target, g.iter) for g in node.generators)


def nest_headers(loop: Loop) -> tuple[Header, ...]:
    """Return the headers of the loop and of every loop statement in its body, outermost first."""
    inner = [n for n in ast.walk(loop.node) if isinstance(n, ast.For) and n is not loop.node]
    return read_headers(loop.node) + tuple(h for n in inner for h in read_headers(n))


def _header(target: ast.expr, iterable: ast.expr) -> Header:
    call, args = _call(iterable)
    reverse = False
    if call == "reversed" and args:
        reverse = True
        call, args = _call(args[0])
    elif call == "tqdm" or call.endswith(".tqdm"):
        return _header(target, args[0]) if args else Header()
    names = _names(target)
    match call:
        case "range":
            step = args[2] if len(args) == 3 else None
            down = isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub)
            return Header(frozenset(names), {}, (ast.unparse(iterable),), reverse or down, call)
        case "enumerate" if isinstance(target, ast.Tuple) and len(target.elts) == 2 and args:
            inner = _header(target.elts[1], args[0])
            indices = frozenset(_names(target.elts[0])) | inner.indices
            return Header(indices, inner.elements, inner.iterates, reverse, inner.call or call)
        case "zip" if isinstance(target, ast.Tuple) and len(target.elts) == len(args):
            parts = [_header(t, a) for t, a in zip(target.elts, args, strict=True)]
            return Header(
                frozenset().union(*(p.indices for p in parts)),
                {name: text for p in parts for name, text in p.elements.items()},
                tuple(text for p in parts for text in p.iterates),
                reverse,
                call,
            )
        case _:
            text = ast.unparse(iterable)
            return Header(frozenset(), dict.fromkeys(names, text), (text,), reverse, call)


def _counter(node: ast.While) -> Header:
    """``while i < n`` with ``i += 1`` in its body counts as ``for i in range``."""
    match node.test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() | ast.NotEq()]):
            steps = [s for s in node.body if _steps(s, name)]
            if len(steps) == 1:
                return Header(frozenset({name}), {}, (), False, "range")
    return Header()


def _steps(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.AugAssign(
            target=ast.Name(id=target), op=ast.Add(), value=ast.Constant(value=int())
        ):
            return target == name
        case _:
            return False


def _call(node: ast.expr) -> tuple[str, list[ast.expr]]:
    if isinstance(node, ast.Call):
        return dotted(node.func) or _method(node.func), node.args
    return "", []


def _method(func: ast.expr) -> str:
    return f".{func.attr}" if isinstance(func, ast.Attribute) else ""


def _names(target: ast.expr) -> list[str]:
    return [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
