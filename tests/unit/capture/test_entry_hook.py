import time

import pytest
from clocked import CORES, clocked, compiled

from loopscope.capture.replay import replay
from loopscope.capture.samples import Samples
from loopscope.config import Settings

pytestmark = pytest.mark.parametrize("core", CORES)


def hooked(core, source, **names):
    """Return the function, the line and the locals of each call of the hook."""
    calls = []

    def hook(frame, line):
        calls.append((frame.f_code.co_name, line, dict(frame.f_locals)))

    seen = clocked(core, source, entry_hook=hook, **names)
    assert seen.samples.hook_errors == 0
    return calls


def places(calls):
    return [(function, line) for function, line, _ in calls]


def test_it_is_called_before_the_iterable_is_evaluated(core):
    calls = hooked(
        core,
        """
        def work(n):
            seen = []
            for x in numbers(n, seen):
                seen.append(x)
        def numbers(n, seen):
            seen.append("evaluated")
            return range(n)
        work(3)
        """,
    )

    ((function, line, before),) = calls
    assert (function, line) == ("work", 3)
    assert before == {"n": 3, "seen": ["evaluated", 0, 1, 2]}  # the list went on to change


def test_it_is_called_twice_for_a_line(core):
    calls = hooked(
        core,
        """
        def work(n):
            for x in range(n):
                x + 1
        for n in range(5):
            work(n)
        """,
    )

    assert places(calls) == [("<module>", 4), ("work", 2), ("work", 2)]
    assert [before.get("n") for _, _, before in calls[1:]] == [0, 1]


def test_it_sees_a_loop_as_often_as_it_is_entered_not_as_it_iterates(core):
    calls = hooked(
        core,
        """
        def work(n):
            while True:
                n -= 1
                if n < 0:
                    break
            while n < 3:
                n += 1
        work(20)
        """,
    )

    assert places(calls) == [("work", 2), ("work", 6)]
    assert [before["n"] for _, _, before in calls] == [20, -1]


def test_inner_loops_are_entered_too(core):
    calls = hooked(
        core,
        """
        def work():
            for x in range(3):
                for y in range(3):
                    x + y
                [y for y in range(3)]
        work()
        """,
    )

    assert sorted(places(calls)) == [("work", 2)] + 2 * [("work", 3)] + 2 * [("work", 5)]


def test_comprehensions_and_generator_expressions_are_entered_from_the_function(core):
    calls = hooked(
        core,
        """
        def work(n):
            [x for x in range(n)]
            {x for x in range(n)}
            {x: x for x in range(n)}
            return sum(
                x for x in range(n))
        work(1)
        work(2)
        work(3)
        """,
    )

    lines = (2, 3, 4, 5)
    assert places(calls) == [("work", line) for line in lines * 2]
    assert [before["n"] for _, _, before in calls] == [1] * 4 + [2] * 4


def test_each_line_has_calls_of_its_own(core):
    calls = hooked(
        core,
        """
        def work(first):
            if first:
                for x in range(2): x
            else:
                for x in range(2):
                    x
        for first in (True, True, True, False):
            work(first)
        """,
    )

    assert places(calls) == [("<module>", 7), ("work", 3), ("work", 3), ("work", 5)]


def test_what_it_raises_is_counted_and_not_seen(core):
    def hook(frame, line):
        raise ValueError

    seen = clocked(core, "for x in range(3):\n    x\n[x for x in range(3)]", entry_hook=hook)

    assert seen.samples.hook_errors == 2
    assert seen.totals == {1: (1, 3), 3: (1, 3)}


def test_its_own_time_is_not_in_the_entry(core):
    ends = []

    def hook(frame, line):
        start = time.time_ns()
        while time.time_ns() - start < 1_000_000:
            pass
        ends.append(time.time_ns())

    seen = clocked(
        core,
        """
        for x in range(3):
            x
        for x in range(3): x
        k = 3
        while k:
            k -= 1
        [x for x in range(3)]
        """,
        entry_hook=hook,
    )

    starts = [int(start) for thread in seen.threads for start in thread.start_ns][-4:]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))


def test_a_frame_that_was_running_gets_it_for_loops_it_enters_later(core):
    code = compiled(
        """
        for x in range(2):
            start()
            break
        for x in range(3):
            x
        stop()
        """
    )
    lines = []
    samples = Samples(Settings(), entry_hook=lambda frame, line: lines.append(line))
    running = core()

    exec(code, {"start": lambda: running.start(samples), "stop": running.stop})

    assert lines == [4]
    assert [int(n) for thread in replay(samples, time.time_ns())[1] for n in thread.iterations]


def test_without_a_hook_functions_without_loops_are_not_watched(core):
    seen = clocked(core, "def f(x):\n    return sum(v for v in x)\nf([1])")

    assert [
        w.code.co_name for w in seen.samples.watched if w.code.co_filename == seen.paths[0]
    ] == ["<genexpr>"]
