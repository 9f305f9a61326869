"""Windows that begin and end inside of loops, threads, and the bound on samples."""

import sys
import threading
from collections import Counter

import pytest
from clocked import CORES, Entry, Seen, clocked, compiled

from loopscope.capture.replay import replay
from loopscope.capture.samples import Samples
from loopscope.config import Settings

pytestmark = pytest.mark.parametrize("core", CORES)


class Window:
    """A window that the program itself begins and ends."""

    def __init__(self, core):
        self.core = core()
        self.samples = Samples(Settings())

    def run(self, source):
        code = compiled(source)
        self.path = code.co_filename
        exec(code, {"start": self.start, "stop": self.stop})
        return self.seen

    def start(self):
        self.core.start(self.samples)

    def stop(self):
        self.core.stop()
        for writer in self.samples.writers:
            writer.flush()
        end_ns = 1 << 62
        self.seen = Seen(*replay(self.samples, end_ns), self.samples, (self.path,))
        self.seen.check_nesting()


def test_loops_around_the_window_are_entries_as_well(core):
    seen = Window(core).run(
        """
        for step in range(9):
            for x in range(2):
                if (step, x) == (1, 0):
                    start()
                for y in range(4):
                    y
            if step == 3:
                stop()
                break
        """
    )

    # Of step 1 both x, of which the first began before; then steps 2 and 3.
    assert [e for e in seen.entries if e.line == 1] == [Entry(1, 3)]
    assert [e for e in seen.entries if e.line == 2] == [Entry(2, 2, 1)] * 3
    assert seen.totals[5] == (6, 24)
    assert {e.inside for e in seen.entries if e.line == 5} == {2}


def test_a_window_that_begins_in_a_function_sees_the_loops_of_its_callers(core):
    seen = Window(core).run(
        """
        def step(k):
            if k == 2:
                start()
            if k == 4:
                stop()
        def epoch():
            for k in range(9):
                step(k)
        for e in range(1):
            epoch()
        """
    )

    assert seen.entries == [Entry(9, 1), Entry(7, 3, 9)]


def test_loops_that_are_running_at_the_end_end_with_the_window(core):
    seen = Window(core).run(
        """
        start()
        for x in range(9):
            if x == 3:
                stop()
        """
    )

    assert seen.entries == [Entry(2, 4)]
    assert [int(end) for thread in seen.threads for end in thread.end_ns][-1] == 1 << 62


def test_a_second_window_begins_anew(core):
    source = "for x in range(3):\n    x\n[x for x in range(4)]\n"

    first, second = clocked(core, source), clocked(core, source)

    assert first.entries == second.entries


def test_one_function_is_seen_in_every_window(core):
    code = compiled("def work(n):\n    for x in range(n):\n        x\n")
    names = {}
    exec(code, names)

    for n in (3, 4, 5):
        assert clocked(core, "work(n)", work=names["work"], n=n).sites[-1].line == 2


@pytest.fixture
def hasty():
    """Threads take turns as often as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_each_thread_has_entries_of_its_own(core):
    seen = clocked(
        core,
        """
        import threading
        def work(n):
            for x in range(n):
                for y in range(2):
                    y
            while n > 0:
                n -= 1
        barrier = threading.Barrier(4)
        def begin(n):
            barrier.wait()
            work(n)
        threads = [threading.Thread(target=begin, args=(2_000 + n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
    )

    found = [Counter(entries.iterations.tolist()) for entries in seen.threads]
    assert all(Counter({2: n, n: 2}) in found for n in range(2_000, 2_004))


@pytest.mark.usefixtures("hasty")
def test_a_loop_in_two_threads_at_once_is_counted_in_each(core):
    seen = clocked(
        core,
        """
        import threading
        def work(n):
            for x in range(n):
                x
        threads = [threading.Thread(target=work, args=(n,)) for n in (200_000, 300_000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
    )

    assert sorted(e.iterations for e in seen.entries if e.line == 3) == [200_000, 300_000]


def test_a_thread_that_was_running(core):
    if core.__name__ == "SettraceCore":
        pytest.skip("sys.settrace reaches threads that start in the window alone")
    ready, go = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=lambda: exec(
            compiled(
                """
                ready.set()
                go.wait()
                for x in range(5):
                    x
                """,
                "<was running>",
            ),
            {"ready": ready, "go": go},
        )
    )
    thread.start()
    assert ready.wait(10)

    seen = clocked(core, "go.set()\nthread.join()\n", go=go, thread=thread)

    (site,) = [s for s in seen.sites if s.path == "<was running>"]
    assert site.line == 3


def test_past_the_bound_nothing_more_is_kept(core):
    source = """
    def work():
        for x in range(3):
            for y in range(2):
                y
    for k in range(100):
        work()
    """
    seen = clocked(core, source, settings=Settings(max_samples=50))

    assert any(writer.full for writer in seen.samples.writers)
    assert all(len(writer.buffer) <= 2 * 50 + 2 for writer in seen.samples.writers)
    assert seen.totals[3][0] < 300


def test_iterations_of_an_innermost_loop_take_no_memory(core):
    short, long = (
        clocked(core, f"for x in range({n}):\n    x\n    x + 1\n") for n in (1_000, 100_000)
    )

    assert long.entries == [Entry(1, 100_000)]
    assert _samples(long) == _samples(short)


def _samples(seen):
    return sum(len(writer.buffer) for writer in seen.samples.writers)


def test_the_interpreter_is_left_as_it_was_found(core):
    clocked(core, "for x in range(3):\n    x\n")

    assert sys.gettrace() is None
    assert threading.gettrace() is None
