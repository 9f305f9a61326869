import ast

import pytest

from loopscope.source.lines import split_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("a\r\nb\rc", ["a", "b", "c"])],
)
def test_every_newline_ends_a_line(text, lines):
    assert split_lines(text) == lines


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_lines_are_numbered_as_python_numbers_them(separator):
    text = f"a = 1  # {separator}\nb = 2\n"

    assert split_lines(text)[ast.parse(text).body[1].lineno - 1] == "b = 2"
