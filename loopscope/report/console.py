"""A report on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from loopscope.model.finding import Finding, Verdict
from loopscope.report.fit import cut, printable, shorten_path
from loopscope.report.places import nearby
from loopscope.report.wording import count, duration, spaced

if TYPE_CHECKING:
    from loopscope.report.report import Report

WIDTH = 80
MAX_LINES = 8
GUTTER = 8  # cells before a source line
INDENT = 7  # cells before a sentence
IN_ASCII = str.maketrans({"│": "|", "→": ">", "·": "-", "…": "~", "µ": "u", "×": "x"})


def show(report: Report, file: TextIO | None) -> None:
    """Print the report; colors only on a terminal, and never under ``NO_COLOR``."""
    target = sys.stdout if file is None else file
    console = Console(file=target, highlight=False, force_jupyter=False)
    if not console.is_terminal:
        console.width = WIDTH
    with console.capture() as capture:
        _print_report(console, report)
    target.write(_encodable(capture.get(), target))
    target.flush()


def _encodable(text: str, file: TextIO) -> str:
    encoding = getattr(file, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(IN_ASCII).encode(encoding, "replace").decode(encoding)
    return text


def _print_report(console: Console, report: Report) -> None:
    _print_wrapped(console, f"loopscope  {_headline(report)}", indent=0, style="bold")
    for finding in report.findings:
        _print_finding(console, finding)
    if report.findings and report.notes:
        console.print()
    if report.clock.core in ("none", "sampling"):
        reason = f"no exact loop clock: {report.clock.reason}"
        _print_wrapped(console, reason, indent=0, style="yellow")
    for note in report.notes:
        _print_wrapped(console, f"note: {note}", indent=0, style="dim")


def _headline(report: Report) -> str:
    totals = report.totals
    window = f"1 window · {duration(totals.window_ns)}"
    if not report.findings and report.clock.core == "none":
        return f"{window} · no loop could be looked at"
    if not report.findings:
        return f"{window} · no slow Python loops found: nothing to mend"
    if not totals.hot_loops:
        return f"{window} · advice only"
    verb = "costs" if totals.hot_loops == 1 else "cost"
    loops = count(totals.hot_loops, "loop")
    return f"{window} · {loops} {verb} about {duration(totals.cost_ns)} ({totals.share:.0%})"


def _print_finding(console: Console, finding: Finding) -> None:
    mild = not finding.actionable
    cost = f"  {duration(finding.cost.total_ns)}  {finding.cost.share:.0%}"
    ran = f"  {count(finding.iterations, 'iteration')}"
    head = f"{finding.rule}  "
    line = f":{finding.location.line}"
    left = max(12, console.width - cell_len(head + line + cost + ran))
    path = shorten_path(printable(nearby(finding.location.path)), left)
    console.print()
    console.print(
        Text.assemble(
            (head, "dim" if mild else "bold cyan"),
            (path + line, "dim" if mild else "bold"),
            (cost, "dim" if mild else "bold red"),
            ran,
        )
    )
    _print_wrapped(console, finding.suggestion.summary, indent=INDENT)
    lines = range(finding.location.line, finding.location.end_line + 1)
    _print_code(console, [(str(n), finding.source[n]) for n in lines if n in finding.source])
    if finding.rewrite.status in ("verified", "unverified"):
        _print_rewrite(console, finding)
    elif mild:
        _print_wrapped(console, f"advice: {finding.suggestion.advice}", indent=4, style="dim")
    else:
        _print_wrapped(console, f"→ {finding.suggestion.advice}", indent=4, style="green")


def _print_rewrite(console: Console, finding: Finding) -> None:
    rewrite = finding.rewrite
    _print_code(console, [("→", text) for text in rewrite.after.splitlines()])
    for guard in rewrite.guards:
        _print_wrapped(console, f"only if {guard}", indent=INDENT)
    if rewrite.status == "verified" and finding.verdict is not None:
        _print_wrapped(console, _verdict(finding.verdict), indent=INDENT, style="green")
    else:
        _print_wrapped(console, "not verified: read it before you use it", indent=INDENT)


def _verdict(verdict: Verdict) -> str:
    gradients = ", gradients equal" if verdict.gradients else ""
    times = f"{duration(verdict.loop_ns)} → {duration(verdict.rewrite_ns)}"
    speedup = spaced(verdict.speedup) if verdict.speedup >= 10 else f"{verdict.speedup:.1f}"
    equal = f"verified: equal on {count(verdict.inputs, 'input')}{gradients}"
    device = "" if verdict.device == "cpu" else f" on {verdict.device}"
    return f"{equal} · {times} ({speedup}×){device}"


def _print_code(console: Console, lines: Sequence[tuple[str, str]]) -> None:
    for mark, code in lines[:MAX_LINES]:
        shown = cut(printable(code), console.width - GUTTER)
        line = Text(f"{mark:>5} │ ", style="dim")
        if console.is_terminal:
            line += Syntax("", "python", theme="ansi_dark").highlight(shown)
            line.rstrip()
        else:
            line += Text(shown)
        console.print(line)
    if len(lines) > MAX_LINES:
        console.print(Text(f"{'…':>5} │ {count(len(lines) - MAX_LINES, 'more line')}", "dim"))


def _print_wrapped(console: Console, text: str, *, indent: int, style: str = "") -> None:
    """Print a sentence; where it is too long, further lines begin where the first does."""
    for line in Text(printable(text)).wrap(console, console.width - indent):
        console.print(Text(" " * indent + line.plain.rstrip(), style))
