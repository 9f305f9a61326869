"""Say what a snapshot could not keep: after the window, when nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from loopscope.model.snapshot import (
    FrozenMapping,
    FrozenObject,
    FrozenSequence,
    Snapshot,
    Unkept,
)
from loopscope.model.unkept import spread


def settle(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with all that cannot be had taken out, and named in ``missing``."""
    unkept = {k: n.reason for k, n in enumerate(snapshot.nodes) if isinstance(n, Unkept)}
    if not unkept:
        return snapshot
    reasons = spread(snapshot.nodes, unkept)
    nodes = tuple(Unkept(reasons[k]) if k in reasons else n for k, n in enumerate(snapshot.nodes))
    missing = dict(_missing(nodes, {**snapshot.global_names, **snapshot.names}))
    return replace(
        snapshot,
        names={name: k for name, k in snapshot.names.items() if name not in missing},
        global_names={name: k for name, k in snapshot.global_names.items() if name not in missing},
        nodes=nodes,
        missing=missing,
    )


def _missing(nodes: Sequence[object], names: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the names and dotted attributes whose node is unkept, with the reason."""
    seen: set[int] = set()
    waiting = list(names.items())
    while waiting:
        path, index = waiting.pop()
        node = nodes[index]
        if isinstance(node, Unkept):
            yield path, node.reason
        elif index not in seen:
            seen.add(index)
            waiting.extend((f"{path}{step}", part) for step, part in _parts(node))


def _parts(node: object) -> Iterator[tuple[str, int]]:
    match node:
        case FrozenObject(attributes=attributes, slots=slots):
            for name, index in (*attributes.items(), *slots.items()):
                yield f".{name}", index
        case FrozenSequence(items=items) | FrozenMapping(values=items):
            for index in items:
                yield "[...]", index
