"""The statements around a loop that its rewrite takes over."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field, replace

from loopscope.source.keyed_names import (
    entries_of,
    entry_assignments,
    owner,
)
from loopscope.source.loop import Loop, dotted
from loopscope.vectorize.around.free_names import free_names
from loopscope.vectorize.around.initial import Initial, read_initial
from loopscope.vectorize.around.liveness import reads_any
from loopscope.vectorize.names import appended_names, assigned_names, count_uses
from loopscope.vectorize.normal_form.filled_lists import is_filled
from loopscope.vectorize.normal_form.grouped_dicts import read_grouping, sorted_keys
from loopscope.vectorize.normal_form.listed_dicts import (
    ListedDict,
    listed_dict,
    read_as_list,
)
from loopscope.vectorize.normal_form.walked_tensors import walked_tensors
from loopscope.vectorize.normal_form.whole_dicts import Entries, reads_entries, spelled_out
from loopscope.vectorize.value import NotLiftable

RETURNED = "returned_"
_MAX_TAIL = 6
_MAX_BACK = 12
_MAY_FOLLOW = ast.Assign | ast.Return | ast.AnnAssign | ast.AugAssign | ast.Expr


@dataclass(slots=True)
class Region:
    """A loop's own statement, what initialises its results, and what uses them next.

    Attributes:
        block: The list of statements that the loop's statement stands in.
        at: Its place there.
        tail: Number of statements after it that belong to the rewrite.
        initial: Names that the loop fills, as they are made right before it.
        function: The function around; the module where there is none.
        spent: Assignments of iterators that stand in the loop's header instead.
        listed: Dicts that the loop fills of which only the values are read, in the tail.
    """

    block: list[ast.stmt]
    at: int
    function: ast.AST
    tail: int = 0
    initial: dict[str, Initial] = field(default_factory=dict)
    spent: list[ast.stmt] = field(default_factory=list)
    listed: dict[str, ListedDict] = field(default_factory=dict)

    @property
    def statement(self) -> ast.stmt:
        """The statement that is or holds the loop."""
        return self.block[self.at]

    @property
    def statements(self) -> list[ast.stmt]:
        """The loop's statement and its tail."""
        return self.block[self.at : self.at + 1 + self.tail]


def find_region(loop: Loop) -> Region:
    """Return the region of a loop.

    Raises:
        NotLiftable: It stands in no block of statements.
    """
    parents = {c: n for n in ast.walk(loop.module) for c in ast.iter_child_nodes(n)}
    statement: ast.AST = loop.node
    while not isinstance(statement, ast.stmt):
        statement = parents[statement]
    block = _block(parents[statement], statement)
    function: ast.AST = loop.function or loop.module
    if isinstance(function, ast.Lambda):
        raise NotLiftable("a loop in a lambda")
    region = Region(block, block.index(statement), function)
    region.initial = _initials(region)
    region.listed = _listed(region)
    region.tail = _tail(region)
    shared, later = _shared_names(region), later_code(region)
    others = {n for n in region.listed if n in shared or reads_any({n}, later)}
    if others:
        region.listed = {n: d for n, d in region.listed.items() if n not in others}
        region.tail = _tail(region)
    return region


def filled_names(region: Region) -> set[str]:
    """Names that the loop's statement assigns, stores to or appends to."""
    body = [region.statement]
    stored = stored_names(body)
    stored |= walked_tensors(region.statement, stored)
    return {n for n in {*assigned_names(body), *appended_names(body), *stored} if n}


def stored_names(statements: list[ast.stmt]) -> set[str]:
    """Names into whose elements statements store."""
    return {
        dotted(_base(node))
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }


def live_names(region: Region) -> tuple[str, ...]:
    """Names that the region writes and that code outside of it may read."""
    tail = region.statements[1:]
    written = filled_names(region) | {*assigned_names(tail), *appended_names(tail)}
    later = later_code(region)
    shared = _shared_names(region)
    live = [n for n in sorted(written) if {n, owner(n)} & shared or _is_read(n, later)]
    if any(isinstance(s, ast.Return) for s in region.statements):
        return (*live, RETURNED)
    if isinstance(region.function, ast.Module) or not live:
        live += _results(region, live)
    return tuple(live)


def _is_read(name: str, later: list[ast.AST]) -> bool:
    """Whether later code reads it, or the dict that it is an entry of."""
    return reads_any({name, owner(name)} - {""}, later)


def begun_dicts(region: Region) -> Entries:
    """Dicts that begin with just the entries that the region writes, and with which."""
    written = filled_names(region)
    begun = {owner(n): entries_of(made.statement) for n, made in region.initial.items()}
    return {
        name: tuple(entries)
        for name, entries in begun.items()
        if entries and entries.keys() == {n for n in written if owner(n) == name}
    }


def _results(region: Region, live: list[str]) -> list[str]:
    """What a loop is there for, where nothing says that it is read: what it fills, or sums up."""
    filled = {
        dotted(_base(n))
        for n in ast.walk(region.statement)
        if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
    }
    filled |= set(appended_names([region.statement]))
    used = {n.id for s in region.statements[1:] for n in ast.walk(s) if isinstance(n, ast.Name)}
    found = [n for n in sorted(filled & set(region.initial)) if n not in {*live, *used}]
    is_loop = isinstance(region.statement, ast.For | ast.While | ast.AsyncFor)
    kept = region.statements[1:] if is_loop else region.statements
    found += [
        n
        for s in kept
        for n in assigned_names([s])
        if n not in {*found, *_comprehension_variables(s)}
    ]
    if found or live or region.tail:
        return [n for n in found if n not in live]
    return [name for name, made in region.initial.items() if not made.is_list]


def _comprehension_variables(statement: ast.stmt) -> set[str]:
    """Names that live in a comprehension alone."""
    targets = [n.target for n in ast.walk(statement) if isinstance(n, ast.comprehension)]
    return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}


def later_code(region: Region) -> list[ast.AST]:
    """What may run after the region, in order; a loop around it begins anew."""
    parents = {c: n for n in ast.walk(region.function) for c in ast.iter_child_nodes(n)}
    found: list[ast.AST] = list(region.block[region.at + 1 + region.tail :])
    node: ast.AST = region.statement
    while node is not region.function and node in parents:
        around = parents[node]
        if isinstance(around, ast.For | ast.While | ast.AsyncFor):
            test = around.test if isinstance(around, ast.While) else around.target
            found += [test, *_from_start(around.body, region)]
        for block in _blocks(around):
            if isinstance(node, ast.stmt) and node in block and around is not region.function:
                found += _after(around, parents)
        node = around
    return found


def _from_start(body: list[ast.stmt], region: Region) -> list[ast.AST]:
    """A loop's body until the region, whose own initialisations come before it."""
    made = {id(i.statement) for i in region.initial.values()}
    return [s for s in body if s is not region.statement or id(s) in made]


def _after(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """Statements behind the one that holds a block."""
    around = parents.get(node)
    for block in _blocks(around) if around is not None else ():
        if node in block:
            return list(block[block.index(node) + 1 :])
    return []


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    names = ("body", "orelse", "finalbody", "handlers")
    return [b for n in names if isinstance(b := getattr(node, n, None), list)]


def _shared_names(region: Region) -> set[str]:
    """Names that functions inside, or other functions of the module, may read."""
    nodes = [n for statement in _body(region.function) for n in ast.walk(statement)]
    found = {
        n for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for n in node.names
    }
    inside = {id(n) for s in region.statements for n in ast.walk(s)}
    for node in nodes:
        nested = isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
        )
        if nested and id(node) not in inside:
            found |= free_names(node)
    return found


def _body(function: ast.AST) -> list[ast.stmt]:
    """Its statements; decorators and defaults see none of its names."""
    return list(getattr(function, "body", ()))


def without_return(statements: list[ast.stmt]) -> list[ast.stmt]:
    """``return e`` as ``returned_ = e``."""
    found: list[ast.stmt] = []
    for statement in statements:
        match statement:
            case ast.Return(value=ast.expr() as value):
                target = ast.Name(id=RETURNED, ctx=ast.Store())
                made = ast.Assign(targets=[target], value=value, lineno=statement.lineno)
                found.append(ast.copy_location(made, statement))
            case _:
                found.append(statement)
    return found


def _block(parent: ast.AST, statement: ast.stmt) -> list[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    raise NotLiftable("a loop in no block of statements")


def _initials(region: Region) -> dict[str, Initial]:
    wanted, appended = filled_names(region), appended_names([region.statement])
    grouped = read_grouping(region.statement)
    wanted |= {grouped.name} if grouped is not None else set()
    found: dict[str, Initial] = {}
    mentioned: set[str] = set()
    for statement in reversed(region.block[max(0, region.at - _MAX_BACK) : region.at]):
        for single in _single_assignments(statement):
            made = read_initial(single)
            if made is None or (made[1].items and made[0] not in appended):
                continue
            if made[1].places and not is_filled(region.statement, made[0], made[1].places):
                continue
            if made[0] in count_uses(made[1].code) and made[1].like != made[0]:
                continue  # ``x = x[0].clone()`` makes something else when it is run again
            if made[0] in wanted and not {made[0], owner(made[0])} & {*mentioned, *found}:
                found[made[0]] = replace(made[1], statement=statement)
                _put_into_lists(found, made[0])
        mentioned |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
        mentioned -= {n.id for i in found.values() for n in i.items if isinstance(n, ast.Name)}
    return found


def _put_into_lists(found: dict[str, Initial], name: str) -> None:
    """``s = x[0]``, ``out = [s]`` as if it were ``out = [x[0]]``."""
    code = found[name].code
    for other, made in found.items():
        if any(isinstance(item, ast.Name) and item.id == name for item in made.items):
            items = [code if isinstance(i, ast.Name) and i.id == name else i for i in made.items]
            found[other] = replace(made, items=tuple(items))


def _single_assignments(statement: ast.stmt) -> list[ast.stmt]:
    """``a, b = [], []`` and ``a = b = 0`` as one assignment a name."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
            names
        ) == len(values):
            return [
                ast.Assign(targets=[n], value=v, lineno=statement.lineno)
                for n, v in zip(names, values, strict=True)
            ]
        case ast.Assign(targets=targets, value=ast.Constant() as value) if len(targets) > 1:
            return [ast.Assign(targets=[t], value=value, lineno=statement.lineno) for t in targets]
        case _:
            return [statement, *entry_assignments(statement)]


def _tail(region: Region) -> int:
    """Statements after the loop, up to the last of the next few that reads a filled list."""
    lists = {name for name, made in region.initial.items() if made.is_list} | {*region.listed}
    match region.statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.ListComp()):
            lists.add(name)
        case _:
            pass
    grouped = read_grouping(region.statement)
    if grouped is not None and _is_new_dict(region.initial.get(grouped.name)):
        lists.add(grouped.name)
    dicts = begun_dicts(region)
    owners = {owner(name) for name in lists} - {""}
    last = 0
    for k, statement in enumerate(region.block[region.at + 1 : region.at + 1 + _MAX_TAIL], 1):
        if not isinstance(spelled_out(statement, dicts), _MAY_FOLLOW):
            break
        if read_as_list(statement, region.listed) is None:
            break
        names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
        if names & owners - dicts.keys() or not reads_entries(statement, dicts):
            break
        if names & (lists | owners):
            last = k
        if grouped is not None and (keys := sorted_keys(statement, grouped.name)):
            lists.add(keys)
            continue
        lists -= {n for n in assigned_names([statement]) if n in lists}
        if isinstance(statement, ast.Return):
            break
    return last


def _listed(region: Region) -> dict[str, ListedDict]:
    empty = [n for n, made in region.initial.items() if made.is_dict]
    found = {n: listed_dict(region.statement, n) for n in empty}
    return {n: listed for n, listed in found.items() if listed is not None}


def _is_new_dict(made: Initial | None) -> bool:
    return made is not None and (made.is_dict or made.of_lists)


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def copied(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements that can be changed."""
    return copy.deepcopy(statements)
