"""Each rule's example file is its test: the marked line is found, the near miss is not."""

import ast
import re
from pathlib import Path

import pytest
from loop_subject import loop_lines, subject_at

from loopscope.config import Settings
from loopscope.rules.match_loop import match_loop
from loopscope.rules.registry import load_rules

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "rules").glob("ls*.py"))
ADVICE_ONLY = {"LS604", "LS901"}  # these have no whole-tensor form to show


def code_of(path):
    return path.stem.split("_")[0].upper()


def observed_ops(text):
    """What the file says that its trace shows: ``OPS = (…)``."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "OPS":
            return ast.literal_eval(node.value)
    return ()


def test_every_rule_has_its_example_and_every_example_its_rule():
    named = {f"{r.code.lower()}_{r.name.replace('-', '_')}" for r in load_rules()}

    assert {path.stem for path in EXAMPLES} == named


@pytest.mark.parametrize("path", EXAMPLES, ids=code_of)
def test_the_marked_line_is_found(path):
    text = path.read_text()
    ((line, code),) = (
        (n, found[1])
        for n, text_line in enumerate(text.splitlines(), 1)
        if (found := re.search(r"# expect: (LS\d+)$", text_line))
    )

    rule, match = match_loop(subject_at(text, line, observed_ops(text)), Settings())

    assert rule.code == code == code_of(path)
    assert match.ops
    assert line in loop_lines(text, "slow")


@pytest.mark.parametrize("path", EXAMPLES, ids=code_of)
def test_the_near_miss_is_not(path):
    text = path.read_text()

    for line in loop_lines(text, "fine"):
        rule, _ = match_loop(subject_at(text, line, observed_ops(text)), Settings())
        assert rule.code != code_of(path), line


@pytest.mark.parametrize("path", EXAMPLES, ids=code_of)
def test_the_file_says_what_it_shows_and_has_all_parts(path):
    module = ast.parse(path.read_text())
    functions = {n.name for n in module.body if isinstance(n, ast.FunctionDef)}
    parts = {"inputs", "slow", "fine"} | ({"fast"} if code_of(path) not in ADVICE_ONLY else set())

    assert functions == parts
    assert ast.get_docstring(module).splitlines()[0].endswith(".")
