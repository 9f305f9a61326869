"""Joins between events: kernel to op, backward op to forward op."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from loopscope.model.trace import Calls, Int32s, Int64s, Kernels, Ops


def innermost_around(ops: Ops, time_ns: Int64s, thread: Int32s) -> Int32s:
    """Return the row of the innermost op that runs at each time on each thread, or -1."""
    found = np.full(len(time_ns), -1, np.int32)
    for where in np.unique(thread):
        rows = np.flatnonzero(ops.thread == where)
        asked = np.flatnonzero(thread == where)
        if not len(rows):
            continue
        row = rows[0] + np.searchsorted(ops.start_ns[rows], time_ns[asked], side="right") - 1
        row = np.where(row < rows[0], -1, row)
        ends = ops.start_ns + ops.duration_ns
        while True:  # up from the last op that began until one is still running
            over = (row >= 0) & (ends[row] < time_ns[asked])
            if not over.any():
                break
            row = np.where(over, ops.parent[row], row)
        found[asked] = row
    return found


def join_kernels(kernels: Kernels, calls: Calls) -> Kernels:
    """Give each kernel the op that launched it, by ``correlation``."""
    if not len(kernels.start_ns) or not len(calls.start_ns):
        return kernels
    order = np.argsort(calls.correlation, kind="stable")
    keys = calls.correlation[order]
    at = np.minimum(np.searchsorted(keys, kernels.correlation), len(keys) - 1)
    known = (keys[at] == kernels.correlation) & (kernels.correlation >= 0)
    return replace(kernels, op=np.where(known, calls.op[order[at]], -1).astype(np.int32))


def join_backward(
    ops: Ops,
    forward_thread: Int64s,
    thread_ids: tuple[int | str, ...],
    names: tuple[int | str, ...],
) -> Ops:
    """Mark what autograd's engine ran and give it its forward op.

    The engine's ops carry the ``Sequence number`` of the forward op and, as ``Fwd thread id``,
    a number of the thread that ran it; whatever runs under them inherits both. The forward op is
    the outermost one that carries the number first.
    """
    engine = np.array([str(n).startswith("autograd::engine::evaluate_function") for n in names])
    if not len(ops) or not engine.any():
        return ops
    starts_backward = engine[ops.name] | (forward_thread > 0)
    backward = starts_backward.copy()
    parents = ops.parent
    rows = np.flatnonzero(parents >= 0)
    while True:  # children come after their parents: one pass a nesting level
        grown = backward.copy()
        grown[rows] |= backward[parents[rows]]
        if (grown == backward).all():
            break
        backward = grown
    candidates = np.flatnonzero((ops.sequence >= 0) & ~backward)
    order = candidates[np.lexsort((candidates, ops.sequence[candidates]))]
    keys = ops.sequence[order]
    forward = np.full(len(ops), -1, np.int32)
    if len(keys):
        asked = np.flatnonzero(backward & (ops.sequence >= 0))
        at = np.minimum(np.searchsorted(keys, ops.sequence[asked], side="left"), len(keys) - 1)
        known = keys[at] == ops.sequence[asked]
        forward[asked[known]] = order[at[known]]
    missing = np.flatnonzero(backward & (forward < 0) & (parents >= 0))
    while len(missing):
        inherited = forward[parents[missing]]
        forward[missing] = inherited
        still = missing[inherited < 0]
        if len(still) == len(missing):
            break
        missing = still
    return replace(ops, forward=forward, backward=backward)
