import argparse
import ast
import dis
import inspect
import json.decoder
import typing
from types import CodeType

import pytest

from loopscope.capture.loop_names import _read, all_names, read_loop_names

NO_NAME = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_CONST", "LOAD_SUPER", "LOAD_ASSERT", "LOAD_BUILD",
           "LOAD_COMMON", "LOAD_SMALL", "LOAD_LOCALS", "LOAD_SPECIAL")  # fmt: skip


def function(text):
    """The code object of the function in the text, and the line marked ``# LOOP``."""
    module = compile(text, "made_up.py", "exec")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.endswith("# LOOP"))
    return next(c for c in module.co_consts if isinstance(c, CodeType)), line


def names(text):
    found = read_loop_names(*function(text))
    return set(found.read), set(found.others)


def test_names_of_the_loop_come_before_those_beside_it():
    text = """
def f(xs, scale, unused, later):
    first = unused + 1
    for x in xs:  # LOOP
        y = x * scale
    return y + later
"""
    assert names(text) == ({"xs", "x", "scale"}, {"unused", "y", "later"})


def test_an_iterable_on_its_own_lines_belongs_to_the_loop():
    text = """
def f(a, b, c):
    for x, y in zip(  # LOOP
        a,
        b,
    ):
        x + y
    return c
"""
    assert names(text) == ({"zip", "a", "b", "x", "y"}, {"c"})


def test_what_a_nested_function_reads_belongs_to_the_loop():
    text = """
def f(xs, w):
    bias = 1
    for x in xs:  # LOOP
        [v * w + scale for v in x]
        (lambda: bias)()
    return 0
"""
    read, _ = names(text)
    assert {"xs", "w", "scale", "bias"} <= read


def test_a_while_loop_ends_with_its_last_jump():
    text = """
def f(n, a, b, c):
    k = 0
    while k < n:  # LOOP
        if a:
            k += 1
            continue
        b
        k += 2
    return c
"""
    read, others = names(text)
    assert {"k", "n", "a", "b"} <= read
    assert others == {"c"}


def test_inner_loops_belong_to_the_outer_one():
    text = """
def f(xs, ys, a, b):
    for x in xs:  # LOOP
        for y in ys:
            a
        b
    return ys
"""
    assert {"xs", "ys", "a", "b"} <= names(text)[0]


@pytest.mark.parametrize(
    ("body", "trains"),
    [
        ("loss(x).backward(); opt.step()", True),
        ("loss(x).backward()", False),
        ("opt.step()", False),
    ],
)
def test_a_loop_that_goes_backward_and_steps_trains(body, trains):
    code, line = function(f"def f(xs, opt):\n  for x in xs:  # LOOP\n    {body}\n")

    assert read_loop_names(code, line).trains is trains


def read_with_dis(code):
    loads, inner, jumps = [], [], {}
    for step in dis.get_instructions(code):
        name, value = step.opname, step.argval
        if isinstance(value, CodeType):
            inner += [(step.offset, name) for name in (*value.co_freevars, *all_names(value))]
        elif "LOAD_" in name and not name.startswith(NO_NAME):
            loaded = value if isinstance(value, tuple) else (value,)
            loads += [(step.offset, v) for v in loaded[name == "STORE_FAST_LOAD_FAST" :]]
        elif "JUMP" in name and "NO_INTERRUPT" not in name and value <= step.offset:
            jumps[value] = step.offset
    return loads, inner, jumps


def code_objects(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_objects(constant)


@pytest.mark.parametrize("module", [argparse, ast, inspect, json.decoder, typing])
def test_reading_is_as_dis_reads(module):
    for code in code_objects(compile(inspect.getsource(module), module.__file__, "exec")):
        found = _read(code)
        assert (found.loads, found.inner, found.jumps) == read_with_dis(code), code
