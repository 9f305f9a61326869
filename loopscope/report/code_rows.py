"""Source code on the terminal, with a mark before each line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from loopscope.report.fit import cut, printable
from loopscope.report.wording import count
from loopscope.report.wrap_code import wrap_code

MAX_LINES = 8
GUTTER = 8  # cells before the code


def print_source(console: Console, lines: Sequence[tuple[int, str]]) -> None:
    """Print numbered lines; the end of one that is too long is left out."""
    rows = [(str(number), cut(printable(text), _width(console))) for number, text in lines]
    _print_rows(console, rows[:MAX_LINES])
    _print_more(console, len(lines))


def print_new_code(console: Console, code: str) -> None:
    """Print code to be taken over: what is too long goes on in a line without a mark."""
    lines = [printable(line) for line in code.splitlines()]
    rows = [
        ("" if k else "→", cut(piece, _width(console)))
        for pieces in wrap_code(lines, _width(console))[:MAX_LINES]
        for k, piece in enumerate(pieces)
    ]
    _print_rows(console, rows)
    _print_more(console, len(lines))


def _print_rows(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    """As one text, so that a string of several lines is colored as a string."""
    code = Text("\n".join(text for _, text in rows))
    if console.is_terminal and rows:
        code = Syntax("", "python", theme="ansi_dark").highlight(code.plain)
    for (mark, _), line in zip(rows, code.split("\n"), strict=False):
        line.rstrip()
        console.print(Text(f"{mark:>5} │ ", style="dim") + line)


def _print_more(console: Console, num_lines: int) -> None:
    if num_lines > MAX_LINES:
        more = count(num_lines - MAX_LINES, "more line")
        console.print(Text(f"{'…':>5} │ {more}", "dim"))


def _width(console: Console) -> int:
    return console.width - GUTTER
