"""Whether two edits can both be made."""

from __future__ import annotations

from loopscope.model.finding import Edit


def share_lines(a: Edit, b: Edit) -> bool:
    """Return whether two edits replace a line both, or put text in at one place."""
    if a.start_line > a.end_line and b.start_line > b.end_line:
        return a.start_line == b.start_line
    return a.start_line <= b.end_line and b.start_line <= a.end_line
