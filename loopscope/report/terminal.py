"""Text on a terminal, in a pipe or in a file, whatever its encoding."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from loopscope.report.fit import printable

WIDTH = 80
IN_ASCII = str.maketrans({"│": "|", "→": ">", "·": "-", "…": "~", "µ": "u", "×": "x"})


def print_on(file: TextIO | None, draw: Callable[[Console], None]) -> None:
    """Print what ``draw`` draws on stdout or ``file``, as a whole.

    Colors only on a terminal, and never under ``NO_COLOR``; 80 columns elsewhere. What the
    encoding lacks is replaced by what looks like it.
    """
    target = sys.stdout if file is None else file
    console = Console(file=target, highlight=False, force_jupyter=False)
    if not console.is_terminal:
        console.width = WIDTH
    with console.capture() as capture:
        draw(console)
    target.write(_encodable(capture.get(), target))
    target.flush()


def print_wrapped(console: Console, text: str, *, indent: int = 0, style: str = "") -> None:
    """Print a sentence; where it is too long, further lines begin where the first does."""
    for line in Text(printable(text)).wrap(console, console.width - indent):
        console.print(Text(" " * indent + line.plain.rstrip(), style))


def _encodable(text: str, file: TextIO) -> str:
    encoding = getattr(file, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(IN_ASCII).encode(encoding, "replace").decode(encoding)
    return text
