import json

import numpy as np
import pytest

from loopscope.hotspots.line_costs import LineCosts
from loopscope.model.recording import (
    Clock,
    Environment,
    LineTimes,
    LoopEntries,
    LoopSite,
    Recording,
    Window,
)
from loopscope.trace.read import read_trace

BASE = 1_700_000_000_000_000_000
OUTER = LoopSite("a.py", "f", 1, 2, 4, 9, 0, -1, "for")
INNER = LoopSite("a.py", "f", 1, 4, 8, 6, 1, 0, "for")


def costs(tmp_path, lines, *, iterations=(10, 0), ops=(), overhead=0.0, site=OUTER):
    """Cost in thousandths by line, of rows ``site, line, lap, start, end``."""
    path = tmp_path / "t.json"
    events = [
        {"ph": "X", "cat": "cpu_op", "name": "aten::add", "pid": 7, "tid": 7, "ts": at / 1e3,
         "dur": 0.1, "args": {}}
        for at in ops
    ]  # fmt: skip
    path.write_text(json.dumps({"baseTimeNanoseconds": BASE, "traceEvents": events}))
    rows = np.array(lines, np.int64).reshape(-1, 5)
    times = LineTimes(
        *(rows[:, k].astype(np.int32) for k in range(3)), BASE + rows[:, 3], BASE + rows[:, 4]
    )
    nothing = np.array([BASE, BASE])
    entries = LoopEntries(
        7, np.array([0, 1], np.int32), nothing, nothing, np.array(iterations),
        np.array([-1, 0], np.int32), times,
    )  # fmt: skip
    recording = Recording(
        path, Window(0, 0, BASE, BASE + 10**9), Clock("settrace"), (OUTER, INNER), (entries,), {},
        Environment("", "", "", "cpu", 1), overhead,
    )  # fmt: skip
    return LineCosts(read_trace(path), recording).of(site, 1000)


def test_lines_share_the_cost_by_their_time(tmp_path):
    found = costs(tmp_path, [(0, 2, 0, 0, 10), (0, 3, 0, 10, 320), (0, 4, 0, 320, 1030)])

    assert found == {2: 0, 3: 300, 4: 700}  # the shortest is the clock's own time


def test_a_few_iterations_stand_for_all_of_their_loop(tmp_path):
    outer = [(0, 2, 0, 0, 1), (0, 3, 0, 1, 1002)]
    inner = [(1, 5, k, 10, 1011) for k in (1, 2)]

    found = costs(tmp_path, [*outer, *inner], iterations=(10, 90))

    assert found == {2: 0, 3: 100, 5: 900}


def test_a_loop_inside_is_charged_for_itself_alone(tmp_path):
    lines = [(0, 3, 0, 0, 1001), (1, 4, 1, 0, 1), (1, 5, 1, 1, 1002)]

    assert costs(tmp_path, lines, iterations=(10, 90), site=INNER) == {4: 0, 5: 1000}


def test_what_the_profiler_took_for_ops_is_taken_off(tmp_path):
    lines = [(0, 2, 0, 0, 1), (0, 3, 0, 1, 2002), (0, 4, 0, 2002, 3003)]

    found = costs(tmp_path, lines, ops=range(10, 1010, 100), overhead=100.0)

    assert found == {2: 0, 3: 500, 4: 500}


def test_an_interruption_is_not_taken_for_the_line(tmp_path):
    usual = [(0, 3, k, 0, 1001) for k in range(99)]
    lines = [(0, 2, 0, 0, 1), *usual, (0, 3, 99, 0, 10_000_001), (0, 4, 0, 0, 107_001)]

    assert costs(tmp_path, lines) == {2: 0, 3: 500, 4: 500}


@pytest.mark.parametrize("lines", [[], [(0, 2, 0, 5, 5)]])
def test_without_timed_lines_nothing_is_said(tmp_path, lines):
    assert costs(tmp_path, lines) == {}
