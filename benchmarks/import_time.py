"""What ``import loopscope`` and ``loopscope --help`` cost on top of a bare interpreter.

    PYTHONPATH=. python benchmarks/import_time.py [--pairs 30] [--write]

Each pair starts a bare interpreter and one that imports, in turn; the difference is the cost: by
the clock, and in CPU time, which tells more where others use the machine too.
``--write`` keeps the figures in ``results/``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import loopscope

RESULTS = Path(__file__).parent / "results" / "import_time.json"
HELP = "import sys; sys.argv = ['loopscope', '--help']; from loopscope.cli import main; main()"
PROGRAMS = {
    "import loopscope": "import loopscope",
    "loopscope --help": HELP,
    "loopscope rules": HELP.replace("--help", "rules"),
    "import click": "import click",
    "import torch": "import torch",
}
BAR_MS = 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = {}
    for name, code in PROGRAMS.items():
        pairs = 5 if name == "import torch" else options.pairs
        found = [(started(code), started("pass")) for _ in range(pairs)]
        rows[name] = {
            "wall_ms": summary([after.wall - before.wall for after, before in found]),
            "cpu_ms": summary([after.cpu - before.cpu for after, before in found]),
        }
        print(f"{name:20} {rows[name]}", flush=True)
    assert rows["import loopscope"]["wall_ms"]["median"] <= BAR_MS, f"the bar is {BAR_MS} ms"
    if options.write:
        machine = {
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "loopscope": loopscope.__version__,
        }
        document = {"machine": machine, "pairs": options.pairs, "programs": rows}
        RESULTS.write_text(json.dumps(document, indent=1) + "\n")


class Cost(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def started(code: str) -> Cost:
    """From the start of an interpreter that runs ``code`` to its end."""
    begin, before = time.perf_counter(), cpu_of_children()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return Cost(time.perf_counter() - begin, cpu_of_children() - before)


def cpu_of_children() -> float:
    """Seconds that all processes took that were started here."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def summary(seconds: list[float]) -> dict[str, float]:
    first, middle, third = (round(1000 * s, 1) for s in statistics.quantiles(seconds, n=4))
    return {"median": middle, "first_quartile": first, "third_quartile": third}


if __name__ == "__main__":
    main()
