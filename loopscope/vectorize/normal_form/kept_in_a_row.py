"""Items that a loop keeps one behind the other: ``out[k] = v`` before ``k += 1``, under a test.

They are those of a list: ``picked.append(v)``, and ``out[:k] = picked`` after the loop.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.additions import addition
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.around.region import Region


@dataclass(frozen=True, slots=True)
class Picked:
    """Lists in the place of tensors that a loop fills one place after the other.

    Attributes:
        places: Where the next item went; they are set after the loop.
        lists: The lists, which are empty before it.
        after: What stores them when it has ended.
    """

    places: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    after: tuple[ast.stmt, ...] = ()


NONE_PICKED = Picked()


def with_picked_lists(node: ast.For, region: Region, fresh: Callable[[str], str]) -> Picked:
    """Append to lists instead, in place, and return these.

    Args:
        node: The loop.
        region: What stands around it; the lists are begun there.
        fresh: Makes a name that nothing uses yet.
    """
    found, counters = NONE_PICKED, _counters(node)
    for block in _blocks(node):
        moved = addition(block[-1])
        begun = region.initial.get(moved[0]) if moved is not None else None
        if moved is None or begun is None or code.integer(moved[1]) != 1:
            continue
        place, first = moved[0], code.integer(begun.code)
        assigned = [s for s in block if isinstance(s, ast.Assign)]
        stored = [(s, tensor) for s in assigned if (tensor := _stored_to(s, place))]
        if first is None or not stored or not _is_alone(node, block, stored, place):
            continue
        lists: list[str] = []
        after: list[ast.stmt] = []
        for store, tensor in stored:
            is_counter = isinstance(store.value, ast.Name) and store.value.id in counters
            item, picked = ("place", fresh("places")) if is_counter else ("item", fresh("picked"))
            region.initial[picked] = Initial(code.list_of([]), begun.statement, is_list=True)
            append = code.method(code.name(picked), "append", store.value)
            block[block.index(store)] = ast.copy_location(ast.Expr(append), store)
            lists.append(picked)
            after.append(_all_stored(tensor, first, place, picked, item))
        after.insert(0, _moved_on(place, first, lists[0]))
        del block[-1]
        for made in (node, *after):
            ast.fix_missing_locations(ast.copy_location(made, node))
        found = Picked((*found.places, place), (*found.lists, *lists), (*found.after, *after))
    return found


def _blocks(loop: ast.For) -> Iterator[list[ast.stmt]]:
    """Statements that run one after the other, in some iterations only."""
    for node in ast.walk(loop):
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if not isinstance(block, list) or not block:
                continue
            before = (n for s in block[:-1] for n in ast.walk(s))
            if isinstance(node, ast.If) or any(isinstance(n, ast.Continue) for n in before):
                yield block


def _stored_to(statement: ast.Assign, place: str) -> str:
    """The ``out`` of ``out[k] = v``; ``""`` for any other assignment."""
    match statement.targets:
        case [ast.Subscript(value=value, slice=ast.Name(id=at))] if at == place:
            return dotted(value)
        case _:
            return ""


def _is_alone(
    loop: ast.For, block: list[ast.stmt], stored: list[tuple[ast.Assign, str]], place: str
) -> bool:
    """Whether the loop does nothing else with the place, and with what is stored to.

    All that is stored is kept: the place moves on in any case.
    """
    behind = block[block.index(stored[0][0]) :]
    leaves = (ast.Continue, ast.Break, ast.Return, ast.For, ast.While)
    if any(isinstance(n, leaves) for s in behind for n in ast.walk(s)):
        return False
    parts = [n for n in ast.walk(loop) if isinstance(n, ast.Name | ast.Attribute)]
    mentions = Counter(map(dotted, parts))
    moved = sum(dotted(n) == place for n in ast.walk(block[-1]) if isinstance(n, ast.Name))
    return mentions[place] == len(stored) + moved and all(mentions[t] == 1 for _, t in stored)


def _counters(loop: ast.For) -> set[str]:
    """Variables of loops over a ``range``."""
    return {
        inner.target.id
        for inner in ast.walk(loop)
        if isinstance(inner, ast.For) and isinstance(inner.target, ast.Name)
        if isinstance(inner.iter, ast.Call) and dotted(inner.iter.func) == "range"
    }


def _moved_on(place: str, first: int, picked: str) -> ast.stmt:
    count: ast.expr = code.call("len", code.name(picked))
    if first:
        count = code.binary(code.const(first), ast.Add(), count)
    return code.assignment(place, count)


def _all_stored(tensor: str, first: int, place: str, picked: str, item: str) -> ast.stmt:
    lower = code.const(first) if first else None
    places = ast.Slice(lower=lower, upper=code.name(place))
    made = code.call("torch.as_tensor", code.name(item))
    each = ast.comprehension(code.stored(code.name(item)), code.name(picked), [], 0)
    stacked = code.call("torch.stack", ast.ListComp(made, [each]))
    return code.assignment(code.subscript(code.attribute(tensor), [places]), stacked)
