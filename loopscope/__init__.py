"""Find the Python loops that make PyTorch code slow, and the op to use instead.

Lazy: nothing heavy is imported before it is used, so that ``loopscope --help`` and test
runners start at once.
"""

from __future__ import annotations

from loopscope.version import VERSION

TYPE_CHECKING = False  # as typing has it, whose import would take most of ours
if TYPE_CHECKING:
    from loopscope.api import profile, tensorboard_trace_handler
    from loopscope.config import Settings
    from loopscope.errors import LoopscopeError
    from loopscope.offline import analyze
    from loopscope.report.report import Report

__version__ = VERSION
__all__ = [
    "LoopscopeError",
    "Report",
    "Settings",
    "analyze",
    "profile",
    "tensorboard_trace_handler",
]

_HOMES = {
    "analyze": "loopscope.offline",
    "profile": "loopscope.api",
    "tensorboard_trace_handler": "loopscope.api",
    "Settings": "loopscope.config",
    "LoopscopeError": "loopscope.errors",
    "Report": "loopscope.report.report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'loopscope' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
