"""An extremum and its place, which one op gives: ``dist, label = d.min(dim=1)``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from loopscope.vectorize import code
from loopscope.vectorize.finish.repeated import changed_in_place, evaluated, is_settled, replaced
from loopscope.vectorize.names import count_uses

_FORMS = {"amin": "min", "amax": "max", "argmin": "min", "argmax": "max"}


def with_extremum_pairs(
    statements: list[ast.stmt], fresh: Callable[[str], str], read: Collection[str]
) -> list[ast.stmt]:
    """Return the statements with one op for the least, or greatest, of each row and its place.

    Args:
        statements: What is written in the place of one statement.
        fresh: Makes a name that nothing uses yet.
        read: Names that other statements read.
    """
    found = list(statements)
    for use in _uses(found).values():
        _pair(found, use, fresh)
    for k, statement in enumerate(found):
        later = {n for s in found[k + 1 :] for n in count_uses(s)} | {*read}
        found[k] = _place_alone(statement, later)
    return found


@dataclass(slots=True)
class _Uses:
    """Where the extremum of one expression, and its place, are computed."""

    of: ast.expr
    form: str
    dim: int
    best: ast.expr | None = None
    place: ast.expr | None = None
    at: list[int] = field(default_factory=list)
    named: tuple[str, str] | None = None
    named_at: int = -1


def _uses(statements: list[ast.stmt]) -> dict[str, _Uses]:
    found: dict[str, _Uses] = {}
    for k, statement in enumerate(statements):
        if not isinstance(statement, ast.Assign):
            continue
        both = _both(statement)
        if both is not None and isinstance(statement.value, ast.Call):
            use = _use(found, statement.value, statement.value.func.attr)  # type: ignore[attr-defined]  # _both has looked
            if use is not None and use.named is None:
                use.named, use.named_at = both, k
                use.at.append(k)
            continue
        for node in evaluated(statement.value):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                form = _FORMS.get(node.func.attr)
                use = _use(found, node, form) if form is not None else None
                if use is None:
                    continue
                use.at.append(k)
                if node.func.attr.startswith("arg"):
                    use.place = node
                else:
                    use.best = node
    return found


def _use(found: dict[str, _Uses], call: ast.Call, form: str) -> _Uses | None:
    """What is known of an extremum along one dimension; ``None`` for any other call."""
    match call:
        case ast.Call(func=ast.Attribute(value=of), args=[dim], keywords=[]):
            pass
        case ast.Call(
            func=ast.Attribute(value=of), args=[], keywords=[ast.keyword(arg="dim", value=dim)]
        ):
            pass
        case _:
            return None
    number = code.integer(dim)
    if number is None:
        return None
    return found.setdefault(f"{form} {number} {code.text(of)}", _Uses(of, form, number))


def _both(statement: ast.Assign) -> tuple[str, str] | None:
    """The names of ``best, place = x.min(dim=1)``."""
    match statement:
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(id=best), ast.Name(id=place)])],
            value=ast.Call(func=ast.Attribute(attr="min" | "max")),
        ):
            return best, place
        case _:
            return None


def _pair(statements: list[ast.stmt], use: _Uses, fresh: Callable[[str], str]) -> None:
    """Compute both at once where the first of them is computed; statements are changed."""
    if use.named is None and (use.best is None or use.place is None):
        return
    if use.named is not None and use.best is None and use.place is None:
        return
    first, last = use.at[0], use.at[-1]
    part = statements[first:last]
    texts = {code.text(use.of), *(n for n in count_uses(use.of))}
    if not is_settled(use.of, part) or texts & {t for s in part for t in changed_in_place(s)}:
        return
    names = use.named or (fresh("best"), fresh("place"))
    if use.named is None:
        names = _users(statements, use.best, names[0]), _users(statements, use.place, names[1])
    made = code.unpacking(names, code.method(use.of, use.form, dim=use.dim))
    for k in range(first, last + 1):
        for node, name in zip((use.best, use.place), names, strict=True):
            if node is not None and k != use.named_at:
                statements[k] = replaced(statements[k], node, name)
    statements.insert(first, made)
    again = use.named_at + 1 if use.named_at >= 0 else -1
    kept = [s for k, s in enumerate(statements) if k != again and not _is_itself(s, names)]
    statements[:] = kept


def _users(statements: list[ast.stmt], node: ast.expr | None, name: str) -> str:
    """The name that a statement gives to what is computed, if it does nothing else."""
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if (
                node is not None and code.text(value) == code.text(node)
            ):
                return own
            case _:
                pass
    return name


def _is_itself(statement: ast.stmt, names: tuple[str, str]) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=own)], value=ast.Name(id=name)):
            return own == name and own in names
        case _:
            return False


def _place_alone(statement: ast.stmt, read: Collection[str]) -> ast.stmt:
    """``place = x.argmin(dim=1)`` where nothing reads the extremum."""
    both = _both(statement) if isinstance(statement, ast.Assign) else None
    if both is None or both[0] in read or not isinstance(statement, ast.Assign):
        return statement
    match statement.value:
        case ast.Call(func=ast.Attribute(value=of, attr=attr), args=[], keywords=keywords):
            made = code.method(of, f"arg{attr}", **{k.arg or "": k.value for k in keywords})
            return code.assignment(both[1], made)
        case _:
            return statement
