"""What serves when the best core cannot be had."""

import bdb
import itertools
import sys
import threading

import pytest
from clocked import compiled
from occupied import TracerInC, monitoring_taken, settrace_taken

from loopscope.capture.clock import LoopClock
from loopscope.capture.writer import BEGIN, CODE_SHIFT, EVENT_MASK
from loopscope.config import Settings

MAX_CALLS = 2_000_000
HAS_MONITORING = sys.version_info >= (3, 12)

LONG = """
def work():
    for x in iter(int, 1):
        if done():
            break
def around():
    while not done():
        work()
around()
"""


def entries_by_line(clock):
    sites, threads = clock.entries()
    return {
        sites[site].line: (entries.iterations[row], entries.end_ns[row] - entries.start_ns[row])
        for entries in threads
        for row, site in enumerate(entries.site)
        if sites[site].path.startswith("<clocked")
    }


def functions_seen(clock):
    """Names of the functions in whose loops the clock has seen an iteration."""
    return {
        clock.samples.watched[word >> CODE_SHIFT].code.co_name
        for writer in clock.samples.writers
        for word in writer.buffer[1::2]
        if word & EVENT_MASK == BEGIN
    }


def run_until_seen(clock, source=LONG):
    """Run loops that go on until they have been looked at, but not for ever."""
    calls = itertools.count()

    def done():
        return functions_seen(clock) >= {"around", "work"} or next(calls) > MAX_CALLS

    clock.start()
    exec(compiled(source), {"done": done})
    clock.stop()


def test_the_best_core_needs_no_reason():
    clock = LoopClock(Settings())
    clock.start()
    clock.stop()

    assert clock.clock.core == ("monitoring" if HAS_MONITORING else "settrace")
    assert clock.clock.reason == ""
    assert clock.notes() == ()


@pytest.mark.skipif(not HAS_MONITORING, reason="no sys.monitoring")
def test_without_a_tool_id_settrace_serves():
    clock = LoopClock(Settings())
    with monitoring_taken():
        clock.start()
        exec(compiled("for x in range(5):\n    x\n[x for x in range(4)]"))
        clock.stop()

    assert clock.clock.core == "settrace"
    assert "all six tool ids" in clock.clock.reason
    assert {line: n for line, (n, _) in entries_by_line(clock).items()} == {1: 5, 3: 4}


def test_with_both_taken_loops_are_sampled():
    clock = LoopClock(Settings())
    tracer = TracerInC()
    with monitoring_taken(), settrace_taken(tracer):
        run_until_seen(clock)
        assert sys.gettrace() is tracer

    assert clock.clock.core == "sampling"
    assert "sys.settrace belongs to occupied.TracerInC" in clock.clock.reason
    assert "estimate" in clock.notes()[0]
    found = entries_by_line(clock)
    assert set(found) == {2, 6}
    assert all(n == -1 and lasted > 0 for n, lasted in found.values())


def test_a_debugger_goes_on_to_step_while_loops_are_sampled():
    class Stepper(bdb.Bdb):
        def __init__(self):
            super().__init__(skip=["threading*", "loopscope*", "unittest*"])
            self.lines = set()

        def user_line(self, frame):
            if frame.f_code.co_filename.startswith("<clocked"):
                self.lines.add(frame.f_lineno)
            self.set_step()

    clock = LoopClock(Settings())
    debugger = Stepper()
    with monitoring_taken():
        debugger.runcall(run_until_seen, clock)

    assert clock.clock.core == "sampling"
    assert debugger.lines >= {1, 2, 3, 4, 5, 6, 7, 8}
    assert 2 in entries_by_line(clock)


def test_sampling_sees_every_thread():
    clock = LoopClock(Settings())
    source = LONG.replace("\naround()", "\nt = Thread(target=around)\nt.start()\nt.join()")
    with monitoring_taken(), settrace_taken(TracerInC()):
        run_until_seen(clock, f"from threading import Thread\n{source.lstrip()}")

    threads = {writer.native_id for writer in clock.samples.writers if writer.buffer}
    assert threads - {threading.get_native_id()}
    assert {3, 7} <= set(entries_by_line(clock))


def test_what_was_taken_is_free_again_after_the_window():
    before = sys.gettrace(), threading.gettrace(), threading.active_count()
    for _ in range(3):
        clock = LoopClock(Settings())
        clock.start()
        clock.stop()

    assert (sys.gettrace(), threading.gettrace(), threading.active_count()) == before
    if HAS_MONITORING:
        assert all(sys.monitoring.get_tool(k) != "loopscope" for k in range(6))
