"""How fast a trace becomes loop costs: events per second, from JSON on disk.

    PYTHONPATH=. python benchmarks/analysis_speed.py [--write]

Synthesizes traces of 10 thousand, 100 thousand and 1 million events with the keys that torch
2.13 writes, and a nest of two loops over them. ``--write`` keeps the figures in ``results/``.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from loopscope.config import Settings
from loopscope.hotspots import find_loop_costs
from loopscope.model.recording import (
    Clock,
    Environment,
    LoopEntries,
    LoopSite,
    Recording,
    Window,
)
from loopscope.trace import read_trace

BASE_NS = 1_790_000_000_000_000_000
EVENTS_PER_ITERATION = 10  # 8 ops (4 top-level), 2 flows
ITERATION_US = 40
INNER = 100  # iterations to an inner entry
REPEATS = 3


def main() -> None:
    rows = []
    for events in (10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "trace.json"
            path.write_bytes(synthesize(events))
            rows.append(measure(path, events))
        print(rows[-1])
    peer = time_key_averages()
    print(peer)
    if "--write" in sys.argv:
        target = Path(__file__).parent / "results" / "analysis_speed.json"
        target.parent.mkdir(exist_ok=True)
        machine = {
            "cpus": os.cpu_count(),
            "architecture": platform.machine(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "msgspec": msgspec.__version__,
        }
        report = {"machine": machine, "repeats": REPEATS, "analysis": rows, "key_averages": peer}
        target.write_text(json.dumps(report, indent=2) + "\n")


def synthesize(events: int) -> bytes:
    iterations = events // EVENTS_PER_ITERATION
    parts = []
    for i in range(iterations):
        at = i * ITERATION_US
        for k, name in enumerate(("select", "mul", "add_", "copy_")):
            start = at + 9 * k
            parts.append(_op(f"aten::{name}", start + 0.125, 7.5, 8 * i + 2 * k, i))
            parts.append(_op("aten::as_strided", start + 1.25, 2.5, 8 * i + 2 * k + 1, -1))
        parts.extend(
            f'{{"ph":"{ph}","id":{i},"pid":7,"tid":7,"ts":{at}.5,'
            f'"cat":"fwdbwd","name":"fwdbwd","bp":"e"}}'
            for ph in "sf"
        )
    head = f'{{"schemaVersion":1,"baseTimeNanoseconds":{BASE_NS},"traceEvents":['
    return (head + ",\n".join(parts) + "]}").encode()


def _op(name: str, start: float, duration: float, external: int, sequence: int) -> str:
    return (
        f'{{"ph":"X","cat":"cpu_op","name":"{name}","pid":7,"tid":7,"ts":{start},'
        f'"dur":{duration},"args":{{"External id":{external},"Record function id":0,'
        f'"Sequence number":{sequence},"Fwd thread id":0,"Ev Idx":{external}}}}}'
    )


def make_recording(path: Path, events: int) -> Recording:
    iterations = events // EVENTS_PER_ITERATION
    inner = np.arange(0, iterations, INNER, dtype=np.int64) * ITERATION_US * 1000
    end = iterations * ITERATION_US * 1000
    loops = LoopEntries(
        thread_id=7,
        site=np.array([0] + [1] * len(inner), np.int32),
        start_ns=np.concatenate([[0], inner]) + BASE_NS,
        end_ns=np.concatenate([[end], inner + INNER * ITERATION_US * 1000]) + BASE_NS,
        iterations=np.array([len(inner)] + [INNER] * len(inner), np.int64),
        parent=np.array([-1] + [0] * len(inner), np.int32),
    )
    return Recording(
        trace_path=path,
        window=Window(0, 0, BASE_NS, BASE_NS + end),
        clock=Clock("settrace"),
        sites=tuple(
            LoopSite("a.py", "f", 1, line, 0, 9, line - 2, line - 3, "for") for line in (2, 3)
        ),
        threads=(loops,),
        sources={},
        environment=Environment("", "", "", "cpu", 1),
        overhead_per_op_ns=500.0,
    )


def measure(path: Path, events: int) -> dict[str, float]:
    recording = make_recording(path, events)
    best_read = best_costs = float("inf")
    for _ in range(REPEATS):
        begin = time.perf_counter()
        trace = read_trace(path)
        middle = time.perf_counter()
        costs = find_loop_costs(trace, recording, Settings())
        end = time.perf_counter()
        assert costs[0].hot
        best_read = min(best_read, middle - begin)
        best_costs = min(best_costs, end - middle)
        del trace, costs
    total = best_read + best_costs
    return {
        "events": events,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "read_s": round(best_read, 4),
        "costs_s": round(best_costs, 4),
        "events_per_s": round(events / total),
    }


def time_key_averages() -> dict[str, float | str]:
    """The profiler's own summary of 10 thousand ops, for scale."""
    try:
        import torch
        from torch.profiler import ProfilerActivity, profile
    except ImportError:
        return {}
    x = torch.zeros(1)
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        for _ in range(10_000):
            x = x + 1
    begin = time.perf_counter()
    summary = profiler.key_averages()
    taken = time.perf_counter() - begin
    ops = sum(row.count for row in summary)
    return {"torch": str(torch.__version__), "ops": ops, "events_per_s": round(ops / taken)}


if __name__ == "__main__":
    main()
