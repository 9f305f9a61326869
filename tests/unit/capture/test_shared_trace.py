"""A trace function that is there already keeps its events and has its place again."""

import bdb
import pdb
import sys
import threading

import pytest
from clocked import clocked, compiled
from occupied import TracerInC, settrace_taken

from loopscope.capture.samples import Samples
from loopscope.capture.settrace import SettraceCore
from loopscope.capture.shared_trace import is_shareable
from loopscope.config import Settings

SOURCE = """
def work(n):
    total = 0
    for x in range(n):
        total += x
        if x == 3:
            break
    try:
        [1 / (x - 1) for x in range(n)]
    except ZeroDivisionError:
        pass
    return sum(x for x in range(total))
work(6)
"""


class Tracer:
    """Notes the events of one file."""

    def __init__(self, path):
        self.path = path
        self.events = []

    def trace(self, frame, event, arg):
        if frame.f_code.co_filename != self.path:
            return None
        self.events.append((frame.f_code.co_name, event, frame.f_lineno))
        return self.trace


def alone(source, path):
    tracer = Tracer(path)
    code = compiled(source, path)
    with settrace_taken(tracer.trace):
        exec(code, {})
    return tracer.events


def test_both_see_what_they_see_alone():
    expected = alone(SOURCE, "<shared>")
    tracer = Tracer("<shared>")

    with settrace_taken(tracer.trace):
        seen = clocked(SettraceCore, SOURCE, path="<shared>")
        assert sys.gettrace() == tracer.trace

    assert tracer.events == expected
    assert seen.totals == clocked(SettraceCore, SOURCE).totals


def test_a_tracer_of_calls_alone_gets_calls_alone():
    calls = []

    def tracer(frame, event, arg):
        calls.append(event)

    with settrace_taken(tracer):
        seen = clocked(SettraceCore, SOURCE)

    assert set(calls) == {"call"}
    assert seen.totals[3] == (1, 4)


def test_lines_that_a_tracer_has_turned_off_are_ours_alone():
    class Quiet(Tracer):
        def trace(self, frame, event, arg):
            frame.f_trace_lines = False
            return super().trace(frame, event, arg)

    tracer = Quiet("<quiet>")
    with settrace_taken(tracer.trace):
        seen = clocked(SettraceCore, SOURCE, path="<quiet>")

    assert {event for _, event, _ in tracer.events} == {"call", "return", "exception"}
    assert seen.totals[3] == (1, 4)


def test_a_tracer_may_change_its_function_of_a_frame():
    lines = []

    def second(frame, event, arg):
        lines.append(frame.f_lineno)
        return second

    def first(frame, event, arg):
        return second if frame.f_code.co_name == "work" else None

    with settrace_taken(first):
        clocked(SettraceCore, SOURCE)

    assert lines[:3] == [2, 3, 4]


def test_threads_that_start_in_the_window_are_shared_as_well():
    source = "import threading\n" + SOURCE.replace(
        "work(6)", "t = threading.Thread(target=work, args=(6,))\nt.start()\nt.join()"
    )
    tracer = Tracer("<threads>")

    with settrace_taken(tracer.trace):
        seen = clocked(SettraceCore, source, path="<threads>")
        assert threading.gettrace() == tracer.trace

    assert seen.totals[5] == (1, 4)
    assert ("work", "return", 13) in tracer.events


def test_frames_that_were_running_have_their_function_again():
    tracer = Tracer("<running>")
    core = SettraceCore()

    def start():
        core.start(Samples(Settings()))

    source = (
        "def work():\n    start()\n    for x in range(3):\n        x\n    stop()\n    x\nwork()"
    )
    code = compiled(source, "<running>")
    with settrace_taken(tracer.trace):
        exec(code, {"start": start, "stop": core.stop})

    lines = [line for name, event, line in tracer.events if (name, event) == ("work", "line")]
    assert lines == [2, 3, 4, 3, 4, 3, 4, 3, 5, 6]


def test_a_tracer_that_begins_in_the_window_stays():
    def tracer(frame, event, arg):
        return None

    with settrace_taken(None):
        clocked(SettraceCore, "import sys\nsys.settrace(tracer)", tracer=tracer)
        assert sys.gettrace() is tracer


@pytest.mark.parametrize("debugger", [bdb.Bdb, pdb.Pdb])
def test_a_debugger_is_left_in_place(debugger):
    assert not is_shareable(debugger().trace_dispatch)


def test_what_is_not_plain_python_is_left_in_place():
    assert not is_shareable(TracerInC())
