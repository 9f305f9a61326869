"""A dict of known entries, read as a whole after the loop: ``return stats``."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping
from typing import cast

from loopscope.source.keyed_names import owner, written_dict
from loopscope.vectorize import code

Entries = Mapping[str, Collection[str]]


def reads_entries(statement: ast.stmt, dicts: Entries) -> bool:
    """Whether what a statement reads and sets of these dicts can be told by their entries."""
    names = {n.id for n in ast.walk(spelled_out(statement, dicts)) if isinstance(n, ast.Name)}
    unknown = {n for n in names if owner(n) in dicts and n not in dicts[owner(n)]}
    return not (names & dicts.keys() or unknown)


def spelled_out(statement: ast.stmt, dicts: Entries) -> ast.stmt:
    """``return stats`` as ``return {"loss": stats["loss"], "hits": stats["hits"]}``.

    So is ``{name: torch.stack(rows) for name, rows in stats.items()}``, and a loop over the dict
    that sets each entry anew is one assignment of them all.
    """
    if not dicts:
        return statement
    made = copy.deepcopy(statement)
    match made:
        case ast.Return(value=ast.Name(id=name)) if name in dicts:
            made.value = _whole(name, dicts)
        case ast.Return(value=ast.Tuple(elts=elts)):
            for k, element in enumerate(elts):
                if isinstance(element, ast.Name) and element.id in dicts:
                    elts[k] = _whole(element.id, dicts)
        case ast.For():
            made = _each_set(made, dicts) or made
        case _:
            pass
    return cast("ast.stmt", ast.fix_missing_locations(_SpelledOut(dicts).visit(made)))


def _whole(name: str, dicts: Entries) -> ast.Dict:
    return written_dict({n: code.name(n) for n in dicts[name]})


def _each_set(loop: ast.For, dicts: Entries) -> ast.stmt | None:
    """``for k in stats: stats[k] = torch.stack(stats[k])``, or the same over ``stats.items()``."""
    match loop:
        case ast.For(
            target=target,
            iter=walked,
            body=[
                ast.Assign(
                    targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=key))],
                    value=value,
                )
            ],
            orelse=[],
        ) if name in dicts:
            pass
        case _:
            return None
    match target, walked:
        case ast.Name(id=first), _ if code.text(walked) in (name, f"{name}.keys()"):
            held = f"{name}[{key}]"
        case (
            ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=held)]),
            ast.Call(),
        ) if code.text(walked) == f"{name}.items()":
            pass
        case _:
            return None
    if first != key:
        return None
    values = [_put(value, held, entry) for entry in dicts[name]]
    if any(_reads(v, n) for v in values for n in (key, name)):
        return None
    targets: list[ast.expr] = [ast.Name(id=n, ctx=ast.Store()) for n in dicts[name]]
    set_all = ast.Assign(
        targets=[ast.Tuple(targets, ast.Store())], value=code.tuple_of(values), lineno=loop.lineno
    )
    return ast.copy_location(set_all, loop)


def _put(value: ast.expr, held: str, entry: str) -> ast.expr:
    """The value with an entry wherever what is held is read."""

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.Name | ast.Subscript) and code.text(node) == held:
                return code.name(entry)
            return self.generic_visit(node)

    return cast("ast.expr", Put().visit(copy.deepcopy(value)))


class _SpelledOut(ast.NodeTransformer):
    def __init__(self, dicts: Entries) -> None:
        self.dicts = dicts

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        match node:
            case ast.DictComp(
                key=ast.Name(id=key),
                value=value,
                generators=[
                    ast.comprehension(
                        target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=held)]),
                        iter=ast.Call(
                            func=ast.Attribute(value=ast.Name(id=name), attr="items"), args=[]
                        ),
                        ifs=[],
                    )
                ],
            ) if name in self.dicts and key == first and not _reads(value, first):
                entries = {n: _put(value, held, n) for n in self.dicts[name]}
                return ast.copy_location(written_dict(entries), node)
            case _:
                return self.generic_visit(node)


def _reads(node: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))
