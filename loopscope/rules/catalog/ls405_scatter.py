"""Items are stored at places that an index tensor names.

What it does:
    Reports stores and sums at subscripts that are read from data.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for n in range(len(v)):
        out[idx[n]] += v[n]

Use instead::

    out.index_add_(0, idx, v)

When not to:
    Plain stores with duplicate indices: the last one must win.

References:
    https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index, LoopFacts, Store
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise scatter, scatter-add, histogram and one-hot."""
    facts = subject.facts
    stores = facts.stored(Index.GATHER)
    windows = [s for s in facts.stored(Index.WINDOW) if s.augment is Update.ADD]
    if windows and not stores:
        target = windows[0].target
        return Match(
            "scatter",
            ("torch.index_add", "torch.nn.functional.fold", "Tensor.scatter_add_"),
            f"windows that overlap are added up in {target}",
            f"add all windows at once: {target}.index_add_(0, places, windows), or fold",
        )
    added = [c.name for c in facts.carried if c.scatters]
    if added and not stores:
        return Match(
            "scatter",
            ("torch.index_add", "Tensor.index_add_", "Tensor.scatter_add_"),
            f"rows are added to {added[0]} by index",
            f"call {added[0]}.index_add once, with the places and rows of all iterations",
        )
    if not stores:
        return None
    store = stores[0]
    window = ("Tensor.unfold",) if facts.reads_by(Index.WINDOW) else ()
    match store.augment:
        case Update.ADD if all(s.constant for s in stores):
            ops: tuple[str, ...] = ("torch.bincount", "Tensor.scatter_add_")
            advice = "count with torch.bincount"
        case Update.ADD:
            ops = ("torch.index_add", "Tensor.scatter_add_", "torch.bincount")
            advice = f"use {store.target}.index_add_(0, index, values)"
        case Update.MUL:
            ops = ("torch.scatter_reduce", "Tensor.index_reduce_", "advanced_indexing")
            advice = f"of places that differ use {store.target}[index] *= factors"
        case Update.MAX | Update.MIN:
            ops = ("torch.scatter_reduce", "Tensor.index_reduce_")
            advice = f"use {store.target}.scatter_reduce_(0, index, values, reduce=...)"
        case _ if any(_keeps_the_extremum(s, facts) for s in stores):
            ops = ("torch.scatter_reduce", "Tensor.index_reduce_")
            advice = f"use {store.target}.scatter_reduce_(0, index, values, 'amax' or 'amin')"
        case _ if store.constant and not store.guarded:
            ops = ("torch.nn.functional.one_hot", "Tensor.scatter_")
            advice = "use torch.nn.functional.one_hot, or scatter_ with the constant"
        case _:
            ops = ("Tensor.index_put_", "Tensor.scatter_", "advanced_indexing")
            advice = f"store all items at once: {store.target}[index] = values"
    return Match("scatter", (*window, *ops), f"stores into {store.target} by index", advice)


def _keeps_the_extremum(store: Store, facts: LoopFacts) -> bool:
    """``if z < depth[v, u]: depth[v, u] = z``."""
    for condition in facts.conditions:
        match condition.test:
            case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE()]):
                sides = [left, *condition.test.comparators]
                stored = ast.unparse(store.value) in map(ast.unparse, sides)
                read = any(read.name == store.target for read in condition.reads)
                if store.guarded and stored and read:
                    return True
            case _:
                pass
    return False


RULE = Rule(
    code="LS405",
    name="scatter",
    summary="Items are stored at places that an index tensor names",
    order=70,
    match=match,
    doc=__doc__,
)
