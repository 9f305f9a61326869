"""What git has not seen yet."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color")
_CHANGES_ONLY = ("--unified=0", "--inter-hunk-context=0")
_TIMEOUT_S = 20


def uncommitted_lines(path: Path) -> tuple[range, ...]:
    """Return the lines of a file that differ from the last commit.

    Lines that were deleted are an empty range before which they stood. There are none where git,
    a repository or a commit is missing, or where git does not know the file: nothing then says
    what had been there.
    """
    git = ("git", "--literal-pathspecs", "-C", str(path.parent))
    try:
        done = subprocess.run(
            [*git, "diff", *_PLAIN, *_CHANGES_ONLY, "HEAD", "--", path.name],
            capture_output=True,
            check=True,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"},
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(_lines(*found.groups()) for found in _HUNK.finditer(done.stdout))


def _lines(start: bytes, count: bytes | None) -> range:
    first = int(start)
    if count == b"0":
        return range(first + 1, first + 1)
    return range(first, first + int(count or 1))
