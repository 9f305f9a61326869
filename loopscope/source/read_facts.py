"""Collect the facts of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from loopscope.source.body import read_body
from loopscope.source.callees import RANDOM, called_bodies, unknown_effects
from loopscope.source.carried import find_carried
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.header import nest_headers
from loopscope.source.index import classify_index
from loopscope.source.loop import COMPREHENSIONS, LOOP_NODES, Loop, dotted
from loopscope.source.masks import find_masks
from loopscope.source.names import last_name
from loopscope.source.scope import Scope


def read_facts(loop: Loop) -> LoopFacts:
    """Return what the loop reads, writes, carries and calls; pure and total over any source."""
    node = loop.node
    headers = nest_headers(loop)
    body = read_body(loop, headers)
    walked = [n for root in (node, *called_bodies(loop)) for n in ast.walk(root)]
    callees = [n.func for n in walked if isinstance(n, ast.Call)]
    return LoopFacts(
        headers=headers,
        num_loops=sum(isinstance(n, LOOP_NODES) for n in ast.walk(node)),
        carried=find_carried(loop, body, reverse=bool(headers) and headers[0].reverse),
        stores=tuple(store for _, store in body.stores),
        appends=tuple(body.appends),
        reads=tuple(_subscript_reads(walked, body.scope)),
        calls=frozenset(filter(None, map(last_name, callees))),
        qualified=frozenset(filter(None, map(dotted, callees))),
        operators=frozenset(
            type(n.op).__name__ for n in walked if isinstance(n, ast.BinOp | ast.AugAssign)
        ),
        masks=frozenset(find_masks(node, body.scope)),
        inplace=frozenset(body.inplace),
        effects=unknown_effects(loop, body.scope.elements),
        has_branch=any(isinstance(n, ast.If | ast.IfExp) for n in walked) or _filters(node),
        has_break=_leaves_early(node),
        random=any(last_name(c) in RANDOM for c in callees),
        data_dependent=isinstance(node, ast.While) and not body.scope.counters,
        consumer=loop.consumer,
    )


def _subscript_reads(
    nodes: Iterable[ast.AST], scope: Scope
) -> Iterator[tuple[str, tuple[Index, ...]]]:
    for node in nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield dotted(node.value), classify_index(node.slice, scope)


def _filters(node: ast.AST) -> bool:
    return isinstance(node, COMPREHENSIONS) and any(g.ifs for g in node.generators)


def _leaves_early(node: ast.AST) -> bool:
    if isinstance(node, COMPREHENSIONS):
        return False
    body = getattr(node, "body", [])
    return any(isinstance(n, ast.Break | ast.Return) for s in body for n in ast.walk(s))
