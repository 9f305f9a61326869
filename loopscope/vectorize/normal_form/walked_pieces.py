"""Slices that follow one another are the pieces of ``x.split(sizes)``.

``for n in sizes`` with ``x[start : start + n]`` before ``start += n``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from loopscope.vectorize import code
from loopscope.vectorize.additions import addition
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.region import Region, later_code
from loopscope.vectorize.names import assigned_names, count_uses


def with_pieces(
    node: ast.For, region: Region, fresh: Callable[[str], str]
) -> tuple[str, tuple[str, ...]]:
    """Walk over the pieces, in place; return the place's name and what must hold then.

    Both are empty where the loop is over no such pieces.

    Args:
        node: A loop over sizes.
        region: What stands around it.
        fresh: Makes a name that nothing uses yet.
    """
    header = _sizes(node)
    added = addition(node.body[-1])
    if header is None or added is None or code.text(added[1]) != header[0]:
        return "", ()
    (size, sizes), start, others = header, added[0], node.body[:-1]
    begun, later = region.initial.get(start), later_code(region)
    leaves = (ast.Continue, ast.Break, ast.Return)
    if begun is None or code.integer(begun.code) != 0 or is_read_first(start, later):
        return "", ()
    if any(isinstance(n, leaves) for s in others for n in ast.walk(s)):
        return "", ()
    pieces = _Pieces(start, size, {*assigned_names(node.body)}, fresh)
    read = [pieces.visit(copy.deepcopy(s)) for s in others]
    if not pieces.names or any(start in count_uses(s) for s in read):
        return "", ()
    node.body = read
    given = sizes if isinstance(sizes, ast.Call) else code.call("list", sizes)
    walked: dict[str, ast.expr] = {
        name: code.method(code.attribute(x), "split", given) for x, name in pieces.names.items()
    }
    if any(size in count_uses(s) for s in [*read, *later]):
        walked = {size: sizes, **walked}
    _walk(node, walked)
    return start, tuple(f"sum({code.text(sizes)}) == len({x})" for x in pieces.names)


def _sizes(node: ast.For) -> tuple[str, ast.expr] | None:
    """The name of one size, and what all of them are; ``None`` for another header."""
    target, sizes = node.target, node.iter
    match target, sizes:
        case ast.Tuple(elts=[_, inner]), ast.Call(
            func=ast.Name(id="enumerate"), args=[listed], keywords=[]
        ):
            target, sizes = inner, listed
        case _:
            pass
    match target, sizes:
        case ast.Name(id=size), ast.Name() | ast.Attribute():
            return size, sizes
        case ast.Name(id=size), ast.Call(func=ast.Attribute(attr="tolist"), args=[]):
            return size, sizes
        case _:
            return None


def _walk(node: ast.For, walked: dict[str, ast.expr]) -> None:
    """Put what is walked into the loop's header, which counts on where it did."""
    targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in walked]
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    items = [*walked.values()]
    iterable = items[0] if len(items) == 1 else code.call("zip", *items)
    if isinstance(node.target, ast.Tuple):
        target = ast.Tuple([node.target.elts[0], target], ast.Store())
        iterable = code.call("enumerate", iterable)
    node.target, node.iter = target, iterable
    ast.fix_missing_locations(node)


class _Pieces(ast.NodeTransformer):
    """Puts names in the place of slices, and remembers of what they are."""

    def __init__(
        self, start: str, size: str, set_inside: set[str], fresh: Callable[[str], str]
    ) -> None:
        self.names: dict[str, str] = {}
        self._ends = (f"{start} + {size}", f"{size} + {start}")
        self._start, self._inside, self._fresh = start, set_inside, fresh

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Return the piece, or what is taken of it."""
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        whole = node.value
        if (
            not isinstance(node.ctx, ast.Load)
            or not isinstance(whole, ast.Name | ast.Attribute)
            or not self._is_piece(places[0])
            or {*count_uses(whole)} & self._inside
        ):
            return self.generic_visit(node)  # type: ignore[return-value]  # it returns the node
        text = code.text(whole)
        if text not in self.names:
            self.names[text] = self._fresh(f"{text.rpartition('.')[2]}_piece")
        piece = code.name(self.names[text])
        rest = [self.visit(p) for p in places[1:]]
        return code.subscript(piece, [code.FULL, *rest]) if rest else piece

    def _is_piece(self, place: ast.expr) -> bool:
        match place:
            case ast.Slice(lower=ast.Name(id=lower), upper=ast.expr() as upper, step=None):
                return lower == self._start and code.text(upper) in self._ends
            case _:
                return False
