import io
import re
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from loopscope.report.wrap_code import wrap_code

CODE = """\
distances = torch.cdist(points, centers)[mask, :].clamp(min=0.25).sum(dim=(0, -1), keepdim=True)
if name == "a b c d e f g h i j k l m n o p q r s t u v w x y z" and other != 'x y z':
    result = -torch.where(data > 0.5, data, torch.full((), 1e-3, dtype=data.dtype)) @ weights.T
x = \"\"\"one two three four five six seven eight nine ten
    eleven twelve\"\"\"
温度 = torch.cat([測定値, 測定値, 測定値, 測定値])  # 気温を一つずつ足していく
"""


def tokens(code):
    read = io.StringIO(code).readline
    return [
        t.string
        for t in tokenize.generate_tokens(read)
        if t.string.strip() and t.type != tokenize.COMMENT
    ]


@pytest.mark.parametrize("width", [20, 30, 40, 60, 72, 200])
def test_no_token_is_broken_and_none_is_lost(width):
    lines = CODE.splitlines()
    pieces = [piece for line in wrap_code(lines, width) for piece in line]

    joined = " ".join(" ".join(pieces).split())
    assert joined.replace(" ", "") == "".join(CODE.split())
    for token in tokens(CODE):
        assert any(token in piece for piece in pieces) or "\n" in token


@pytest.mark.parametrize("width", [30, 40, 72])
def test_what_can_fit_fits(width):
    for line in wrap_code(CODE.splitlines()[2:3], width):
        assert len(line) > 1
        assert all(cell_len(piece) <= width for piece in line)
        assert all(piece.startswith("        ") for piece in line[1:])


def test_a_line_that_fits_stays():
    lines = ["a = 1", "", "    b = 2"]

    assert wrap_code(lines, 20) == [[line] for line in lines]


def test_it_is_broken_at_white_space_before_anything_else():
    assert wrap_code(["total = torch.sum(weights * data, dim=0)"], 36) == [
        ["total = torch.sum(weights * data,", "    dim=0)"]
    ]


def test_without_white_space_it_is_broken_between_names():
    assert wrap_code(["x[first_index:second_index,third]"], 20) == [
        ["x[first_index:", "    second_index,", "    third]"]
    ]


@pytest.mark.parametrize("line", ["a = (1 + 2", "b = 'open", "return a", "  c) + dd", "�\x00 x y"])
def test_a_part_of_a_statement_is_broken_at_white_space(line):
    (pieces,) = wrap_code([line], 6)

    assert "".join("".join(pieces).split()) == "".join(line.split())


@given(st.text(alphabet="ab(),.= 'é温\t", max_size=60), st.integers(5, 30))
def test_any_text_keeps_its_characters(line, width):
    (pieces,) = wrap_code([line], width)

    assert "".join("".join(pieces).split()) == "".join(line.split())


@pytest.mark.parametrize("text", ["f'a {b + c} d'", "f'{a!r:>{width}} b' rf'c d'", "'a b' 'c d'"])
def test_a_string_is_never_broken(text):
    (pieces,) = wrap_code([f"x = {text}"], 8)

    assert [piece.strip() for piece in pieces] == ["x =", *re.findall(r"\w*'[^']*'", text)]
