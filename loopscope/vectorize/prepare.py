"""A loop made ready to be observed."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import partial

from loopscope.source.equal_in_any_case import with_equal_set
from loopscope.source.keyed_names import with_keyed_names
from loopscope.source.loop import Loop
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.module_names import imported_names, taken_names
from loopscope.vectorize.around.region import (
    Region,
    begun_dicts,
    copied,
    find_region,
    later_code,
    without_return,
)
from loopscope.vectorize.names import fresh_name
from loopscope.vectorize.normal_form.annotations import without_annotations
from loopscope.vectorize.normal_form.columns import with_columns
from loopscope.vectorize.normal_form.counting_while import without_while
from loopscope.vectorize.normal_form.defaults import with_get
from loopscope.vectorize.normal_form.else_appends import with_one_append
from loopscope.vectorize.normal_form.entries_by_number import with_entries_by_number
from loopscope.vectorize.normal_form.filled_lists import with_appends
from loopscope.vectorize.normal_form.flag_breaks import without_flag_breaks
from loopscope.vectorize.normal_form.grouped_dicts import Grouped, without_groups
from loopscope.vectorize.normal_form.helper_functions import helper_functions
from loopscope.vectorize.normal_form.iterator_headers import with_plain_headers
from loopscope.vectorize.normal_form.kept_in_a_row import (
    NONE_PICKED,
    Picked,
    with_picked_lists,
)
from loopscope.vectorize.normal_form.listed_dicts import appended, read_as_list
from loopscope.vectorize.normal_form.named_expressions import without_named_expressions
from loopscope.vectorize.normal_form.neighbours import with_bounds_by_number
from loopscope.vectorize.normal_form.nested_counters import without_nested_counter
from loopscope.vectorize.normal_form.none_at_first import with_items_before
from loopscope.vectorize.normal_form.none_choices import with_none_branches
from loopscope.vectorize.normal_form.set_walks import without_sets
from loopscope.vectorize.normal_form.stepped_places import without_stepped_place
from loopscope.vectorize.normal_form.stored_reads import with_stored_reads
from loopscope.vectorize.normal_form.sums_of_bits import with_sums_of_bits
from loopscope.vectorize.normal_form.unpacked_items import with_items
from loopscope.vectorize.normal_form.views import without_views
from loopscope.vectorize.normal_form.walked_iterators import walked_in_place
from loopscope.vectorize.normal_form.walked_pieces import with_pieces
from loopscope.vectorize.normal_form.walked_tensors import check_walked
from loopscope.vectorize.normal_form.whole_dicts import spelled_out
from loopscope.vectorize.numbering import as_written


@dataclass(frozen=True, slots=True)
class Prepared:
    """A loop ready to be observed.

    Attributes:
        statements: The loop's statement and its tail, a ``return`` as an assignment.
        functions: The user's helpers that it may call, for inlining: ``self.f`` for a method.
        classes: Classes of other objects whose methods it calls, by the object's name.
        counted: A counter of two loops that is written by theirs; ``""`` where there is none.
        assumed: What must hold where it is entered for the loop to be what it was made.
        grouped: What stands for a dict of lists that the loop fills.
        picked: Lists in the place of tensors that the loop fills one place after the other.
        of_sets: Variables of loops that walk over all items in the place of a set of them.
    """

    loop: Loop
    region: Region
    statements: list[ast.stmt]
    functions: dict[str, ast.FunctionDef]
    classes: dict[str, str] = field(default_factory=dict)
    of_sets: frozenset[str] = frozenset()
    counted: str = ""
    assumed: tuple[str, ...] = ()
    grouped: Grouped | None = None
    picked: Picked = NONE_PICKED

    def by_statement(self, made: list[list[ast.stmt]]) -> list[list[ast.stmt]]:
        """Return what is made of each statement, by those that the user wrote."""
        count = 1 + len(self.picked.after)
        own, rest = made[:count], made[count:]
        return [[s for group in own for s in group], *rest]


def prepare(loop: Loop) -> Prepared:
    """Return what has to be observed before a loop can be lifted.

    Raises:
        NotLiftable: The loop stands where no rewrite can.
    """
    loop, spent = walked_in_place(with_keyed_names(without_annotations(loop)))
    region = find_region(loop)
    check_walked(region.statement)
    region.spent = spent
    statements = copied(region.statements)
    names, taken = imported_names(loop.module), taken_names(loop)
    for statement in statements:
        with_plain_headers(statement, names, partial(fresh_name, taken))
    first, *tail = without_while(statements, region)
    with_columns(first, later_code(region), partial(fresh_name, taken))
    with_entries_by_number(first, partial(fresh_name, taken))
    functions = helper_functions(loop)
    of_sets: frozenset[str] = frozenset()
    counted = ""
    assumed: tuple[str, ...] = ()
    picked = NONE_PICKED
    if isinstance(first, ast.For):
        without_named_expressions(first)
        with_none_branches(first)
        with_equal_set(first)
        with_one_append(first, partial(fresh_name, taken))
        bits = with_sums_of_bits(first, region)
        without_flag_breaks(first, later_code(region))
        with_appends(first, _placed(region))
        with_items(first)
        with_bounds_by_number(first)
        fresh = partial(fresh_name, taken)
        counted, pieces = with_pieces(first, region, fresh)
        assumed = (*bits, *pieces)
        counted = (
            counted
            or without_nested_counter(first, region)
            or without_stepped_place(first, region, fresh)
        )
        if not counted:
            counted, second = with_items_before(first, region, fresh)
            assumed = (*assumed, *second)
        if not counted:
            picked = with_picked_lists(first, region, fresh)
        of_sets = without_sets(first)
        without_views(first)
        with_stored_reads(first, functions, region.function)
    tail = [spelled_out(s, begun_dicts(region)) for s in tail]
    if region.listed and isinstance(first, ast.For):
        tail = _with_lists(first, tail, region)
    statements = without_return(with_get([first, *picked.after, *tail]))
    if isinstance(first, ast.For):
        without_views(first)
    grouped = _grouped(region, statements, taken_names(loop))
    return Prepared(
        loop,
        region,
        statements if grouped is None else grouped.statements,
        functions,
        of_sets=of_sets,
        counted=counted,
        assumed=assumed,
        grouped=grouped,
        picked=picked,
    )


def to_be_observed(prepared: Prepared) -> list[ast.stmt]:
    """Return statements to run in the place of the loop: they do what it does."""
    empty = (*prepared.region.listed, *_placed(prepared.region), *prepared.picked.lists)
    begun = [code.assignment(name, code.list_of([])) for name in empty]
    return [*map(ast.fix_missing_locations, begun), *as_written(prepared.statements)]


def _placed(region: Region) -> tuple[str, ...]:
    """Lists that have a place for each iteration."""
    return tuple(name for name, made in region.initial.items() if made.places)


def _with_lists(first: ast.For, tail: list[ast.stmt], region: Region) -> list[ast.stmt]:
    """Put lists in the place of dicts of which only the values are read; return the tail."""
    appended(first, region.listed)
    for name in region.listed:
        made = region.initial[name]
        region.initial[name] = replace(made, code=code.list_of([]), is_dict=False, is_list=True)
    return [read for s in tail if (read := read_as_list(s, region.listed)) is not None]


def _grouped(region: Region, statements: list[ast.stmt], taken: set[str]) -> Grouped | None:
    """Groups in the place of a dict that is new, and that nothing reads later."""
    found = without_groups(copied(statements), taken)
    begun = region.initial.get(found.name) if found is not None else None
    if found is None or begun is None or not (begun.is_dict or begun.of_lists):
        return None
    return None if is_read_first(found.name, later_code(region)) else found
