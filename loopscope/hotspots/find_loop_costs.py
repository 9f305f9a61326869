"""Join the loop clock with the trace: what each loop cost, and whether it is a hotspot."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from loopscope.config import Settings
from loopscope.hotspots.attribute import innermost_entry
from loopscope.hotspots.estimate_iterations import estimate_iterations
from loopscope.hotspots.judge import judge
from loopscope.model.hotspot import LoopCost, Role
from loopscope.model.recording import LoopEntries, Recording
from loopscope.model.trace import Trace

MIN_PER_ENTRY = 4  # a pair of tensors is no loop to lift
MIN_CORRECTED = 0.2  # calibration is an estimate: never take off more than the rest


@dataclass(slots=True)
class _Tally:
    entries: int = 0
    uncounted: bool = False
    iterations: int = 0
    nested_iterations: int = 0
    nest: int = 0
    wall_ns: int = 0
    all_ops: int = 0
    top_ns: int = 0
    backward_ns: int = 0
    backward_ops: int = 0
    kernels: int = 0
    kernel_ns: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    own_counts: Counter[int] = field(default_factory=Counter)
    parents: Counter[int] = field(default_factory=Counter)
    annotations: set[str] = field(default_factory=set)


def find_loop_costs(
    trace: Trace, recording: Recording, settings: Settings
) -> tuple[LoopCost, ...]:
    """Return a cost for every loop that ran, the dearest first.

    Every op belongs to the innermost loop that was running when it began on its thread, and to
    all loops around that one, across calls.
    """
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    for entries in recording.threads:
        if entries.thread_id in trace.threads:
            _add_ops(trace, entries, trace.threads.index(entries.thread_id), tallies)
        _add_entries(entries, tallies)
    for tally in tallies.values():
        if tally.uncounted:
            tally.iterations = estimate_iterations(tally.own_counts)
            tally.nested_iterations += tally.iterations
    overhead = recording.overhead_per_op_ns or 0.0
    own_cost = overhead * len(trace.ops)
    window = max(recording.window.duration_ns - own_cost, recording.window.duration_ns * 0.2, 1)
    order = sorted(tallies, key=lambda s: -tallies[s].wall_ns)
    rank = {site: k for k, site in enumerate(order)}
    _count_nests(tallies, recording)
    return tuple(
        _cost(tallies[site], site, rank, trace, recording, settings, overhead, window)
        for site in order
    )


def _count_nests(tallies: dict[int, _Tally], recording: Recording) -> None:
    """A nest of loops runs as often as its innermost one: three channels of many pixels."""
    for site, tally in tallies.items():
        up = site
        while up >= 0:
            if up in tallies:
                tallies[up].nest = max(tallies[up].nest, tally.iterations)
            up = recording.sites[up].parent


def _add_entries(entries: LoopEntries, tallies: dict[int, _Tally]) -> None:
    sites = entries.site.tolist()
    parents = entries.parent.tolist()
    chains = _chains(entries)
    walls = (entries.end_ns - entries.start_ns).tolist()
    for row, site in enumerate(sites):
        tally = tallies[site]
        iterations = int(entries.iterations[row])
        tally.entries += iterations != 0  # 0: goes on with an earlier row
        tally.uncounted |= iterations < 0
        iterations = max(iterations, 0)
        tally.iterations += iterations
        for around in chains[row]:
            tallies[around].nested_iterations += iterations
        up = parents[row]
        around = sites[up] if up >= 0 else -1
        if around != site:  # a recursive loop's time is in the outer entry already
            tally.wall_ns += walls[row]
            tally.parents[around] += walls[row]


def _add_ops(trace: Trace, entries: LoopEntries, thread: int, tallies: dict[int, _Tally]) -> None:
    ops = trace.ops
    if not len(entries.site):
        return
    rows = np.flatnonzero((ops.thread == thread) & ~ops.backward)
    entry = innermost_entry(entries, ops.start_ns[rows])
    chains = _chains(entries)
    inside = entry >= 0
    top = inside & (ops.parent[rows] < 0)
    entry_of = np.full(len(ops), -1, np.int64)
    entry_of[rows] = entry
    num_entries, num_names = len(entries.site), len(trace.names)
    all_ops = np.bincount(entry[inside], minlength=num_entries)
    top_ns = np.bincount(entry[top], ops.duration_ns[rows[top]], minlength=num_entries)
    keys, counts = np.unique(
        entry[top].astype(np.int64) * num_names + ops.name[rows[top]], return_counts=True
    )
    backward = np.flatnonzero(ops.backward & (ops.forward >= 0) & (ops.parent < 0))
    backward = backward[entry_of[ops.forward[backward]] >= 0]
    owner = entry_of[ops.forward[backward]]
    after = ops.start_ns[backward] >= entries.end_ns[owner]  # the rest is in the loop's own time
    backward, owner = backward[after], owner[after]
    backward_ns = np.bincount(owner, ops.duration_ns[backward], minlength=num_entries)
    backward_ops = np.bincount(owner, minlength=num_entries)
    # Backward ops that run here belong to a call of autograd in the body: its work, too.
    engine = np.flatnonzero((ops.thread == thread) & ops.backward & (ops.parent < 0))
    caller = innermost_entry(entries, ops.start_ns[engine])
    engine, caller = engine[caller >= 0], caller[caller >= 0]
    top_ns += np.bincount(caller, ops.duration_ns[engine], minlength=num_entries)
    launched = np.flatnonzero(trace.kernels.op >= 0)
    launcher = entry_of[trace.kernels.op[launched]]
    launched, launcher = launched[launcher >= 0], launcher[launcher >= 0]
    kernels = np.bincount(launcher, minlength=num_entries)
    kernel_ns = np.bincount(launcher, trace.kernels.duration_ns[launched], minlength=num_entries)
    for row in np.flatnonzero((all_ops > 0) | (backward_ops > 0)):
        for site in chains[row]:
            tally = tallies[site]
            tally.all_ops += int(all_ops[row])
            tally.top_ns += int(top_ns[row])
            tally.backward_ns += int(backward_ns[row])
            tally.backward_ops += int(backward_ops[row])
            tally.kernels += int(kernels[row])
            tally.kernel_ns += int(kernel_ns[row])
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        row, name = divmod(key, num_names)
        tallies[int(entries.site[row])].own_counts[name] += count
        for site in chains[row]:
            tallies[site].counts[name] += count
    notes = trace.annotations
    here = np.flatnonzero(notes.thread == thread)
    around = innermost_entry(entries, notes.start_ns[here])
    for note, row in zip(here.tolist(), around.tolist(), strict=True):
        if row >= 0:
            for site in chains[row]:
                tallies[site].annotations.add(trace.names[int(notes.name[note])])


def _chains(entries: LoopEntries) -> list[tuple[int, ...]]:
    """For each entry its own site and those around it, each once. Parents come before."""
    chains: list[tuple[int, ...]] = []
    for site, up in zip(entries.site.tolist(), entries.parent.tolist(), strict=True):
        above = chains[up] if up >= 0 else ()
        chains.append(above if site in above else (*above, site))
    return chains


def _cost(
    tally: _Tally,
    site: int,
    rank: dict[int, int],
    trace: Trace,
    recording: Recording,
    settings: Settings,
    overhead: float,
    window_ns: float,
) -> LoopCost:
    own = min(int(overhead * tally.all_ops), int(tally.wall_ns * (1 - MIN_CORRECTED)))
    backward = max(
        int(tally.backward_ns - overhead * tally.backward_ops),
        int(tally.backward_ns * MIN_CORRECTED),
    )
    forward = tally.wall_ns - own
    around = tally.parents.most_common(1)[0][0] if tally.parents else -1
    counts = tuple((trace.names[name], n) for name, n in tally.counts.most_common())
    num_ops = sum(tally.counts.values())
    verdict = judge(
        counts=dict(counts),
        annotations=frozenset(tally.annotations),
        iterations=tally.iterations,
        nested_iterations=tally.nested_iterations,
        num_ops=num_ops,
        op_ns=max(tally.top_ns - overhead * tally.all_ops, tally.top_ns * MIN_CORRECTED),
        op_share=tally.top_ns / max(tally.wall_ns, 1),
        wall_ns=forward,
        kernels=tally.kernels,
        kernel_ns=tally.kernel_ns,
    )
    total = forward + backward
    share = min(1.0, total / window_ns)
    hot = (
        verdict.role is Role.BODY
        and bool(verdict.symptoms)
        and tally.nest >= max(settings.min_iterations, MIN_PER_ENTRY * tally.entries)
        and tally.iterations > tally.entries
        and share >= settings.min_share
        and total >= settings.min_cost_ns
    )
    idle = max(0, tally.wall_ns - tally.kernel_ns) if tally.kernels else None
    return LoopCost(
        site=recording.sites[site],
        parent=rank.get(around, -1) if around != site else -1,
        entries=tally.entries,
        iterations=tally.iterations,
        ops=num_ops,
        op_counts=counts,
        kernels=tally.kernels,
        wall_ns=tally.wall_ns,
        overhead_ns=own,
        forward_ns=forward,
        backward_ns=backward,
        share=share,
        gpu_idle_ns=idle,
        symptoms=verdict.symptoms,
        role=verdict.role,
        hot=hot,
    )
