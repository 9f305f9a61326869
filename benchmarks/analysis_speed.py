"""How fast a trace becomes findings: events per second, from JSON on disk, on one core.

    PYTHONPATH=. python benchmarks/analysis_speed.py [--hta PYTHON] [--write]

Beside it, on the same machine: ``key_averages()`` of torch's own profiler and, with the
interpreter of an environment that has it, HolisticTraceAnalysis on the same files. ``--write``
keeps the figures in ``results/``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from synthetic_trace import EVENTS, make_recording, write_trace

from loopscope.config import Settings
from loopscope.pipeline import report_window

REPEATS = 9
SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent / "results" / "analysis_speed.json"
HTA = """
import logging, sys, time
logging.disable(logging.CRITICAL)
from hta.common.trace import Trace
from importlib.metadata import version
start, start_cpu = time.perf_counter(), time.process_time()
Trace(trace_files={0: sys.argv[1]}, trace_dir="").parse_traces(use_multiprocessing=False)
taken, taken_cpu = time.perf_counter() - start, time.process_time() - start_cpu
print(taken, taken_cpu, version("HolisticTraceAnalysis"))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hta", help="an interpreter that has HolisticTraceAnalysis")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows, peers = [], []
    for kind in EVENTS:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "trace.json"
                write_trace(path, kind, size)
                rows.append(measure(path, kind, size))
                print(rows[-1], flush=True)
                if options.hta and kind == "ops":
                    peers.append(measure_hta(options.hta, path, rows[-1]))
                    print(peers[-1], flush=True)
    peers += [measure_key_averages(size) for size in (10_000, 100_000)]
    print(*peers[-2:], sep="\n")
    if options.write:
        document = {"machine": machine(), "repeats": REPEATS, "loopscope": rows, "peers": peers}
        RESULTS.write_text(json.dumps(document, indent=1) + "\n")


def measure(path: Path, kind: str, size: int) -> dict[str, object]:
    """Best of some runs, each to findings; and the memory that one needs in a fresh process."""
    recording = make_recording(path, kind, size)
    best_s = best_cpu_s = float("inf")
    for _ in range(REPEATS):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        report = report_window(recording, settings=Settings(), verify=False)
        best_cpu_s = min(best_cpu_s, time.process_time() - begin_cpu)
        best_s = min(best_s, time.perf_counter() - begin)
        assert report.findings
    events = report.totals.events
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peak = pool.apply(peak_bytes, (path, kind, size))
    return {
        "trace": kind,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        **speed(events, best_s, best_cpu_s),
        "peak_memory_over_file": round(peak / path.stat().st_size, 2),
    }


def peak_bytes(path: Path, kind: str, size: int) -> int:
    """Memory on top of what the process holds after its imports."""
    recording = make_recording(path, kind, size)
    before = highest_bytes()
    report_window(recording, settings=Settings(), verify=False)
    return highest_bytes() - before


def highest_bytes() -> int:
    """Most memory ever held; of this program, not of the one that started it (Linux)."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def measure_hta(python: str, path: Path, row: dict[str, object]) -> dict[str, object]:
    """Its loader alone, with which all its analyses begin; of all the file's events."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [python, "-c", HTA, str(path)]
    found = [
        subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment
        ).stdout.split()
        for _ in range(3)
    ]
    seconds, cpu_seconds = (min(float(run[k]) for run in found) for k in (0, 1))
    return {
        "peer": "HolisticTraceAnalysis",
        "version": found[0][2],
        "trace": row["trace"],
        **speed(int(str(row["events"])), seconds, cpu_seconds),
    }


def measure_key_averages(num_events: int) -> dict[str, object]:
    """The profiler's own summary of its events, with what it must parse for it."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    x = torch.zeros(4)
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        for _ in range(num_events // 4):
            x = x[:] + 1  # slice, as_strided, add
    begin, begin_cpu = time.perf_counter(), time.process_time()
    events = sum(row.count for row in profiler.key_averages())
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - begin_cpu
    return {
        "peer": "key_averages",
        "version": torch.__version__,
        **speed(events, seconds, cpu_seconds),
    }


def speed(events: int, seconds: float, cpu_seconds: float) -> dict[str, object]:
    """Where others use the machine too, what its core did tells more than the clock."""
    return {
        "events": events,
        "seconds": round(seconds, 4),
        "cpu_seconds": round(cpu_seconds, 4),
        "events_per_s": round(events / seconds),
        "events_per_cpu_s": round(events / cpu_seconds),
    }


def machine() -> dict[str, object]:
    packages = ("loopscope", "numpy", "msgspec")
    return {
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: _version(name) for name in packages},
    }


def _version(package: str) -> str:
    import loopscope

    return loopscope.__version__ if package == "loopscope" else version(package)


if __name__ == "__main__":
    main()
