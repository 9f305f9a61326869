"""Takes what a clock core needs, as debuggers and coverage tools do."""

import contextlib
import sys
import threading


class TracerInC:
    """Stands for a trace function in C: it can be called, but is no Python function."""

    def __init__(self):
        self.calls = 0

    def __call__(self, frame, event, arg):
        self.calls += 1


@contextlib.contextmanager
def settrace_taken(trace):
    """Run the block under a trace function that is not ours."""
    before, before_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(trace)
    threading.settrace(trace)
    try:
        yield trace
    finally:
        sys.settrace(before)
        threading.settrace(before_threads)


@contextlib.contextmanager
def monitoring_taken():
    """Run the block with all tool ids of ``sys.monitoring`` taken, where there is such a thing."""
    monitoring = getattr(sys, "monitoring", None)
    free = [k for k in range(6) if monitoring.get_tool(k) is None] if monitoring else []
    for k in free:
        monitoring.use_tool_id(k, "not ours")
    try:
        yield
    finally:
        for k in free:
            monitoring.free_tool_id(k)
