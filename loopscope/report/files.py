"""Files that reports are written to."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from loopscope.errors import LoopscopeError


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file whose name appears, or whose content changes, when it is whole.

    Text is written as UTF-8. A file that is there keeps its permissions.

    Raises:
        LoopscopeError: The path cannot be written.
    """
    target = Path(path).resolve()
    try:
        if _is_device(target):
            _write(target, content)
            return
        partial = target.with_name(f".{target.name}.partial")
        try:
            _write(partial, content)
            if target.exists():
                shutil.copymode(target, partial)
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from None


def check_writable(path: str | os.PathLike[str]) -> None:
    """Find out before hours of work that their report could not be written.

    Raises:
        LoopscopeError: ``write_whole`` would not be able to write the path.
    """
    target = Path(path).resolve()
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not _is_device(target):
            with tempfile.TemporaryFile(dir=target.parent):
                pass
    except OSError as error:
        raise _cannot_write(path, error) from None


def _write(path: Path, content: str | bytes) -> None:
    match content:
        case bytes():
            path.write_bytes(content)
        case str():
            path.write_text(content, encoding="utf-8")


def _is_device(path: Path) -> bool:
    """Whether it is a pipe or ``/dev/null``: those are written to, never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _cannot_write(path: str | os.PathLike[str], error: OSError) -> LoopscopeError:
    return LoopscopeError(
        f"Cannot write {os.fspath(path)}: {error.strerror}. Choose another path.",
        slug="cannot-write",
    )
