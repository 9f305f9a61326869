"""Text that fits a number of terminal cells; wide characters take two."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int) -> str:
    """Drop the end of a line that is too long."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def shorten_path(path: str, width: int) -> str:
    """Drop folders from the middle of a path that is too long, its file last of all."""
    if cell_len(path) <= width:
        return path
    parts = path.replace("\\", "/").split("/")
    first = "/".join(parts[:2] if not parts[0] else parts[:1])
    for k in range(1, len(parts)):
        short = f"{first}/…/{'/'.join(parts[k:])}"
        if cell_len(short) <= width:
            return short
    start = set_cell_size(parts[-1], (width - 1) // 2).rstrip()
    end = parts[-1]
    while cell_len(end) > width - 1 - cell_len(start):
        end = end[1:]
    return f"{start}…{end}"


def printable(text: str) -> str:
    """Replace what would move the cursor: a file's name may hold anything."""
    return "".join(c if c.isprintable() else "�" for c in text.expandtabs(4))
