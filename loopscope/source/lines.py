"""Lines as Python numbers them."""

from __future__ import annotations

import re

_NEWLINE = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Return the lines without their endings; a form feed or other separator ends none."""
    lines = _NEWLINE.split(text)
    return lines if lines[-1] else lines[:-1]
