"""Entries end when a loop is left, however it is left, and count the iterations begun."""

import sys
import time

import pytest
from clocked import CORES, Entry, clocked

from loopscope.capture.settrace import SettraceCore

pytestmark = pytest.mark.parametrize("core", CORES)


def test_break_and_continue(core):
    seen = clocked(
        core,
        """
        for x in range(9):
            if x % 2:
                continue
            if x == 6:
                break
            x
        """,
    )

    assert seen.entries == [Entry(1, 7)]


def test_for_else(core):
    seen = clocked(
        core,
        """
        for limit in (3, 9):
            for x in range(5):
                if x == limit:
                    break
            else:
                for y in range(2):
                    y
        """,
    )

    assert seen.totals == {1: (1, 2), 2: (2, 9), 6: (1, 2)}
    assert Entry(6, 2, 1) in seen.entries


def test_return_from_inner_loops(core):
    seen = clocked(
        core,
        """
        def find(n):
            for a in range(9):
                for b in range(9):
                    if a * b == n:
                        return a
        find(6)
        find(0)
        """,
    )

    first = [Entry(2, 2), Entry(3, 9, 2), Entry(3, 7, 2)]
    second = [Entry(2, 1), Entry(3, 1, 2)]
    assert seen.entries == first + second


def test_try_except_else_finally_in_a_loop(core):
    seen = clocked(
        core,
        """
        for x in range(6):
            try:
                1 / (x % 2)
            except ZeroDivisionError:
                for y in range(2):
                    y
                continue
            else:
                x
            finally:
                for z in range(1):
                    z
        """,
    )

    assert seen.totals == {1: (1, 6), 5: (3, 6), 11: (6, 6)}
    assert {entry.inside for entry in seen.entries} == {None, 1}


def test_try_and_except_without_a_loop_are_none(core):
    seen = clocked(
        core,
        """
        def work():
            try:
                int("x")
            except ValueError:
                pass
            return 1
        work()
        """,
    )

    assert not [watched for watched in seen.samples.watched if watched.code.co_name == "work"]


@pytest.mark.parametrize("body", ["\n        1 / (3 - x)\n", " 1 / (3 - x)\n"])
def test_an_exception_ends_the_loop_and_counts_its_iteration(core, body):
    seen = clocked(
        core,
        f"def work():\n    for x in range(9):{body}"
        "try:\n    work()\nexcept ZeroDivisionError:\n    pass\n"
        "for x in range(2):\n    x\n",
    )

    assert [entry.iterations for entry in seen.entries] == [4, 2]
    assert {entry.inside for entry in seen.entries} == {None}


def test_an_exception_in_a_comprehension_that_its_function_handles(core):
    seen = clocked(
        core,
        """
        def work():
            try:
                return [1 / (3 - x) for x in range(9)]
            except ZeroDivisionError:
                for x in range(2):
                    x
        work()
        """,
    )

    assert seen.totals == {3: (1, 4), 5: (1, 2)}
    assert {entry.inside for entry in seen.entries} == {None}


def test_an_iterator_that_raises_begins_no_iteration(core):
    seen = clocked(
        core,
        """
        class Numbers:
            def __init__(self):
                self.left = 3
            def __iter__(self):
                return self
            def __next__(self):
                self.left -= 1
                return 1 / (self.left + 1) and self.left
        def work():
            for x in Numbers():
                x
        try:
            work()
        except ZeroDivisionError:
            pass
        """,
    )

    assert seen.entries == [Entry(10, 3)]


def test_with_blocks_that_swallow(core):
    seen = clocked(
        core,
        """
        import contextlib
        for a in range(2):
            with contextlib.suppress(ValueError):
                for b in range(5):
                    with contextlib.suppress(KeyError):
                        if b == 1: raise KeyError
                        if b == 3: raise ValueError
            for c in range(2):
                c
        """,
    )

    assert seen.entries == [Entry(2, 2), *[Entry(4, 4, 2), Entry(8, 2, 2)] * 2]


def test_a_generator_counts_its_iterations_in_one_entry(core):
    seen = clocked(
        core,
        """
        def numbers(n):
            for x in range(n):
                yield x
        for x in numbers(4):
            x
        list(numbers(3))
        """,
    )

    assert seen.totals == {2: (2, 7), 4: (1, 4)}


def test_generators_that_interleave_keep_their_counts(core):
    seen = clocked(
        core,
        """
        def numbers(n):
            for x in range(n):
                yield x
        a, b = numbers(5), numbers(9)
        for x, y in zip(a, b):
            x
        """,
    )

    counts = [entry.iterations for entry in seen.entries if entry.line == 2 and entry.iterations]
    assert counts == [5, 5]
    assert seen.totals[5] == (1, 5)


def test_a_generator_that_is_closed_thrown_into_and_delegated_to(core):
    seen = clocked(
        core,
        """
        def numbers(n):
            for x in range(n):
                try:
                    yield x
                except KeyError:
                    yield -1
        def delegate(n):
            yield from numbers(n)
        g = numbers(9)
        next(g), next(g)
        g.throw(KeyError)
        g.close()
        list(delegate(3))
        """,
    )

    assert seen.totals == {2: (2, 5)}


def test_generator_expressions_that_feed_each_other(core):
    seen = clocked(core, "a = (x for x in range(5))\nb = (y for y in a)\nsum(b)\n")

    assert seen.totals == {1: (1, 5), 2: (1, 5)}


def test_a_generator_that_goes_on_in_another_thread(core):
    seen = clocked(
        core,
        """
        import threading
        def numbers(n):
            for x in range(n):
                yield x
        g = numbers(6)
        next(g)
        thread = threading.Thread(target=lambda: next(g))
        thread.start()
        thread.join()
        list(g)
        """,
    )

    assert sum(entry.iterations for entry in seen.entries) == 6


def test_a_comprehension_ends_before_the_rest_of_its_line(core):
    if core is SettraceCore and sys.version_info >= (3, 12):
        pytest.skip("only a core that sees branches sees where an inlined comprehension ends")
    marks = []
    seen = clocked(
        core,
        "y = [x for x in range(3)], mark(), [x for x in range(3)], mark()\n",
        mark=lambda: marks.append(time.time_ns()),
    )

    thread = seen.threads[-1]
    first, second = list(zip(thread.start_ns, thread.end_ns, strict=True))[-2:]
    assert first[1] <= marks[0] <= second[0]
    assert second[1] <= marks[1]
