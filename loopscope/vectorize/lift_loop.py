"""From a loop of the user's to whole-tensor code in its place."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.source.keyed_names import real_names
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.changed_later import changed_later
from loopscope.vectorize.around.edits import written_edits
from loopscope.vectorize.around.extended_lists import begin_extended
from loopscope.vectorize.around.fresh_lists import fresh_lists
from loopscope.vectorize.around.held_parameters import held_parameters
from loopscope.vectorize.around.liveness import is_read_first, reads_any
from loopscope.vectorize.around.module_names import imported_names, taken_names
from loopscope.vectorize.around.named_sizes import named_counts, named_sizes
from loopscope.vectorize.around.region import (
    RETURNED,
    Region,
    begun_dicts,
    copied,
    filled_names,
    later_code,
    live_names,
    stored_names,
    without_return,
)
from loopscope.vectorize.around.setup_code import setup_code
from loopscope.vectorize.around.tail import left_lists, rewrite_tail
from loopscope.vectorize.carries.recurrent_arrays import classify_arrays
from loopscope.vectorize.expressions.lift_expression import lift_expression
from loopscope.vectorize.finish.finished import finished
from loopscope.vectorize.finish.in_chunks import in_chunks
from loopscope.vectorize.finish.negative_sizes import counted_on
from loopscope.vectorize.finish.polish import polished
from loopscope.vectorize.finish.written_dicts import with_written_dicts
from loopscope.vectorize.lifter import (
    Domains,
    Indices,
    Items,
    Lifter,
    Numbers,
    Reads,
    Spans,
    Steps,
)
from loopscope.vectorize.names import (
    appended_names,
    assigned_names,
    count_uses,
    names_changed_in_place,
    read_back,
)
from loopscope.vectorize.normal_form.kept_elements import with_kept_elements
from loopscope.vectorize.normal_form.last_items import with_last_items
from loopscope.vectorize.normal_form.listed_dicts import check_whole_keys
from loopscope.vectorize.normal_form.nested_subscripts import join_subscripts
from loopscope.vectorize.normal_form.walked_tensors import walked_tensors
from loopscope.vectorize.operators.python_numbers import needs_doubles, uses_doubles
from loopscope.vectorize.outermost import lift_outermost
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.statements.lift_statements import lift_statements
from loopscope.vectorize.value import ListValue, NotLiftable, Value

_CHANGED = ("tensor", "array")  # kinds that ``+=`` changes in place


def lift_loop(
    prepared: Prepared,
    seen: Mapping[int, Seen],
    *,
    direct: bool = True,
    items: Items = "alike",
    fused: bool = True,
    reads: Reads = "plain",
    domains: Domains = "plain",
    numbers: Numbers = "as seen",
    indices: Indices = "any",
    steps: Steps = "at once",
    copies: frozenset[str] = frozenset(),
    copy: str = "contiguous",
    chunk: int = 0,
) -> Draft:
    """Return whole-tensor code for the loop.

    Args:
        prepared: The loop.
        seen: What its expressions were, by number.
        direct: Call modules with the batch rather than by ``torch.vmap``.
        items: Whether items of a list have one size, if all that were seen have.
        fused: Let one op stand for several that round in other places.
        reads: Whether indices of an arm lie inside where the arm is not taken.
        domains: Whether ops of an arm have a gradient where the arm is not taken.
        numbers: Whether Python's numbers of a tensor's items are computed with as doubles.
        steps: Whether inner loops may stay loops.
        indices: Whether iterations share places that they read from data.
        copies: Names that must be contiguous, or have memory of their own.
        copy: The method that makes them so: ``contiguous`` or ``clone``.
        chunk: How many iterations to do at a time; 0 for all.

    Raises:
        NotLiftable: It has no form that we know; the message says why in a few words.
    """
    make = partial(
        _lifted,
        prepared,
        seen,
        direct=direct,
        fused=fused,
        reads=reads,
        domains=domains,
        numbers=numbers,
        items=items,
        steps=steps,
        copies=copies,
        copy=copy,
        chunk=chunk,
    )
    try:
        return make(indices=indices if not prepared.of_sets else "unique")
    except NotLiftable:
        if indices != "any":
            raise
        for other in (partial(make, indices="unique"), partial(make, spans="in front")):
            try:
                return other()
            except NotLiftable:
                pass
        raise


def _lifted(
    prepared: Prepared,
    seen: Mapping[int, Seen],
    *,
    direct: bool,
    items: Items,
    fused: bool,
    reads: Reads,
    domains: Domains,
    numbers: Numbers,
    steps: Steps,
    copies: frozenset[str],
    copy: str,
    chunk: int,
    indices: Indices = "any",
    spans: Spans = "in place",
) -> Draft:
    region, statements = prepared.region, copied(prepared.statements)
    initial, taken = dict(region.initial), taken_names(prepared.loop)
    if isinstance(statements[0], ast.For):
        initial |= with_last_items(statements[0], initial, taken)
    lifter = Lifter(
        seen,
        lift_expression,
        lift_statements,
        prepared.functions,
        prepared.classes,
        imports=imported_names(prepared.loop.module),
        taken=taken | initial.keys(),
        uses=count_uses(statements[0]),
        read_back=read_back(statements[0]),
        initial=initial,
        indices=indices,
        of_sets=prepared.of_sets,
        direct=direct,
        items=items,
        spans=spans,
        fused=fused,
        reads=reads,
        domains=domains,
        numbers=numbers,
        steps=steps,
        sizes=named_sizes(region.function),
        counts=named_counts(region.function),
        parameters=held_parameters(region.function),
        fresh_lists=fresh_lists(region.function),
    )
    for node in (n for s in statements for n in ast.walk(s)):
        what = lifter.what(node)
        if what is not None and isinstance(node, ast.Name | ast.Attribute) and dotted(node):
            lifter.loaded[dotted(node)] = what
    check_whole_keys(region.listed, lifter.loaded)
    trees = [*statements, *prepared.functions.values()]
    lifter.doubles = (
        numbers == "double" or uses_doubles(seen.values()) or needs_doubles(trees, lifter.what)
    )
    join_subscripts(statements[0], lifter.what)
    lifter.taken -= {*filled_names(region), *prepared.picked.lists}
    for name, begun in region.initial.items():
        if begun.is_list:
            lifter.env[name] = Value(begun.code, kind="other", list_of=ListValue())
    first, *tail = copied(statements)
    if isinstance(first, ast.For):
        with_kept_elements(lifter, first)
    begin_extended(lifter, first)
    classify_arrays(lifter, first)
    lifter.written -= _element_names(first)
    made: list[list[ast.stmt]] = []
    live = (*live_names(region), *_changed_tensors(lifter, first, region))
    if isinstance(region.statement, ast.While) and isinstance(first, ast.For):
        lifter.dropped.add(code.text(first.target))  # its counter
    lifter.dropped |= {prepared.counted, *prepared.picked.places} - {""}
    lifter.guards += prepared.assumed
    if prepared.grouped is not None:
        lifter.dropped.add(prepared.grouped.name)
        lifter.inverse = prepared.grouped.owner
    if isinstance(first, ast.For):
        read_later = {n for s in tail for n in count_uses(s)} | set(live)
        made.append(lift_outermost(lifter, first, tail, read_later))
    else:
        tail = [first, *tail]
    made += [rewrite_tail(lifter, s, tail[k:], live) for k, s in enumerate(tail, 1)]
    made[-1] += left_lists(lifter, live)
    made = finished(lifter, prepared, made, live, copies, copy)
    made = prepared.by_statement(made)
    if chunk:
        made = in_chunks(made, _for(prepared.statements[0]), chunk, lifter.fresh("part"))
    made = with_written_dicts(made, begun_dicts(region), later_code(region), lifter.fresh)
    rewrite = [s for group in made for s in group]
    if not rewrite:
        raise NotLiftable("nothing reads what the loop makes")
    if reason := code.unwritten_in(rewrite):
        raise NotLiftable(reason)
    loop = "\n".join(code.text(s) for s in without_return(copied(region.statements)))
    if loop == "\n".join(code.text(s) for s in rewrite):
        raise NotLiftable("it stays as it is")
    _check_live(rewrite, live, region, lifter.extended)
    for condition in counted_on(rewrite, lifter.shortest, lifter.guards):
        lifter.assume(condition)
    fresh = tuple(n for n in region.initial if n in live)
    edits = written_edits(prepared.loop, region, made, _unneeded(lifter, region, rewrite, live))
    return Draft(
        loop=loop,
        rewrite="\n".join(code.text(s) for s in rewrite),
        live=real_names(live),
        fresh=real_names(fresh),
        changed=real_names(changed_later(region)),
        setup=setup_code(region),
        edits=edits,
        ops=tuple(dict.fromkeys(lifter.used_ops)) or ("elementwise",),
        guards=tuple(dict.fromkeys(g for g in map(_as_typed, lifter.guards) if not _holds(g))),
        finite=lifter.finite,
        chunk=chunk,
    )


def _changed_tensors(lifter: Lifter, first: ast.stmt, region: Region) -> list[str]:
    """Tensors from elsewhere that the loop changes: whoever holds them may read them later."""
    known = set(live_names(region)) | region.initial.keys()
    changed = sorted(names_changed_in_place(first) - known)
    return [n for n in changed if n in lifter.loaded and lifter.loaded[n].kind in _CHANGED]


def _as_typed(guard: str) -> str:
    return code.text(polished(ast.parse(guard, mode="eval").body))


def _holds(guard: str) -> bool:
    """Whether both sides of a comparison are the same."""
    left, equals, right = guard.partition(" == ")
    return bool(equals) and left == right


def _for(statement: ast.stmt) -> ast.For:
    if not isinstance(statement, ast.For):
        raise NotLiftable("what needs too much memory at once is no for")
    return statement


def _unneeded(
    lifter: Lifter, region: Region, rewrite: list[ast.stmt], live: tuple[str, ...]
) -> set[str]:
    """Of names that are made anew, those that need not be what they were before the loop."""
    bound, later = set(assigned_names(rewrite)), later_code(region)
    dicts = {
        name
        for name, entries in begun_dicts(region).items()
        if not reads_any((name, *entries), rewrite)
        and (name in bound or not (bound & {*entries} or reads_any((name, *entries), later)))
    }
    found = {
        name
        for name in lifter.dropped
        if not is_read_first(name, rewrite) and (name in bound or name not in live)
    }
    begun = [m for name, m in lifter.initial.items() if m.items and name not in found]
    return dicts | found.difference(*(count_uses(made.statement) for made in begun))


def _check_live(
    rewrite: list[ast.stmt], live: tuple[str, ...], region: Region, extended: list[str]
) -> None:
    bound = {*assigned_names(rewrite), *appended_names(rewrite), *extended}
    known = set(region.initial)
    for name in live:
        if name not in bound and name not in known and name != RETURNED:
            stored = stored_names(region.statements)
            if name not in stored | walked_tensors(region.statement, stored):
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
