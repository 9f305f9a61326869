"""Shows a loop of some source text to the rules, as if it had been hot."""

import ast

from loopscope.model.hotspot import LoopCost, Role, Symptom
from loopscope.model.recording import LoopSite
from loopscope.rules.subject import Subject
from loopscope.source.locate import locate_loop
from loopscope.source.loop import LOOP_NODES
from loopscope.source.read_facts import read_facts


def subject_at(text, line, ops=()):
    """Return the outermost loop whose header is on the line; ``ops`` are what the trace shows."""
    site = _site(text, line)
    loop = locate_loop(text, site)
    assert loop is not None, f"no loop on line {line}"
    symptoms = {Symptom.DISPATCH} | ({Symptom.SYNC} if "aten::item" in ops else set())
    counts = tuple((op, 100) for op in ops)
    cost = LoopCost(
        site, -1, 1, 100, 300, counts, 0, 1, 0, 1, 0, 0.5, None,
        frozenset(symptoms), Role.BODY, True,
    )  # fmt: skip
    return Subject(cost, loop, read_facts(loop))


def loop_lines(text, function):
    """Return the line of every loop statement in a function of the text, outermost first."""
    (found,) = (n for n in ast.parse(text).body if getattr(n, "name", "") == function)
    return [n.lineno for n in ast.walk(found) if isinstance(n, LOOP_NODES)]


def _site(text, line):
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, LOOP_NODES)]
    node = next(n for n in nodes if n.lineno == line)
    match node:
        case ast.For(iter=iterable):
            kind, header = "for", iterable
        case ast.While(test=test):
            kind, header = "while", test
        case ast.GeneratorExp(generators=[first, *_]):
            kind, header = "generator", first.iter
        case _:
            kind, header = "comprehension", node.generators[0].iter
    return LoopSite("case.py", "f", 1, header.lineno, header.col_offset, line, 0, -1, kind)
