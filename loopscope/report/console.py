"""A report on the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from loopscope.model.finding import Finding
from loopscope.report.wording import count, duration, elide

if TYPE_CHECKING:
    from loopscope.report.report import Report

WIDTH = 80
MAX_LINES = 8


def show(report: Report, file: TextIO | None) -> None:
    """Print the report; colors only on a terminal, and never under ``NO_COLOR``."""
    console = Console(file=file, width=None if file is None else WIDTH, highlight=False)
    if not console.is_terminal:
        console = Console(file=file, width=WIDTH, highlight=False)
    totals = report.totals
    window = f"loopscope  1 window · {duration(totals.window_ns)}"
    if not report.findings:
        console.print(Text(f"{window} · no slow Python loops found: nothing to mend"))
    else:
        loops = count(totals.hot_loops, "loop")
        cost = f"{duration(totals.cost_ns)} ({totals.share:.0%})"
        verb = "costs" if totals.hot_loops == 1 else "cost"
        head = f"{loops} {verb} about {cost}" if totals.hot_loops else "advice only"
        console.print(Text(f"{window} · {head}", style="bold"))
        for finding in report.findings:
            _show_finding(console, finding)
    if report.clock.core in ("none", "sampling"):
        console.print(Text(f"no exact loop clock: {report.clock.reason}", style="yellow"))
    for note in report.notes:
        console.print(Text(f"note: {note}", style="dim"))


def _show_finding(console: Console, finding: Finding) -> None:
    where = finding.location
    path = elide(_relative(where.path), 34)
    style = "bold" if finding.actionable else "dim"
    line = Text(f"\n{finding.rule}  ", style="bold cyan" if finding.actionable else "dim")
    line.append(f"{path}:{where.line}", style=style)
    cost = f"{duration(finding.cost.total_ns)}  {finding.cost.share:.0%}"
    line.append(f"  {cost}", style="bold red" if finding.actionable else "dim")
    line.append(f"  {count(finding.iterations, 'iteration')}")
    console.print(line)
    console.print(Text(f"       {finding.suggestion.summary}"))
    for number, code in _loop_lines(finding):
        prefix = Text(f"{number:>5} │ ", style="dim", end="")
        console.print(prefix, end="")
        shown = code if len(code) <= WIDTH - 8 else code[: WIDTH - 9] + "…"
        if console.is_terminal:
            console.print(Syntax("", "python").highlight(shown), end="")
        else:
            console.print(Text(shown))
    mark = "→" if finding.actionable else "advice:"
    console.print(
        Text(
            f"    {mark} {finding.suggestion.advice}",
            style="green" if finding.actionable else "dim",
        )
    )


def _loop_lines(finding: Finding) -> list[tuple[int, str]]:
    inside = [
        (n, text)
        for n, text in sorted(finding.source.items())
        if finding.location.line <= n <= finding.location.end_line
    ]
    return inside[:MAX_LINES]


def _relative(path: str) -> str:
    try:
        short = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if short.startswith("..") or path.startswith("<") else short
