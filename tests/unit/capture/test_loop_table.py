"""The loops of a code object, by its bytecode alone."""

import sys

import pytest

from loopscope.capture.entry_lines import makes_comprehension
from loopscope.capture.loop_table import may_loop, read_loop_table

SEPARATE_COMPREHENSIONS = sys.version_info < (3, 12)


def function(source):
    namespace = {}
    exec(compile(source, "<table>", "exec"), namespace)
    return namespace["f"].__code__


def loops(source):
    return [
        (loop.kind, loop.line, loop.end_line) for loop in read_loop_table(function(source)).loops
    ]


def test_kinds_and_lines():
    found = loops(
        "def f(a):\n"
        "    for x in a:\n        x\n        x\n"
        "    while a:\n        a\n"
        "    while True:\n        if a: break\n"
    )

    assert sorted(found, key=lambda loop: loop[1]) == [
        ("for", 2, 4),
        ("while", 5, 6),
        ("while", 7, 8),
    ]


def test_parents_come_before_those_inside():
    table = read_loop_table(
        function("def f(a):\n    for x in a:\n        for y in a:\n            while y: y\n")
    )

    assert [loop.parent for loop in table.loops] == [-1, 0, 1]
    assert table.chain(table.loops[2].header) == (0, 1, 2)


def test_columns_are_kept_where_the_interpreter_has_them():
    (loop,) = read_loop_table(function("def f(a):\n    for x in a:\n        x\n")).loops

    assert loop.column in ([-1] if sys.version_info < (3, 11) else [4, 13])


@pytest.mark.parametrize(
    "body",
    [
        "try:\n        a()\n    except ValueError:\n        a\n    return a",
        "with a:\n        a()\n    return a",
        "try:\n        return a()\n    finally:\n        a",
        "return a and a() or a[0]",
        "for x in a:\n        return x",
    ],
)
def test_what_jumps_backward_without_a_loop_is_none(body):
    assert loops(f"def f(a):\n    {body}\n") == []


def test_await_and_yield_from_are_no_loops():
    assert loops("async def f(a):\n    async with a:\n        return await a\n") == []
    assert loops("def f(a):\n    return (yield from a)\n") == []


def test_an_except_block_belongs_to_its_loop():
    table = read_loop_table(
        function(
            "def f(a):\n    for x in a:\n        try:\n            a()\n"
            "        except ValueError:\n            continue\n    a\n"
        )
    )

    (loop,) = table.loops
    inside = {table.flow.lines[offset] for offset in loop.body} - {0}
    assert inside == {2, 3, 4, 5, 6}


def test_a_long_body_with_extended_arguments_is_a_for_loop():
    body = "\n".join(f"        a[{n}] = x + {n}" for n in range(300))

    assert loops(f"def f(a):\n    for x in a:\n{body}\n") == [("for", 2, 302)]


def test_a_while_with_continue_is_one_loop():
    assert loops(
        "def f(a):\n    while a and a:\n        if a:\n            continue\n        a()\n"
    ) == [("while", 2, 5)]


def test_two_while_loops_that_nest_are_two():
    source = "def f(a):\n    while True:\n        while a():\n            a\n        a\n"

    assert sorted(loops(source), key=lambda loop: loop[1]) == [("while", 2, 5), ("while", 3, 4)]


def test_comprehensions():
    code = function("def f(a):\n    return [x for x in a]\n")

    assert makes_comprehension(code) == SEPARATE_COMPREHENSIONS
    assert may_loop(code) or SEPARATE_COMPREHENSIONS
    assert len(read_loop_table(code).loops) == (0 if SEPARATE_COMPREHENSIONS else 1)


def test_code_without_a_loop_is_told_quickly():
    assert not may_loop(function("def f(a):\n    return a\n"))
