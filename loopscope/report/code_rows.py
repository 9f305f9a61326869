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
MAX_NEW_LINES = 16
GUTTER = 8  # cells before the code


def print_source(console: Console, lines: Sequence[tuple[int, str]]) -> None:
    """Print numbered lines; the end of one that is too long is left out."""
    rows = [(str(number), cut(printable(text), _width(console))) for number, text in lines]
    shown = _shown(len(rows), MAX_LINES)
    _print_rows(console, rows[:shown])
    _print_more(console, len(rows) - shown)


def print_new_code(console: Console, code: str) -> None:
    """Print code to be taken over: what is too long goes on in a line without a mark."""
    lines = [printable(line) for line in code.splitlines()]
    shown = _shown(len(lines), MAX_NEW_LINES)
    rows = [
        ("" if k else "→", cut(piece, _width(console)))
        for pieces in wrap_code(lines, _width(console))[:shown]
        for k, piece in enumerate(pieces)
    ]
    _print_rows(console, rows)
    _print_more(console, len(lines) - shown)


def _shown(lines: int, most: int) -> int:
    """How many of the lines to print: to say that one more is left out takes a line as well."""
    return lines if lines <= most + 1 else most


def _print_rows(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    """As one text, so that a string of several lines is colored as a string."""
    code = Text("\n".join(text for _, text in rows))
    if console.is_terminal and rows:
        code = Syntax("", "python", theme="ansi_dark").highlight(code.plain)
    for (mark, _), line in zip(rows, code.split("\n"), strict=False):
        line.rstrip()
        console.print(Text(f"{mark:>5} │ ", style="dim") + line)


def _print_more(console: Console, left_out: int) -> None:
    if left_out:
        console.print(Text(f"{'…':>5} │ {count(left_out, 'more line')}", "dim"))


def _width(console: Console) -> int:
    return console.width - GUTTER
