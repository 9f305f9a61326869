"""Which code is the user's own."""

from __future__ import annotations

import linecache
import sysconfig
from pathlib import Path

from loopscope.config import Settings

_LIBRARY = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)
_OURS = str(Path(__file__).resolve().parents[1])
_DEMO = str(Path(_OURS, "cli", "demo_script.py"))


def is_user_code(path: str, settings: Settings) -> bool:
    """Return whether loops in the file of this name are looked at.

    The standard library, installed packages and loopscope itself are not the user's; code
    without a file (``exec``, notebook cells) is when its source can be had.
    """
    if settings.exclude and path.startswith(settings.exclude):
        return False
    if settings.include and path.startswith(settings.include):
        return True
    if path.startswith("<"):
        return not path.startswith("<frozen") and bool(linecache.getlines(path))
    if path == _DEMO:
        return True
    installed = "site-packages" in path or "dist-packages" in path
    return not installed and not path.startswith((*_LIBRARY, _OURS))
