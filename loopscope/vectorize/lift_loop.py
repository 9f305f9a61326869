"""From a loop of the user's to whole-tensor code in its place."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.source.callees import RANDOM
from loopscope.source.loop import COMPREHENSIONS, Loop, dotted
from loopscope.vectorize import code
from loopscope.vectorize.body import lift_statement
from loopscope.vectorize.counting_while import as_for
from loopscope.vectorize.dead_code import without_dead
from loopscope.vectorize.edits import written_edits
from loopscope.vectorize.inline import count_uses
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.liveness import is_read_first
from loopscope.vectorize.named_sizes import named_sizes
from loopscope.vectorize.nest import assigned_names
from loopscope.vectorize.ops.building import list_tensor
from loopscope.vectorize.recurrent_arrays import classify_arrays
from loopscope.vectorize.region import (
    RETURNED,
    Region,
    copied,
    filled_names,
    find_region,
    live_names,
    without_return,
)
from loopscope.vectorize.stores import write_store
from loopscope.vectorize.value import ListValue, NotLiftable, Value

_SHORT = 60
_DERIVING = {
    "len",
    "sum",
    "max",
    "min",
    "int",
    "abs",
    "range",
    "list",
    "tuple",
    "enumerate",
    "zip",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A loop ready to be observed.

    Attributes:
        statements: The loop's statement and its tail, a ``return`` as an assignment.
        functions: The user's helpers that it calls, for inlining.
    """

    loop: Loop
    region: Region
    statements: list[ast.stmt]
    functions: dict[str, ast.FunctionDef]


def prepare(loop: Loop) -> Prepared:
    """Return what has to be observed before a loop can be lifted.

    Raises:
        NotLiftable: The loop stands where no rewrite can.
    """
    region = find_region(loop)
    first, *tail = copied(region.statements)
    if isinstance(first, ast.While):
        first = as_for(first, region)
    statements = without_return([first, *tail])
    return Prepared(loop, region, statements, _helpers(loop))


def lift_loop(
    prepared: Prepared,
    seen: Mapping[int, Seen],
    *,
    direct: bool = True,
    copies: frozenset[str] = frozenset(),
    copy: str = "contiguous",
) -> Draft:
    """Return whole-tensor code for the loop.

    Args:
        prepared: The loop.
        seen: What its expressions were, by number.
        direct: Call modules with the batch rather than by ``torch.vmap``.
        copies: Names that must be contiguous, or have memory of their own.
        copy: The method that makes them so: ``contiguous`` or ``clone``.

    Raises:
        NotLiftable: It has no form that we know; the message says why in a few words.
    """
    region, statements = prepared.region, prepared.statements
    lifter = Lifter(
        seen,
        prepared.functions,
        imports=_imports(prepared.loop.module),
        taken=_names(prepared.loop),
        uses=count_uses(statements[0]),
        initial=dict(region.initial),
        direct=direct,
        sizes=named_sizes(region.function),
    )
    for node in (n for s in statements for n in ast.walk(s)):
        what = lifter.what(node)
        if (
            what is not None
            and what.kind == "tensor"
            and isinstance(node, ast.Name | ast.Attribute)
        ):
            lifter.ranks[code.text(node)] = what.rank
        if what is not None and isinstance(node, ast.Name):
            lifter.loaded[node.id] = what
    lifter.taken -= filled_names(region)
    for name, initial in region.initial.items():
        if initial.is_list:
            lifter.env[name] = Value(initial.code, kind="other", list_of=ListValue())
    classify_arrays(lifter, statements[0])
    lifter.written -= _element_names(statements[0])
    first, *tail = copied(statements)
    made: list[list[ast.stmt]] = []
    live = live_names(region)
    if isinstance(first, ast.For):
        read_later = {n for s in tail for n in count_uses(s)} | set(live)
        made.append(_lift_statement(lifter, first, tail, read_later))
    else:
        tail = [first, *tail]
    made += [_rewritten(lifter, s, tail[k:], live) for k, s in enumerate(tail, 1)]
    made = [[_copying(s, copies, copy) for s in group] for group in without_dead(made, live)]
    rewrite = [s for group in made for s in group]
    _check_live(rewrite, live, region)
    fresh = tuple(n for n in region.initial if n in live)
    edits = written_edits(prepared.loop, region, made, _unneeded(lifter.dropped, rewrite, live))
    return Draft(
        loop="\n".join(code.text(s) for s in without_return(copied(region.statements))),
        rewrite="\n".join(code.text(s) for s in rewrite),
        live=live,
        fresh=fresh,
        setup=_setup(region),
        edits=edits,
        ops=tuple(dict.fromkeys(lifter.used_ops)),
        guards=tuple(dict.fromkeys(lifter.guards)),
    )


def _unneeded(dropped: set[str], rewrite: list[ast.stmt], live: tuple[str, ...]) -> set[str]:
    """Of names that are made anew, those that need not be what they were before the loop."""
    bound = set(assigned_names(rewrite))
    return {
        name
        for name in dropped
        if not is_read_first(name, rewrite) and (name in bound or name not in live)
    }


def _lift_statement(
    lifter: Lifter, first: ast.For, tail: list[ast.stmt], read_later: set[str]
) -> list[ast.stmt]:
    """Lift the loop itself; what it leaves behind is written out."""
    before = set(lifter.env)
    lifter.live, lifter.outermost = read_later, first
    lift_statement(lifter, first)
    written = [s for store in lifter.stores for s in write_store(lifter, store)]
    results: list[ast.stmt] = []
    for name in assigned_names([first]):
        value = lifter.env.get(name)
        if value is None or value.list_of is not None or value.carry is not None:
            continue
        if name not in read_later and "." not in name:
            continue
        if not value.is_fixed:
            raise NotLiftable(f"{name} after the loop is not understood")
        target = code.attribute(name)
        target.ctx = ast.Store()  # type: ignore[attr-defined]
        results.append(ast.Assign(targets=[target], value=value.code, lineno=0))
        lifter.dropped.add(name)
        lifter.env[name] = replace(value, code=code.attribute(name))
    for name in before | set(lifter.env):
        value = lifter.env.get(name)
        if value is not None and value.list_of is not None and value.list_of.item is not None:
            lifter.dropped.add(name)
            _name_list(lifter, name, value, tail, name in read_later)
    made = [*lifter.statements, *written, *results]
    lifter.statements = []
    return made


def _name_list(
    lifter: Lifter, name: str, value: Value, tail: list[ast.stmt], read_later: bool
) -> None:
    """Give the tensor of a filled list the list's name where it is long or used twice."""
    until = next((k for k, s in enumerate(tail, 1) if name in assigned_names([s])), len(tail))
    reading = tail[:until]
    uses = sum(count_uses(s).get(name, 0) for s in reading) - sum(
        1
        for s in reading
        for n in ast.walk(s)
        if isinstance(n, ast.Call)
        and dotted(n.func) == "len"
        and n.args
        and dotted(n.args[0]) == name
    )
    if not uses or value.list_of is None:
        return
    whole = list_tensor(lifter, value)
    if uses > 1 or len(code.text(whole.code)) > _SHORT:
        whole = lifter.bind(name, whole)
        lifter.env[name] = replace(value, list_of=replace(value.list_of, whole=whole))


def _rewritten(
    lifter: Lifter, statement: ast.stmt, rest: list[ast.stmt], read_later: tuple[str, ...]
) -> list[ast.stmt]:
    """A statement with what it reads of lifted lists and comprehensions put in place."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.ListComp() as value) if (
            name not in read_later and any(name in count_uses(s) for s in rest)
        ):
            lifter.env[name] = lifter.lift(value)
            lifter.taken.discard(name)
            _name_list(lifter, name, lifter.env[name], rest, False)
            made, lifter.statements = lifter.statements, []
            return made
        case _:
            pass

    class Rewrite(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if not isinstance(node, ast.expr):
                return self.generic_visit(node)
            if isinstance(getattr(node, "ctx", None), ast.Store) or not _mentions(lifter, node):
                return node
            try:
                value = lifter.lift(node)
            except NotLiftable:
                if isinstance(node, COMPREHENSIONS):
                    raise
                return self.generic_visit(node)
            if value.list_of is not None:
                whole = list_tensor(lifter, value)
                return code.call("list", whole.code)
            if not value.is_fixed or (value.parts is not None and not _fixed_parts(value)):
                return self.generic_visit(node)
            return value.code

    rewritten = cast("ast.stmt", Rewrite().visit(statement))
    before, lifter.statements = lifter.statements, []
    match rewritten:
        case ast.Assign(targets=[ast.Name(id=name)], value=result):
            lifter.env.pop(name, None)
            if isinstance(result, ast.Name) and result.id == name:
                return before
        case _:
            pass
    return [*before, rewritten]


def _mentions(lifter: Lifter, node: ast.AST) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.ListComp | ast.GeneratorExp):
            return True
        known = lifter.env.get(inner.id) if isinstance(inner, ast.Name) else None
        if known is not None and known.list_of is not None:
            return True
    return False


def _fixed_parts(value: Value) -> bool:
    return all(p.is_fixed and p.list_of is None for p in value.parts or ())


def _copying(statement: ast.stmt, names: frozenset[str], copy: str) -> ast.stmt:
    """``out = x.clone()`` for names that must not share memory."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=elts)) if name in names:
            statement.value = code.tuple_of([code.method(e, copy) for e in elts])
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
            statement.value = code.method(value, copy)
        case _:
            pass
    return statement


def _check_live(rewrite: list[ast.stmt], live: tuple[str, ...], region: Region) -> None:
    bound = set(assigned_names(rewrite))
    known = set(region.initial)
    for name in live:
        if name not in bound and name not in known and name != RETURNED:
            stored = {
                dotted(n.value)
                for s in region.statements
                for n in ast.walk(s)
                if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
            }
            if name not in stored:
                raise NotLiftable(f"{name} is read after the loop")


def _element_names(statement: ast.stmt) -> set[str]:
    """Variables of loops: storing into one stores into what it is an item of."""
    return {
        n.id
        for node in ast.walk(statement)
        if isinstance(node, ast.For)
        for n in ast.walk(node.target)
        if isinstance(n, ast.Name)
    }


def _setup(region: Region) -> str:
    """The statements that make what the loop fills, and the names that these read, in order."""
    found = {id(made.statement): made.statement for made in region.initial.values()}
    wanted = {n for s in found.values() for n in count_uses(s)}
    for statement in reversed(region.block[: region.at]):
        match statement:
            case ast.Assign(targets=targets, value=value) if id(
                statement
            ) not in found and _is_derived(value):
                names = {n for t in targets for n in _plain_names(t)}
                if names & wanted and names:
                    found[id(statement)] = statement
                    wanted |= set(count_uses(statement))
            case _:
                pass
    return "\n".join(code.text(s) for s in sorted(found.values(), key=lambda s: s.lineno))


def _is_derived(node: ast.expr) -> bool:
    """Whether an expression only computes with what is there: it makes no data of its own."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Name(id=name)) if name not in _DERIVING:
                return False
            case ast.Call(func=ast.Attribute() as function) if (
                dotted(function).startswith(("torch.", "np.", "numpy.", "random."))
                or function.attr in RANDOM
            ):
                return False
            case _:
                pass
    return True


def _plain_names(target: ast.expr) -> set[str]:
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=elts):
            return {n for e in elts for n in _plain_names(e)}
        case _:
            return set()


def _helpers(loop: Loop) -> dict[str, ast.FunctionDef]:
    return {
        node.name: node
        for node in loop.module.body
        if isinstance(node, ast.FunctionDef)
        and node is not loop.function
        and not node.decorator_list
    }


def _imports(module: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {a.name: a.asname or a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}": a.asname or a.name for a in node.names}
    return found


def _names(loop: Loop) -> set[str]:
    around = loop.function or loop.module
    names = {n.id for n in ast.walk(around) if isinstance(n, ast.Name)}
    names |= {n.arg for n in ast.walk(around) if isinstance(n, ast.arg)}
    for node in loop.module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {a.asname or a.name.split(".")[0] for a in node.names}
        elif not isinstance(node, ast.expr):
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names
