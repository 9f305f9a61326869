"""The first iterations of each loop are timed line by line."""

import threading
import time

import pytest
from clocked import CORES, Entry, clocked

from loopscope.capture.line_timer import TIMED_ITERATIONS

pytestmark = pytest.mark.parametrize("core", CORES)


def laps(seen, loop_line):
    """Lines of each timed iteration of a loop, in the order in which they ran."""
    found = {}
    for thread in seen.threads:
        lines = thread.lines
        for k in sorted(range(len(lines.line)), key=lambda k: lines.start_ns[k]):
            if seen.sites[lines.site[k]].line == loop_line:
                key = thread.thread_id, int(lines.lap[k])
                found.setdefault(key, []).append(int(lines.line[k]))
    return [[n for n in ran if n != loop_line] for ran in found.values()]


def test_each_line_of_an_iteration_in_order(core):
    seen = clocked(core, "for x in range(5):\n    x + 1\n    x + 2\n    x + 3\n")

    assert laps(seen, 1) == [[2, 3, 4]] * 5


def spans(seen, line):
    """When a line began and ended, each time."""
    return [
        (int(start), int(end))
        for thread in seen.threads
        for n, start, end in zip(
            thread.lines.line, thread.lines.start_ns, thread.lines.end_ns, strict=True
        )
        if n == line
    ]


def test_a_line_takes_what_it_calls(core):
    source = """
    def work():
        for k in range(2):
            k + 1
            k + 2
    for x in range(3):
        x + 1
        work()
    """
    seen = clocked(core, source)

    calls, inner = spans(seen, 7), spans(seen, 3)
    assert (len(calls), len(inner)) == (3, 6)
    for k, (start, end) in enumerate(inner):
        assert calls[k // 2][0] <= start <= end <= calls[k // 2][1]


def test_branches_are_timed_where_they_run(core):
    seen = clocked(
        core,
        """
        for x in range(4):
            if x % 2:
                x + 1
            else:
                x + 2
            x + 3
        """,
    )

    assert laps(seen, 1) == [[2, 5, 6], [2, 3, 6]] * 2


def test_a_while_loop(core):
    seen = clocked(core, "k = 0\nwhile k < 3:\n    k += 1\n    k\n")

    assert laps(seen, 2) == [[3, 4]] * 3


def test_an_inner_loop_has_lines_of_its_own(core):
    seen = clocked(
        core,
        """
        for x in range(3):
            a = x
            for y in range(2):
                b = y
                c = y
            d = x
        """,
    )

    assert laps(seen, 3) == [[4, 5]] * 6
    assert [sorted(set(lap) - {3}) for lap in laps(seen, 1)] == [[2, 6]] * 3


def test_a_loop_that_has_gone_round_often_enough_is_silent_and_still_counted(core):
    times = 3 * TIMED_ITERATIONS
    source = (
        f"for x in range({times}):\n    x\n    for y in range({times}):\n        y\n        y\n"
    )
    seen = clocked(core, source)

    assert [len(laps(seen, line)) for line in (1, 3)] == [TIMED_ITERATIONS] * 2
    assert laps(seen, 3) == [[4, 5]] * TIMED_ITERATIONS
    assert all(set(lap) <= {2, 3} for lap in laps(seen, 1))
    assert seen.totals == {1: (1, times), 3: (times, times * times)}


def test_a_loop_left_by_an_exception_or_a_break_keeps_its_lines(core):
    seen = clocked(
        core,
        """
        for x in range(9):
            x + 1
            if x == 2:
                break
        try:
            for x in range(9):
                1 / (2 - x)
                x
        except ZeroDivisionError:
            pass
        """,
    )

    assert laps(seen, 1)[:2] == [[2, 3]] * 2
    assert laps(seen, 6) == [[7, 8], [7, 8], [7]]
    assert seen.entries == [Entry(1, 3), Entry(6, 3)]


def test_a_generator_is_not_charged_for_who_takes_its_values(core):
    seen = clocked(
        core,
        """
        def numbers():
            for k in range(3):
                k + 1
                yield k
        for x in numbers():
            taken.append(time_ns())
        """,
        taken=(taken := []),
        time_ns=time.time_ns,
    )

    waits = spans(seen, 4)
    assert len(waits) == len(taken) == 3
    assert not any(start <= now <= end for start, end in waits for now in taken)


def test_threads_are_timed_each_for_itself(core):
    source = """
    def work():
        for x in range(5):
            x + 1
            x + 2
    threads = [Thread(target=work) for _ in range(3)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    """
    seen = clocked(core, source, Thread=threading.Thread)

    assert laps(seen, 2) == [[3, 4]] * 15
