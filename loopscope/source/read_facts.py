"""Collect the facts of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from loopscope.source.access import outermost_subscripts, read_access, read_accesses
from loopscope.source.callees import RANDOM, called_functions, grown_containers, unknown_effects
from loopscope.source.carried import find_carried
from loopscope.source.counters import stepped_counters
from loopscope.source.facts import Access, Condition, LoopFacts
from loopscope.source.fold import FOLD
from loopscope.source.header import nest_headers, read_headers
from loopscope.source.joins import find_joins
from loopscope.source.leaving import fills_a_list, inner_ending, leaves_early
from loopscope.source.loop import COMPREHENSIONS, LOOP_NODES, Loop, dotted
from loopscope.source.masks import find_masks
from loopscope.source.names import last_name
from loopscope.source.operation_name import operation_name
from loopscope.source.read_body import read_body
from loopscope.source.scope import Scope


def read_facts(loop: Loop) -> LoopFacts:
    """Return what the loop reads, writes, carries and calls; pure and total over any source."""
    node = loop.node
    headers = nest_headers(loop)
    stepped = stepped_counters(loop)
    body = read_body(loop, headers, stepped)
    scope = body.scope
    left = body.expressions()
    repeated = list(loop.repeated())
    walked = repeated + [n for root in called_functions(loop) for n in ast.walk(root)]
    called = [n for n in walked if isinstance(n, ast.Call)]
    callees = [n.func for n in called]
    names = [n.id for value in left for n in ast.walk(value) if isinstance(n, ast.Name)]
    folds = {name.removeprefix(FOLD) for name in names if name.startswith(FOLD)}
    tests = [n.test for value in left for n in ast.walk(value) if isinstance(n, ast.IfExp)]
    tests += body.tests
    return LoopFacts(
        headers=headers,
        num_loops=sum(isinstance(n, LOOP_NODES) for n in ast.walk(node)),
        carried=find_carried(loop, body, headers),
        stores=tuple(store for _, store in body.stores),
        appends=tuple(body.appends),
        expressions=tuple(left),
        reads=tuple(_reads(walked, scope)),
        conditions=tuple(Condition(t, read_accesses(t, scope)) for t in tests),
        calls=frozenset(filter(None, map(operation_name, called))) | folds,
        qualified=frozenset(filter(None, map(dotted, callees))),
        operators=frozenset(
            type(n.op).__name__ for n in walked if isinstance(n, ast.BinOp | ast.AugAssign)
        ),
        masks=frozenset(find_masks(left, scope)),
        inplace=frozenset(body.inplace),
        stepped=stepped,
        grown=frozenset(grown_containers(repeated)),
        effects=unknown_effects(loop, scope.elements),
        has_branch=any(isinstance(n, ast.If | ast.IfExp) for n in walked) or _filters(node),
        has_break=leaves_early(node),
        random=any(last_name(c) in RANDOM for c in callees),
        data_dependent=isinstance(node, ast.While)
        and not read_headers(node)[0].indices
        and not fills_a_list(node),
        inner=inner_ending(node, scope.counters),
        consumer=loop.consumer,
        joins=find_joins(loop, (append.target for append in body.appends)),
    )


def _reads(nodes: Sequence[ast.AST], scope: Scope) -> Iterator[Access]:
    bases = {n.value for n in nodes if isinstance(n, ast.Subscript)}
    items = [
        n
        for n in nodes
        if isinstance(n, ast.Name)
        and isinstance(n.ctx, ast.Load)
        and n.id in scope.elements
        and n not in bases
    ]
    for node in (*outermost_subscripts(nodes), *items):
        found = scope.expand(node)
        if isinstance(found, ast.Subscript):
            yield read_access(found, scope)


def _filters(node: ast.AST) -> bool:
    return isinstance(node, COMPREHENSIONS) and any(g.ifs for g in node.generators)
