"""In-place ops on each tensor of a list, as ``torch._foreach_*`` on all of them.

The statements keep their order; each runs for every tensor before the next one. That is the same
where no iteration reads what another one writes: the lists' tensors must not share memory, which
verification checks by running both.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.edits import written_edits
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.region import copied, later_code, live_names, without_return
from loopscope.vectorize.foreach.writer import ForeachWriter
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import NotLiftable


def foreach_loop(prepared: Prepared, seen: Mapping[int, Seen], *, fused: bool = True) -> Draft:
    """Return the loop as multi-tensor ops.

    Args:
        prepared: The loop.
        seen: What its expressions were, by number.
        fused: Let one op stand for several that round in other places.

    Raises:
        NotLiftable: It does something else than in-place arithmetic on the items of lists.
    """
    first, *tail = copied(prepared.statements)
    if not isinstance(first, ast.For) or tail:
        raise NotLiftable("no loop over tensors in place")
    writer = ForeachWriter(prepared, seen, fused=fused)
    made = writer.loop(first)
    later = later_code(prepared.region)
    for name in (*writer.items, *writer.keys):
        if is_read_first(name, later):
            raise NotLiftable(f"{name} after the loop is not understood")
    live = tuple(n for n in live_names(prepared.region) if n not in {*writer.items, *writer.keys})
    return Draft(
        loop="\n".join(code.text(s) for s in without_return(copied(prepared.region.statements))),
        rewrite="\n".join(code.text(s) for s in made),
        live=live,
        fresh=(),
        edits=written_edits(prepared.loop, prepared.region, [made], writer.sums),
        ops=tuple(dict.fromkeys([*writer.ops, *_called(made)])),
        guards=tuple(dict.fromkeys(writer.guards)),
    )


def _called(made: list[ast.stmt]) -> list[str]:
    """Multi-tensor ops by name."""
    names = [dotted(n.func) for s in made for n in ast.walk(s) if isinstance(n, ast.Call)]
    return [n for n in names if n.startswith("torch._foreach_")]
