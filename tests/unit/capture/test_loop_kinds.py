"""Every way to write a loop, with its line and its exact number of entries and iterations."""

import pytest
from clocked import CORES, Entry, clocked

pytestmark = pytest.mark.parametrize("core", CORES)


def test_a_for_loop(core):
    seen = clocked(core, "for x in range(5):\n    x + 1\n    x + 2\n")

    assert seen.entries == [Entry(1, 5)]
    assert seen.sites[-1].kind == "for"


def test_a_loop_that_never_iterates_has_no_entry(core):
    seen = clocked(core, "for x in ():\n    x\nwhile None:\n    pass\n[x for x in ()]\n")

    assert seen.entries == []


def test_a_body_of_one_line(core):
    assert clocked(core, "for x in range(5): x + 1\n").entries == [Entry(1, 5)]


def test_a_body_of_one_expression_over_several_lines(core):
    seen = clocked(core, "for x in range(5): max(\n    x,\n    2,\n)\n")

    assert seen.entries == [Entry(1, 5)]


def test_an_iterable_over_several_lines(core):
    seen = clocked(core, "for x in zip(\n    range(3),\n    range(5),\n):\n    x\n")

    assert seen.totals == {1: (1, 3)}


def test_a_while_loop(core):
    seen = clocked(core, "k = 0\nwhile k < 5:\n    k += 1\n    k\n")

    assert seen.entries == [Entry(2, 5)]
    assert seen.sites[-1].kind == "while"


def test_a_while_loop_with_continue_is_one_loop(core):
    seen = clocked(
        core,
        """
        k = 0
        while k < 7 and k >= 0:
            k += 1
            if k % 2:
                continue
            k
        """,
    )

    assert seen.entries == [Entry(2, 7)]


def test_a_while_loop_on_one_line(core):
    assert clocked(core, "k = 5\nwhile k: k -= 1\n").entries == [Entry(2, 5)]


def test_a_while_loop_whose_body_is_one_if(core):
    seen = clocked(core, "k = iter(range(9))\nwhile True:\n    if next(k) == 6: break\nk\n")

    assert seen.totals == {2: (1, 7)}


def test_while_true_with_break(core):
    seen = clocked(
        core,
        """
        k = 0
        while True:
            k += 1
            if k == 6:
                break
            k
        """,
    )

    assert seen.entries == [Entry(2, 6)]


@pytest.mark.parametrize(
    "text", ["[x for x in range(6)]", "{x for x in range(6)}", "{x: x for x in range(6)}"]
)
def test_comprehensions(core, text):
    assert clocked(core, f"y = {text}\n").totals == {1: (1, 6)}


def test_a_comprehension_over_several_lines(core):
    seen = clocked(core, "y = [\n    x\n    for x in range(6)\n    if x\n]\n")

    ((_, counts),) = seen.totals.items()
    assert counts == (1, 6)


def test_two_comprehensions_on_a_line(core):
    seen = clocked(core, "y = [x for x in range(3)], [x for x in range(4)]\n")

    assert [entry.iterations for entry in seen.entries] == [3, 4]


def test_a_comprehension_in_the_iterable_of_a_loop_is_not_inside_it(core):
    seen = clocked(core, "for x in [y for y in range(3)]:\n    x\n")

    assert [(entry.iterations, entry.inside) for entry in seen.entries] == [(3, None), (3, None)]


def test_a_comprehension_with_two_loops(core):
    seen = clocked(core, "y = [a for a in range(3) for b in range(4)]\n")

    assert sorted(entry.iterations for entry in seen.entries) == [3, 4, 4, 4]


def test_a_generator_expression_is_one_entry(core):
    seen = clocked(core, "y = sum(x for x in range(6))\n")

    assert seen.entries == [Entry(1, 6)]
    assert seen.sites[-1].kind == "generator"


def test_a_generator_expression_that_is_not_exhausted(core):
    seen = clocked(core, "y = any(x == 3 for x in range(9))\nz = 1\n")

    assert seen.totals == {1: (1, 4)}


def test_nested_loops_are_inside_each_other(core):
    seen = clocked(core, "for a in range(2):\n    for b in range(3):\n        b\n")

    assert seen.entries == [Entry(1, 2), Entry(2, 3, 1), Entry(2, 3, 1)]


def test_nested_loops_on_few_lines(core):
    seen = clocked(core, "for a in range(2):\n    for b in range(3): b\n    [c for c in (1, 2)]\n")

    assert seen.totals == {1: (1, 2), 2: (2, 6), 3: (2, 4)}
    assert {entry.inside for entry in seen.entries} == {None, 1}


def test_a_loop_in_a_function_is_inside_the_loop_that_calls_it(core):
    seen = clocked(
        core,
        """
        def work(n):
            for x in range(n):
                x
        for n in (3, 4):
            work(n)
        """,
    )

    assert seen.entries == [Entry(4, 2), Entry(2, 3, 4), Entry(2, 4, 4)]


def test_a_loop_on_one_line_holds_the_loops_that_it_calls(core):
    seen = clocked(
        core,
        """
        def work(n):
            for x in range(n):
                x
        for n in (3, 4): work(n)
        """,
    )

    assert seen.entries == [Entry(4, 2), Entry(2, 3, 4), Entry(2, 4, 4)]


def test_methods_lambdas_closures_and_decorated_functions(core):
    seen = clocked(
        core,
        """
        import functools
        class Model:
            def forward(self, n):
                for x in range(n):
                    x
        def decorate(function):
            @functools.wraps(function)
            def inner(*args):
                return function(*args)
            return inner
        @decorate
        def decorated(n):
            def closure():
                for x in range(n):
                    x
            closure()
        short = lambda n: [x for x in range(n)]
        Model().forward(2)
        decorated(3)
        short(4)
        """,
    )

    assert seen.totals == {4: (1, 2), 14: (1, 3), 17: (1, 4)}


def test_recursion_gives_each_call_an_entry(core):
    seen = clocked(
        core,
        """
        def walk(n):
            for x in range(n):
                walk(n - 1)
        walk(3)
        """,
    )

    assert seen.totals == {2: (10, 15)}
    assert [entry.inside for entry in seen.entries] == [None] + [2] * 9


def test_async_for_and_await_in_a_loop(core):
    seen = clocked(
        core,
        """
        import asyncio
        async def numbers(n):
            for x in range(n):
                await asyncio.sleep(0)
                yield x
        async def work(n):
            async for x in numbers(n):
                x
            return [x async for x in numbers(n)]
        async def main():
            await asyncio.gather(work(3), work(4))
        asyncio.run(main())
        """,
    )

    assert seen.totals == {3: (4, 14), 7: (2, 7), 9: (2, 7)}


def test_names_of_functions_are_those_that_the_user_wrote(core):
    seen = clocked(
        core,
        """
        def work():
            return [x for x in range(3)]
        work()
        [x for x in range(3)]
        """,
    )

    assert [site.function for site in seen.sites if site.path == seen.paths[0]] == [
        "work",
        "<module>",
    ]
