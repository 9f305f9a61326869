"""``for a, b in zip(ends[:-1], ends[1:])`` of slices ``a:b`` as a loop over their number."""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def with_bounds_by_number(loop: ast.For) -> None:
    """Read both bounds of each slice by the iteration's number, in place."""
    match loop:
        case ast.For(target=ast.Tuple(elts=[ast.Name() as a, ast.Name() as b]), iter=walked):
            counter = _fresh("i", loop)
        case ast.For(
            target=ast.Tuple(
                elts=[ast.Name(id=counter), ast.Tuple(elts=[ast.Name() as a, ast.Name() as b])]
            ),
            iter=ast.Call(func=ast.Name(id="enumerate"), args=[walked], keywords=[]),
        ):
            pass
        case _:
            return
    bounds = _neighbours(walked)
    if bounds is None or not _are_bounds(a.id, b.id, loop.body):
        return
    first = code.subscript(bounds, [code.name(counter)])
    second = code.subscript(bounds, [code.binary(code.name(counter), ast.Add(), code.const(1))])
    unpacked = ast.Assign([ast.Tuple([a, b], ast.Store())], ast.Tuple([first, second], ast.Load()))
    count = code.binary(code.call("len", bounds), ast.Sub(), code.const(1))
    loop.target = ast.copy_location(ast.Name(counter, ast.Store()), loop.target)
    loop.iter = ast.copy_location(code.call("range", count), loop.iter)
    loop.body.insert(0, ast.copy_location(unpacked, loop.body[0]))
    ast.fix_missing_locations(loop)


def _neighbours(walked: ast.expr) -> ast.expr | None:
    """What all neighbours of are walked: ``ends``."""
    match walked:
        case ast.Call(func=ast.Name(id="zip"), args=[first, second], keywords=[]):
            pass
        case _:
            return None
    match _plain(first), _plain(second):
        case (
            ast.Subscript(value=one, slice=ast.Slice(lower=None, upper=upper, step=None)),
            ast.Subscript(value=other, slice=ast.Slice(lower=lower, upper=None, step=None)),
        ) if upper is not None and lower is not None and code.text(one) == code.text(other):
            begins, ends = code.integer(lower), code.integer(upper)
        case ast.Name() as one, ast.Subscript(
            value=other, slice=ast.Slice(lower=lower, upper=None, step=None)
        ) if lower is not None and code.text(one) == code.text(other):
            begins, ends = code.integer(lower), -1
        case _:
            return None
    return one if (begins, ends) == (1, -1) and isinstance(one, ast.Name | ast.Attribute) else None


def _plain(node: ast.expr) -> ast.expr:
    """``x[1:]`` of ``x[1:].tolist()``."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="tolist"), args=[], keywords=[]):
            return value
        case _:
            return node


def _are_bounds(lower: str, upper: str, body: list[ast.stmt]) -> bool:
    """Whether a slice goes from one to the other."""
    slices = (n for s in body for n in ast.walk(s) if isinstance(n, ast.Slice))
    return any(
        isinstance(s.lower, ast.Name) and isinstance(s.upper, ast.Name)
        and (s.lower.id, s.upper.id) == (lower, upper)
        for s in slices
    )  # fmt: skip


def _fresh(wanted: str, loop: ast.For) -> str:
    names = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name)}
    return next(n for n in (wanted, *(f"{wanted}_{k}" for k in range(2, 99))) if n not in names)
