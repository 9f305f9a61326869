"""``for name in names:`` with ``for t in name:`` in it: all items of all tensors, in a row."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.groups.joined import in_a_row
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class _Piece:
    """What of each tensor a variable of the inner loop goes over: ``name[begin:len - behind]``."""

    target: str
    source: str
    begin: int = 0
    behind: int = 0


def lift_joined(lifter: Lifter, node: ast.For) -> bool:
    """Lift the body of an inner loop over tensors that differ in length, all of them joined.

    Returns ``False`` where the loops are no such, or where the outer one does more than that.
    """
    outer = lifter.outermost
    if not isinstance(outer, ast.For) or len(lifter.axes) != 1 or outer.body[-1] is not node:
        return False
    read = _read_counter(node) or _read_items(node)
    if read is None or node.orelse or lifter.guard is not None or lifter.stores:
        return False
    pieces, body = read
    (axis,) = lifter.axes
    sources = list(dict.fromkeys(piece.source for piece in pieces))
    items = [lifter.env.get(source) for source in sources]
    if not all(v is not None and v.ragged and v.axes == (axis,) and v.rank for v in items):
        return False
    if len(sources) > 1 and any(piece.begin or piece.behind for piece in pieces):
        return False
    used = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)}
    used -= {piece.target for piece in pieces}
    if any(axis in v.axes and n in used for n, v in lifter.env.items()):
        return False
    begun = [lifter.env.get(name) for name in assigned_names(body)]
    if any(v is not None and (v.carry is None or v.carry.form != "keep") for v in begun):
        return False
    known = [v for v in items if v is not None]
    if len(sources) > 1:
        _assume_same_lengths(lifter, known)
    by_source = dict(zip(sources, known, strict=True))
    if len(sources) > 1:
        values = [_joined(lifter, [p], by_source[p.source])[0] for p in pieces]
    else:
        values = _joined(lifter, pieces, known[0])
    first = values[0].code
    over = code.text(first) if isinstance(first, ast.Name) else ""
    size = code.call("len", first if over else _index_name(first))
    stop = Linear(((code.text(size), 1),))
    joined = replace(
        axis, start=Linear(), stop=stop, size=size, length=None, step=1, reverse=False, over=over
    )
    lifter.axes[0] = joined
    for piece, value in zip(pieces, values, strict=True):
        lifter.env[piece.target] = replace(value, axes=(joined,))
    lifter.lift_statements(body)
    return True


def _read_items(node: ast.For) -> tuple[list[_Piece], list[ast.stmt]] | None:
    """``for t in name``, ``for a, b in zip(name, name[1:])``."""
    match node.target, node.iter:
        case ast.Name(id=target), iterable:
            pairs = [(target, iterable)]
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args, keywords=[]) if (
            len(elts) == len(args) and all(isinstance(e, ast.Name) for e in elts)
        ):
            pairs = [(dotted(e), a) for e, a in zip(elts, args, strict=True)]
        case _:
            return None
    pieces = [_piece(target, iterable) for target, iterable in pairs]
    found = [piece for piece in pieces if piece is not None]
    return (found, node.body) if len(found) == len(pieces) else None


def _piece(target: str, iterable: ast.expr) -> _Piece | None:
    match iterable:
        case ast.Name(id=source):
            return _Piece(target, source)
        case ast.Subscript(value=ast.Name(id=source), slice=ast.Slice(lower, upper, None)):
            begin = 0 if lower is None else code.integer(lower)
            end = 0 if upper is None else code.integer(upper)
            if begin is None or end is None or begin < 0 or end > 0 or (upper and not end):
                return None
            return _Piece(target, source, begin, -end)
        case _:
            return None


def _read_counter(node: ast.For) -> tuple[list[_Piece], list[ast.stmt]] | None:
    """``for i in range(len(name) - 1)`` that reads ``name[i]`` and ``name[i + 1]``."""
    match node.target, node.iter:
        case ast.Name(id=counter), ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
            source, behind = _length_of(stop)
        case _:
            return None
    pieces: dict[int, _Piece] = {}

    class Put(ast.NodeTransformer):
        def visit_Subscript(self, found: ast.Subscript) -> ast.expr:
            offset = _offset(found.slice, counter)
            if dotted(found.value) != source or offset is None or not 0 <= offset <= behind:
                self.generic_visit(found)
                return found
            target = f"{source}_{offset}" if offset else f"{source}_"
            pieces[offset] = _Piece(target, source, offset, behind - offset)
            return ast.copy_location(ast.Name(target, ast.Load()), found)

    body = [Put().visit(copy.deepcopy(s)) for s in node.body]
    names = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)}
    if not source or not pieces or counter in names:
        return None
    return [pieces[k] for k in sorted(pieces)], body


def _length_of(stop: ast.expr) -> tuple[str, int]:
    """``name`` and 1 of ``len(name) - 1``."""
    match stop:
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(behind))):
            return _length_of(left)[0], behind
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=source)]):
            return source, 0
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=source), attr="size"), args=[ast.Constant(0)]
        ):
            return source, 0
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=source), attr="shape"), slice=ast.Constant(0)
        ):
            return source, 0
        case _:
            return "", 0


def _offset(index: ast.expr, counter: str) -> int | None:
    match index:
        case ast.Name(id=name) if name == counter:
            return 0
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=int(k))) if (
            name == counter
        ):
            return k
        case _:
            return None


def _assume_same_lengths(lifter: Lifter, items: list[Value]) -> None:
    first, *others = [code.text(v.code) for v in items]
    for other in others:
        lifter.assume(f"all(len(a) == len(b) for a, b in zip({first}, {other}))")


def _joined(lifter: Lifter, pieces: list[_Piece], items: Value) -> list[Value]:
    """``torch.cat(names)``; with neighbours, those of its items that have all of theirs."""
    lifter.used_ops += [] if items.python else ["torch.cat"]
    made = Value(in_a_row(items), (), items.rank - 1, "tensor", items.dtype)
    whole = lifter.bind(f"all_{items.item}", replace(made, shape=(None,) * made.rank))
    least = max(piece.begin + piece.behind for piece in pieces)
    if not least:
        return [whole for _ in pieces]
    lifter.used_ops.append("torch.repeat_interleave")
    length = code.call("len", code.name(items.item))
    lengths = lifter.bind("lengths", Value(code.call("torch.tensor", _listed(length, items)))).code
    ends = code.method(code.method(lengths, "cumsum", code.const(0)), "repeat_interleave", lengths)
    places = code.call("torch.arange", code.call("len", whole.code))
    left = lifter.bind("left", Value(code.binary(ends, ast.Sub(), places))).code
    followed = code.method(ast.Compare(left, [ast.Gt()], [code.const(least)]), "nonzero")
    index = lifter.bind(
        "index", Value(code.subscript(followed, [code.FULL, code.const(0)]), dtype="int64")
    ).code
    found = []
    for piece in pieces:
        place = code.binary(index, ast.Add(), code.const(piece.begin)) if piece.begin else index
        found.append(replace(whole, code=code.subscript(whole.code, [place])))
    return found


def _index_name(picked: ast.expr) -> ast.expr:
    """``index`` of ``all_names[index + 1]``: as many as are picked."""
    # Only subscripts get here.
    names = [n for n in ast.walk(picked.slice) if isinstance(n, ast.Name)]  # type: ignore[attr-defined]
    return names[0]


def _listed(element: ast.expr, items: Value) -> ast.ListComp:
    target = ast.Name(items.item, ast.Store())
    part = ast.comprehension(target=target, iter=items.code, ifs=[], is_async=0)
    return ast.ListComp(element, [part])
