"""Edits of whole lines, applied and shown."""

from __future__ import annotations

import difflib
import os
import textwrap
from collections.abc import Sequence

from loopscope.model.finding import Edit
from loopscope.source.loop import Loop


def apply_edits(lines: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """Return the lines, each with its ending, with every edit made."""
    changed = list(lines)
    for edit in sorted(edits, key=lambda e: e.start_line, reverse=True):
        changed[edit.start_line - 1 : edit.end_line] = edit.text.splitlines(keepends=True)
    return changed


def show_edits(loop: Loop, edits: Sequence[Edit]) -> tuple[str, str, str]:
    """Return the changed lines before and after, dedented, and a unified diff of the file."""
    lines = [f"{line}\n" for line in loop.lines]
    first = min(e.start_line for e in edits)
    last = max(e.end_line for e in edits)
    changed = apply_edits(lines, edits)
    grown = len(changed) - len(lines)
    before = textwrap.dedent("".join(lines[first - 1 : last]))
    after = textwrap.dedent("".join(changed[first - 1 : last + grown]))
    path = _shown_path(loop.path)
    diff = difflib.unified_diff(lines, changed, f"a/{path}", f"b/{path}")
    return before, after, "".join(diff)


def _shown_path(path: str) -> str:
    """The path from the current directory where it lies below it, as ``git apply`` wants it."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path.lstrip("/") if relative.startswith("..") else relative.replace(os.sep, "/")
