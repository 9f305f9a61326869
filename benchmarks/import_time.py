"""What ``import loopscope`` and ``loopscope --help`` cost on top of a bare interpreter.

    PYTHONPATH=. python benchmarks/import_time.py [--pairs 30] [--write]

Each pair starts a bare interpreter and one that imports, in turn; the difference is the cost.
``--write`` keeps the figures in ``results/``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

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
        rows[name] = summary([started(code) - started("pass") for _ in range(pairs)])
        print(f"{name:20} {rows[name]}", flush=True)
    assert rows["import loopscope"]["median_ms"] <= BAR_MS, f"the bar is {BAR_MS} ms"
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


def started(code: str) -> float:
    """Seconds from the start of an interpreter that runs ``code`` to its end."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def summary(seconds: list[float]) -> dict[str, float]:
    first, middle, third = statistics.quantiles(seconds, n=4)
    return {
        "median_ms": round(1000 * middle, 1),
        "first_quartile_ms": round(1000 * first, 1),
        "third_quartile_ms": round(1000 * third, 1),
    }


if __name__ == "__main__":
    main()
