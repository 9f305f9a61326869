"""Where a source file lies, for reports that are read in another place than they were made."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def repository_root(start: Path | None = None) -> Path:
    """Return the nearest directory around ``start`` that holds ``.git``; else ``start`` itself."""
    here = (start or Path.cwd()).resolve()
    for directory in (here, *here.parents):
        if (directory / ".git").exists():
            return directory
    return here


def relative_path(path: str, root: Path) -> str | None:
    """Return the path below ``root`` with ``/``; ``None`` for what is no file below it."""
    if path.startswith("<"):  # <string>, <ipython-input-1>
        return None
    try:
        return (root / path).resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return None


def nearby(path: str) -> str:
    """Return the path from the current directory where it lies below it; else the path."""
    try:
        short = os.path.relpath(path)
    except (ValueError, OSError):  # another drive, or no current directory
        return path
    return path if short.startswith("..") or path.startswith("<") else short


def to_uri(path: str, root: Path) -> tuple[str, bool]:
    """Return the path's URI, and whether it is relative to ``root``."""
    relative = relative_path(path, root)
    if relative is not None:
        return quote(relative), True
    if path.startswith("<"):
        return quote(path), False
    return (root / path).resolve().as_uri(), False
