"""Who launched a kernel, and which forward op a backward op came from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from loopscope.model.trace import Calls, Int32s, Int64s, Kernels, Ops
from loopscope.trace.nesting import find_innermost

Bools = npt.NDArray[np.bool_]


def link_calls(calls: Calls, ops: Ops) -> Calls:
    """Give each runtime call the innermost op around it on its thread."""
    found = np.full(len(calls.start_ns), -1, np.int32)
    for thread in np.unique(calls.thread):
        first, last = np.searchsorted(ops.thread, [thread, thread + 1])
        here = calls.thread == thread
        parent = np.where(ops.parent[first:last] >= 0, ops.parent[first:last] - first, -1)
        start = ops.start_ns[first:last]
        end = start + ops.duration_ns[first:last]
        rows = find_innermost(start, end, parent.astype(np.int32), calls.start_ns[here])
        found[here] = np.where(rows >= 0, rows + first, -1)
    return replace(calls, op=found)


def link_kernels(kernels: Kernels, external: Int64s, calls: Calls, op_external: Int64s) -> Kernels:
    """Give each kernel its launching op: by correlation, else by external id."""
    call = _look_up(kernels.correlation, calls.correlation)
    op = np.where(call >= 0, calls.op[call], -1) if len(calls.op) else call
    op = np.where(op >= 0, op, _look_up(external, op_external))
    return replace(kernels, op=op.astype(np.int32))


def _look_up(wanted: Int64s, keys: Int64s) -> Int64s:
    """Row of each wanted key, or -1; negative keys are no keys."""
    if not len(keys) or not len(wanted):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    rows = order[at]
    return np.where((keys[rows] == wanted) & (wanted >= 0), rows, -1)


def link_backward(
    start: Int64s,
    thread: Int32s,
    parent: Int32s,
    sequence: Int64s,
    forward_thread: Int64s,
    engine: Bools,
) -> tuple[Int32s, Bools]:
    """Forward op of each backward op (-1 where unknown), and which ops are backward ones."""
    starts_backward = engine | (forward_thread != 0)
    backward = _inherit_flag(starts_backward, parent)
    forward = np.full(len(start), -1, np.int32)
    linked = np.flatnonzero(starts_backward & (sequence >= 0))
    candidates = np.flatnonzero(~backward & (sequence >= 0))
    if not len(linked) or not len(candidates):
        return forward, backward
    for torch_thread in np.unique(forward_thread[linked]):
        rows = linked[forward_thread[linked] == torch_thread]
        best = np.full(len(rows), -1, np.int64)
        matches = -1
        for native in np.unique(thread[candidates]):  # torch numbers its threads by itself
            on_thread = candidates[thread[candidates] == native]
            found = _latest_before(rows, on_thread, sequence, start)
            if (count := int((found >= 0).sum())) > matches:
                best, matches = found, count
        forward[rows] = best
    return _inherit_row(forward, backward, parent), backward


def _latest_before(rows: Int64s, ops: Int64s, sequence: Int64s, start: Int64s) -> Int64s:
    """Of the ops with a row's sequence number, the last: it is the one that made the node."""
    order = ops[np.lexsort((start[ops], sequence[ops]))]
    at = np.searchsorted(sequence[order], sequence[rows], side="right") - 1
    found = order[np.maximum(at, 0)]
    good = (at >= 0) & (sequence[found] == sequence[rows]) & (start[found] <= start[rows])
    return np.where(good, found, -1)


def _inherit_flag(flag: Bools, parent: Int32s) -> Bools:
    while True:
        wider = flag | ((parent >= 0) & flag[parent]) if len(flag) else flag
        if np.array_equal(wider, flag):
            return wider
        flag = wider


def _inherit_row(forward: Int32s, backward: Bools, parent: Int32s) -> Int32s:
    while True:
        missing = backward & (forward < 0) & (parent >= 0)
        wider = np.where(missing, forward[parent], forward).astype(np.int32)
        if np.array_equal(wider, forward):
            return wider
        forward = wider
