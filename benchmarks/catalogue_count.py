"""How many of the catalogue's 80 loops are recognised, and how many rewrites are verified.

    PYTHONPATH=. python benchmarks/catalogue_count.py [--how "in a method"] [--write]

Each loop runs as printed and in the other ways that keep its meaning (``--how`` picks one), each
run in a window of its own with verification on. A number of the catalogue counts once, however
many loops stand for it. Loops are taken as hot whatever they cost; whether they are is another
question. ``--write`` keeps the figures in ``results/``.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "builders"))

from catalogue_loops import (
    CATALOGUE,
    Run,
    all_hot,
    canonical,
    loops,
    named_ops,
    ways,
    written,
)  # fmt: skip

import loopscope
from loopscope.pipeline import window

BAR_RECOGNISED, BAR_VERIFIED = 72, 60  # of 80, however they are written
RESULTS = Path(__file__).parent / "results" / "catalogue.json"


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one loop, written one way."""

    name: str
    how: str
    recognised: bool
    status: str
    reason: str

    @property
    def number(self) -> int:
        """Its number in the catalogue."""
        return int(self.name.split("_")[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--how", choices=ways(CATALOGUE[0]), action="append")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    window.find_loop_costs = all_hot
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for section in CATALOGUE:
            accepted = {n.name: named_ops(n)[1] for n in loops(section.read_text())}
            for run in written(section, Path(folder), options.how):
                row = profiled(run, accepted[run.name])
                print(f"{row.name:16} {row.how:14} {row.status:15} {row.reason[:90]}", flush=True)
                rows.append(row)
    counts = {how: counted([r for r in rows if r.how == how]) for how in ways(CATALOGUE[0])}
    counts = {how: found for how, found in counts.items() if found["loops"]}
    for how, found in counts.items():
        print(f"{how:14} {found['loops']:3} {found['recognised']:3} {found['verified']:3}")
    if options.write:
        RESULTS.write_text(json.dumps(document(rows, counts), indent=1) + "\n")
    for how, found in counts.items():
        enough = found["recognised"] >= BAR_RECOGNISED and found["verified"] >= BAR_VERIFIED
        assert found["loops"] < 80 or enough, f"{how}: the bar is {BAR_RECOGNISED}, {BAR_VERIFIED}"


def profiled(run: Run, accepted: frozenset[str]) -> Row:
    """Profile one loop with verification; of several findings on it, the best counts."""
    with loopscope.profile(console=False) as scope:
        run.function(*run.inputs)
    lines = set(run.places)
    here = [f for f in scope.report.findings if (f.location.path, f.location.line) in lines]
    named = {canonical(op) for f in here for op in f.suggestion.ops}
    verified = any(f.rewrite.status == "verified" for f in here)
    reason = "" if verified else next((f.rewrite.reason for f in here if f.rewrite.reason), "")
    shown = any(f.suggestion.verdict is not None for f in here)  # advice that was run, too
    status = "verified" if verified else "not found"
    if here and not verified:
        status = "verified advice" if shown else "advice"
    return Row(run.name, run.how, bool(named & accepted), status, reason)


def counted(rows: list[Row]) -> dict[str, int]:
    """By number: a class with several loops counts where all of them do."""
    by_number = collections.defaultdict(list)
    for row in rows:
        by_number[row.number].append(row)
    return {
        "loops": len(by_number),
        "recognised": sum(all(r.recognised for r in rs) for rs in by_number.values()),
        "verified": sum(all(r.status == "verified" for r in rs) for rs in by_number.values()),
        "verified_advice": sum(
            all(r.status == "verified advice" for r in rs) for rs in by_number.values()
        ),
    }


def document(rows: list[Row], counts: dict[str, dict[str, int]]) -> dict[str, object]:
    """The figures, and what they were taken with."""
    missing = collections.defaultdict(list)
    for row in rows:
        if row.status != "verified":
            missing[row.name].append(row.how)
    return {
        "machine": {
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "loopscope": loopscope.__version__,
        },
        "date": time.strftime("%Y-%m-%d"),
        "by_variant": counts,
        "every_variant": counted(rows),
        "not_verified": missing,
    }


if __name__ == "__main__":
    main()
