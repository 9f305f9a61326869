"""A file's change as ``git apply`` and ``patch`` take it, to the byte."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from loopscope.fixing.fix_file import Fix
from loopscope.report.places import relative_path, repository_root

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified_diff(fix: Fix) -> bytes:
    """Return the diff, in the file's own encoding and with its own newlines.

    Its path is that below the file's git repository, as ``git diff`` has it: ``git apply`` takes
    it from any folder around the file. Without a repository it is that below the current folder.
    """
    name = _name(fix.path)
    old, new = _quoted(f"a/{name}"), _quoted(f"b/{name}")
    tab = b"\t" if " " in name else b""  # else patch(1) ends the name at the space
    before, after = _LINE.findall(fix.before), _LINE.findall(fix.after)
    _, _, *rows = difflib.diff_bytes(difflib.unified_diff, before, after)
    return b"".join(
        [
            b"diff --git %b %b\n" % (old, new),
            b"--- %b%b\n" % (old, tab),
            b"+++ %b%b\n" % (new, tab),
            *(row if row.endswith(b"\n") else row + _NO_NEWLINE for row in rows),
        ]
    )


def _name(path: Path) -> str:
    root = repository_root(path.parent)
    if not (root / ".git").exists():
        root = Path.cwd()
    return relative_path(str(path), root) or path.as_posix().lstrip("/")


def _quoted(name: str) -> bytes:
    """Quote what would end the name, as git does."""
    raw = os.fsencode(name)
    if not re.search(rb'[\x00-\x1f"\\\x7f]', raw):
        return raw
    escaped = (b"\\" + bytes([c]) if c in b'"\\' else _octal(c) for c in raw)
    return b'"%b"' % b"".join(escaped)


def _octal(byte: int) -> bytes:
    return bytes([byte]) if 0x20 <= byte != 0x7F else b"\\%03o" % byte
