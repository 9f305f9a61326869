"""Any Kineto trace, as columns."""

from loopscope.trace.read import read_trace

__all__ = ["read_trace"]
