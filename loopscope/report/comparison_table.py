"""Two reports side by side on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from loopscope.model.finding import Finding
from loopscope.report.comparison import Change
from loopscope.report.fit import printable, shorten_path
from loopscope.report.places import nearby
from loopscope.report.terminal import print_on, print_wrapped
from loopscope.report.wording import count, duration, spaced

if TYPE_CHECKING:
    from loopscope.report.report import Report

STYLES = {"gone": "green", "cheaper": "green", "new": "red", "dearer": "red", "same": "dim"}
HEAD = ("", "", "loop", "before", "after", "change")
LOOP = 2  # column that gives way
GAP = 2


def show_comparison(
    before: Report, after: Report, changes: Sequence[Change], file: TextIO | None = None
) -> None:
    """Print one line a loop: 80 columns, no color when piped."""
    print_on(file, lambda console: _print(console, before, after, changes))


def _print(console: Console, before: Report, after: Report, changes: Sequence[Change]) -> None:
    print_wrapped(console, f"loopscope  {_headline(before, after)}", style="bold")
    if not changes:
        return
    console.print()
    _print_table(console, changes)
    uneven = sum(_is_uneven(change) for change in changes)
    if uneven:
        console.print()
        note = f"note: {count(uneven, 'loop')} did not run as many iterations as before"
        print_wrapped(console, note, style="dim")


def _headline(before: Report, after: Report) -> str:
    old, new = before.totals, after.totals
    if not before.findings and not after.findings:
        return "no slow Python loops in either report"
    return (
        f"{count(old.hot_loops, 'slow loop')} → {spaced(new.hot_loops)} · "
        f"{duration(old.cost_ns)} → {duration(new.cost_ns)} · "
        f"window {duration(old.window_ns)} → {duration(new.window_ns)}"
    )


def _print_table(console: Console, changes: Sequence[Change]) -> None:
    rows = [_row(change) for change in changes]
    widths = [max(cell_len(row[k]) for row in (HEAD, *rows)) for k in range(len(HEAD))]
    others = sum(widths) - widths[LOOP] + GAP * (len(HEAD) - 1)
    widths[LOOP] = max(12, min(widths[LOOP], console.width - others))
    _print_row(console, HEAD, widths, "dim")
    for change, row in zip(changes, rows, strict=True):
        _print_row(console, row, widths, STYLES[change.kind])


def _row(change: Change) -> tuple[str, ...]:
    finding = change.after or change.before
    assert finding is not None  # a change is of a loop
    place = f"{printable(nearby(finding.location.path))}:{finding.location.line}"
    cost_before = duration(change.before_ns) if change.before else ""
    cost_after = duration(change.after_ns) if change.after else ""
    return change.kind, finding.rule, place, cost_before, cost_after, _percent(change)


def _percent(change: Change) -> str:
    """``-50%``, ``+1 900%``; empty where there is nothing to compare with."""
    if not change.before or not change.after or not change.before_ns:
        return ""
    percent = round(100 * (change.after_ns / change.before_ns - 1))
    return f"{'-' if percent < 0 else '+'}{spaced(abs(percent))}%"


def _print_row(console: Console, row: Sequence[str], widths: Sequence[int], style: str) -> None:
    line = Text()
    for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
        shown = shorten_path(cell, width) if k == LOOP else cell
        space = " " * (width - cell_len(shown))
        if k > LOOP:
            line.append(space + shown)
        else:
            line.append(shown + space, style if k == 0 else "")
        line.append(" " * GAP)
    line.rstrip()
    console.print(line)


def _is_uneven(change: Change) -> bool:
    """Whether its costs are of different amounts of work."""
    match change:
        case Change(before=Finding() as old, after=Finding() as new):
            return old.iterations != new.iterations
        case _:
            return False
