"""A report on the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from loopscope.model.finding import NOT_FASTER, Finding, Rewrite, Suggestion, Verdict
from loopscope.report.code_rows import print_new_code, print_source
from loopscope.report.fit import printable, shorten_path
from loopscope.report.places import nearby
from loopscope.report.sentences import comparison, timing
from loopscope.report.terminal import print_on, print_wrapped
from loopscope.report.wording import count, duration

if TYPE_CHECKING:
    from loopscope.report.report import Report

INDENT = 7  # cells before a sentence


def show(report: Report, file: TextIO | None, *, verbose: bool = False) -> None:
    """Print the report; ``verbose`` says why loops are not rewritten."""
    print_on(file, lambda console: _print_report(console, report, verbose))


def _print_report(console: Console, report: Report, verbose: bool) -> None:
    print_wrapped(console, f"loopscope  {_headline(report)}", style="bold")
    for finding in report.findings:
        _print_finding(console, finding, verbose)
    if report.findings and report.notes:
        console.print()
    if report.clock.core in ("none", "sampling"):
        reason = f"no exact loop clock: {report.clock.reason}"
        print_wrapped(console, reason, style="yellow")
    for note in report.notes:
        print_wrapped(console, f"note: {note}", style="dim")


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


def _print_finding(console: Console, finding: Finding, verbose: bool) -> None:
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
    print_wrapped(console, finding.suggestion.summary, indent=INDENT)
    lines = range(finding.location.line, finding.location.end_line + 1)
    print_source(console, [(n, finding.source[n]) for n in lines if n in finding.source])
    if finding.rewrite.status in ("verified", "unverified"):
        _print_rewrite(console, finding)
        return
    if mild:
        print_wrapped(console, f"advice: {finding.suggestion.advice}", indent=4, style="dim")
        _print_advised(console, finding.suggestion)
    else:
        print_wrapped(console, f"→ {finding.suggestion.advice}", indent=4, style="green")
    why = finding.rewrite.reason
    if finding.actionable and why and (verbose or why.startswith(NOT_FASTER)):
        reason = f"not rewritten: {why}"
        print_wrapped(console, reason, indent=INDENT, style="dim")


def _print_rewrite(console: Console, finding: Finding) -> None:
    rewrite = finding.rewrite
    line = finding.location.line
    if rewrite.edits and not any(e.start_line <= line <= e.end_line for e in rewrite.edits):
        first, last = rewrite.edits[0].start_line, rewrite.edits[-1].end_line
        print_wrapped(console, f"instead of lines {first} to {last}", indent=INDENT, style="dim")
    print_new_code(console, textwrap.indent(rewrite.after, _margin(rewrite)))
    for guard in rewrite.guards:
        print_wrapped(console, f"only if {guard}", indent=INDENT)
    if rewrite.status == "verified" and finding.verdict is not None:
        _print_verdict(console, finding.verdict)
    else:
        print_wrapped(console, "not verified: read it before you use it", indent=INDENT)


def _print_advised(console: Console, suggestion: Suggestion) -> None:
    """The loop as the advice would have it: shown only where it was verified."""
    if suggestion.code and suggestion.verdict is not None:
        print_new_code(console, suggestion.code)
        for guard in suggestion.guards:
            print_wrapped(console, f"only if {guard}", indent=INDENT)
        _print_verdict(console, suggestion.verdict)


def _margin(rewrite: Rewrite) -> str:
    """White space that stands before the rewrite in the file."""
    text = next((edit.text for edit in rewrite.edits if edit.text.strip()), "")
    return text[: len(text) - len(text.lstrip())]


def _print_verdict(console: Console, verdict: Verdict) -> None:
    """On one line where it fits, else what was compared on one and the times on the next."""
    parts = [comparison(verdict), timing(verdict)]
    whole = " · ".join(parts)
    fits = cell_len(whole) <= console.width - INDENT
    for line in [whole] if fits else parts:
        print_wrapped(console, line, indent=INDENT, style="green")
