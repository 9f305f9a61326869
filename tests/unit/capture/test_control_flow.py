"""The bytecode is read as ``dis`` reads it."""

import argparse
import asyncio.base_events
import contextlib
import dis
import textwrap
import types

import pytest

from loopscope.capture.control_flow import back_edges, read_flow

JUMPS = {*dis.hasjrel, *dis.hasjabs} - {dis.opmap.get("END_ASYNC_FOR")}


def code_objects(module):
    with open(module.__file__) as file:
        stack = [compile(file.read(), module.__file__, "exec")]
    while stack:
        code = stack.pop()
        yield code
        stack += [x for x in code.co_consts if isinstance(x, types.CodeType)]


@pytest.mark.parametrize(
    "module", [argparse, asyncio.base_events, contextlib, textwrap], ids=lambda m: m.__name__
)
def test_instructions_lines_jumps_and_handlers_are_those_of_dis(module):
    for code in code_objects(module):
        flow, expected = read_flow(code), dis.Bytecode(code)
        instructions = list(expected)
        handlers = {}
        for entry in getattr(expected, "exception_entries", ()):
            for offset in range(entry.start, entry.end, 2):
                if offset in flow.names:
                    handlers.setdefault(offset, []).append(entry.target)

        assert flow.names == {i.offset: i.opname for i in instructions}
        for i in instructions:
            if i.opcode in JUMPS:
                assert i.argval in (*flow.after[i.offset], *flow.handlers.get(i.offset, ()))
            if hasattr(i, "positions"):
                assert flow.lines[i.offset] == (i.positions.lineno or 0)
                assert list(flow.handlers.get(i.offset, ())) == handlers.get(i.offset, [])


def test_what_comes_before_mirrors_what_comes_after():
    for code in code_objects(contextlib):
        flow = read_flow(code)
        forward = {(a, b) for a, targets in flow.after.items() for b in targets}
        assert forward == {(a, b) for b, sources in flow.before.items() for a in sources}


def test_only_jumps_of_loops_are_back_edges():
    source = (
        "def f(a):\n    try:\n        a()\n    except E:\n        a\n    for x in a:\n        x\n"
    )
    namespace = {}
    exec(source, namespace)
    flow = read_flow(namespace["f"].__code__)

    ((_, header),) = back_edges(flow)
    assert flow.names[header] == "FOR_ITER"
