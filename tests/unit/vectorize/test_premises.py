import ast
from dataclasses import replace

import pytest

from loopscope.source.lines import split_lines
from loopscope.source.loop import Loop
from loopscope.vectorize.around.premises import find_premises
from loopscope.vectorize.prepare import prepare

IN_A_FUNCTION = """\
import torch

def scale(value):
    return shift(value) * 2

def shift(value):
    return value + 1

def unrelated(value):
    return value

class Model:
    @torch.no_grad()
    def forward(self, x):
        def inner():
            out = torch.zeros_like(x)
            for i in range(len(x)):
                out[i] = scale(x[i])
            return out
        return inner()
"""
AT_MODULE_LEVEL = """\
import torch
x = torch.rand(9)
out = torch.zeros_like(x)
for i in range(len(x)):
    out[i] = x[i] + 1
"""


def premises(text):
    module = ast.parse(text)
    parents = {c: n for n in ast.walk(module) for c in ast.iter_child_nodes(n)}
    (node,) = (n for n in ast.walk(module) if isinstance(n, ast.For))
    up = node
    while not isinstance(up, ast.FunctionDef | ast.Module):
        up = parents[up]
    function = up if isinstance(up, ast.FunctionDef) else None
    return find_premises(prepare(Loop(node, module, function, "", "x.py", split_lines(text))))


def holds(text, changed):
    lines = split_lines(changed)
    return all(premise.holds(lines) for premise in premises(text))


def test_they_are_the_outermost_function_and_the_helpers_that_the_loop_calls():
    found = [(p.start_line, p.end_line) for p in premises(IN_A_FUNCTION)]

    assert found == [(13, 20), (3, 4), (6, 7)]


@pytest.mark.parametrize(
    "word", ["shift(value) * 2", "value + 1", "no_grad", "return inner", "x[i]"]
)
def test_a_change_in_one_of_them_is_noticed(word):
    assert not holds(IN_A_FUNCTION, IN_A_FUNCTION.replace(word, f"{word} # new"))


def test_other_functions_may_change():
    assert holds(IN_A_FUNCTION, IN_A_FUNCTION.replace("return value\n", "return value - 1\n"))


def test_at_module_level_it_is_the_whole_file():
    assert holds(AT_MODULE_LEVEL, AT_MODULE_LEVEL + "\n\n")
    assert not holds(AT_MODULE_LEVEL, AT_MODULE_LEVEL + "print(i)\n")


def test_a_premise_does_not_hold_of_lines_that_are_gone():
    (premise,) = premises(AT_MODULE_LEVEL)

    assert not replace(premise, start_line=90, end_line=95).holds(split_lines(AT_MODULE_LEVEL))
