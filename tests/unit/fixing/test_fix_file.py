from dataclasses import replace
from pathlib import Path

import pytest
from fixes import FIRST, FIXED, LINES, SECOND, TEXT, fixing

from loopscope.fixing.fix_file import fix_file
from loopscope.fixing.refusal import Refused
from loopscope.fixing.source_file import read_source_file

LATIN = "# -*- coding: latin-1 -*-\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.py"


def fixed(path, *findings, text=TEXT, encoding="utf-8", **options):
    path.write_bytes(text.encode(encoding))
    return fix_file(read_source_file(path), findings, shown="train.py", **options)


def reasons(done):
    assert done.fix is None
    return [f"{refusal.place}: {refusal.reason}" for refusal in done.refusals]


def test_all_rewrites_of_a_file_are_made_in_the_lines_of_the_profiled_file(path):
    done = fixed(path, fixing(path, *FIRST), fixing(path, *SECOND))

    assert done.fix.after.decode() == FIXED
    assert done.fix.before.decode() == TEXT
    assert not done.refusals


def test_a_rewrite_of_several_places_drops_and_adds_lines(path):
    edits = ((1, 0, "import math\n"), (5, 5, ""), (6, 7, "    out = data + 2\n    # x\n"))

    after = fixed(path, fixing(path, *edits, *SECOND)).fix.after.decode()

    assert after == "import math\n" + FIXED.replace("+ 2\n", "+ 2\n    # x\n")


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_newlines_stay_as_they_are(path, newline):
    text = TEXT.replace("\n", newline)

    done = fixed(path, fixing(path, *FIRST), fixing(path, *SECOND), text=text)

    assert done.fix.after.decode() == FIXED.replace("\n", newline)


def test_a_file_of_mixed_newlines_keeps_those_around(path):
    text = "\r\n".join(TEXT.split("\n", 4))

    after = fixed(path, fixing(path, *FIRST), fixing(path, *SECOND), text=text).fix.after

    assert after == "\r\n".join(FIXED.split("\n", 4)).encode()


@pytest.mark.parametrize("ending", ["", "\n"])
def test_the_last_line_ends_as_it_did(path, ending):
    lines = LINES[:11]
    text = "\n".join(lines) + ending

    done = fixed(path, fixing(path, *SECOND, lines=lines, premises=False), text=text)

    assert done.fix.after.decode().endswith("    total = data.sum()" + ending)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [("# é\n", "utf-8"), ("# é\n", "utf-8-sig"), (LATIN + "# é\n", "latin-1"), ("", "utf-8-sig")],
)
def test_the_encoding_and_the_byte_order_mark_stay(path, head, encoding):
    text = head + TEXT
    more = head.count("\n")
    edits = tuple((start + more, end + more, new) for start, end, new in FIRST)
    finding = fixing(path, *edits, lines=text.splitlines(), premises=False)

    after = fixed(path, finding, text=text, encoding=encoding).fix.after

    expected = head + TEXT.replace("\n".join(LINES[4:7]), "    out = data + 2")
    assert after == expected.encode(encoding)


def test_a_rewrite_of_the_first_line_keeps_the_byte_order_mark(path):
    finding = fixing(path, (1, 1, "import torch  # new\n"), premises=False)

    after = fixed(path, finding, encoding="utf-8-sig").fix.after

    assert after.decode("utf-8-sig").startswith("import torch  # new\n\n")
    assert after.startswith(b"\xef\xbb\xbfi")


def test_a_character_that_the_encoding_lacks_is_refused(path):
    finding = fixing(path, (6, 7, "    out = δ\n"), lines=["#", *LINES], premises=False)
    text = LATIN + TEXT
    finding = replace(finding, source={}, rewrite=replace(finding.rewrite, before="\n".join(
        text.splitlines()[5:7])))  # fmt: skip

    (said,) = reasons(fixed(path, finding, text=text, encoding="latin-1"))

    assert said.startswith("train.py: the rewrite needs 'δ', which iso-8859-1 lacks.")


@pytest.mark.parametrize("separator", ["\f", "\x1c", "\u2028", "\x85"])
def test_only_newlines_end_a_line(path, separator):
    text = TEXT.replace("\n\n\ndef", f"\n\n# {separator}\ndef")

    done = fixed(path, fixing(path, *FIRST), fixing(path, *SECOND), text=text)

    assert done.fix.after.decode() == FIXED.replace("\n\n\ndef", f"\n\n# {separator}\ndef")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("data[i] + 2", "data[i] + 3", 7),
        ("data[i] + 2", "data[i] + 2  # why", 7),
        ("    out = torch", "    out  = torch", 5),
        ("        out[i]", "\tout[i]", 7),
        ("import torch\n", "import torch\nimport math\n", 5),
        ("import torch\n", "", 5),
    ],
)
def test_a_line_that_is_not_what_was_profiled_is_named_and_the_file_stays(path, old, new, line):
    done = fixed(path, fixing(path, *FIRST), text=TEXT.replace(old, new))

    (said,) = reasons(done)
    assert said == (
        f"train.py:6: line {line} is not what was profiled, so the file stays as it is. "
        "Profile again, then fix."
    )


def test_the_same_lines_at_another_indentation_are_not_the_same(path):
    text = TEXT.replace("\n    ", "\n        ").replace("def features(data):", "if 1:\n  if 1:")
    finding = fixing(path, *FIRST, premises=False)

    assert "is not what was profiled" in reasons(fixed(path, finding, text=text))[0]


def test_one_rewrite_that_no_longer_fits_keeps_the_others_of_its_file_back(path):
    text = TEXT.replace("total += data[i]", "total += data[i] * 2")

    done = fixed(path, fixing(path, *FIRST), fixing(path, *SECOND), text=text)

    first, second = reasons(done)
    assert first.startswith("train.py:6: the code around the loop, or a function that it calls")
    assert second.startswith("train.py:10: line 11 is not what was profiled")


def test_code_around_the_loop_that_has_changed_is_noticed(path):
    text = TEXT.replace("return out, total", "return out, total, i")

    (said,) = reasons(fixed(path, fixing(path, *FIRST), text=text))

    assert said.startswith("train.py:6: the code around the loop, or a function that it calls, is")


def test_other_functions_may_change(path):
    text = TEXT + "\n\ndef more():\n    pass\n"

    assert fixed(path, fixing(path, *FIRST), text=text).fix is not None


@pytest.mark.parametrize("text", ["", "import torch\n"])
def test_a_file_that_has_become_short_is_refused(path, text):
    (said,) = reasons(fixed(path, fixing(path, *FIRST), text=text))

    assert "line 7 is not there" in said


def test_of_rewrites_that_share_lines_the_dearest_is_taken_and_the_other_named(path):
    cheap = fixing(path, (7, 9, "    total = 0\n"), cost_ms=1)
    dear = fixing(path, *FIRST, cost_ms=9)

    done = fixed(path, cheap, dear)

    assert b"data + 2" in done.fix.after
    assert done.fix.findings == (dear,)
    (refusal,) = done.refusals
    assert refusal.place == "train.py:8"
    assert refusal.reason.startswith("its rewrite shares lines with that of line 6")


def test_texts_put_in_at_one_place_share_it(path):
    first = fixing(path, (1, 0, "import a\n"), *FIRST)
    second = fixing(path, (1, 0, "import b\n"), *SECOND, cost_ms=1)

    assert fixed(path, first, second).fix.findings == (first,)


def test_a_loop_of_two_windows_is_rewritten_once(path):
    done = fixed(path, fixing(path, *FIRST), fixing(path, *FIRST, cost_ms=2))

    assert not done.refusals
    assert done.fix.after.count(b"data + 2") == 1


def test_edits_of_one_rewrite_that_share_lines_are_refused(path):
    (said,) = reasons(fixed(path, fixing(path, *FIRST, (6, 8, "    x = 1\n"))))

    assert "its edits share lines" in said


def test_what_would_be_no_python_is_refused(path):
    (said,) = reasons(fixed(path, fixing(path, (5, 7, "  out = (\n"))))

    assert said.startswith("train.py: would not be Python any more")


@pytest.mark.parametrize("lines", [range(5, 6), range(7, 20), range(6, 6), range(1, 40)])
def test_lines_that_are_not_committed_are_not_replaced(path, lines):
    (said,) = reasons(fixed(path, fixing(path, *FIRST), uncommitted=[lines]))

    assert said.startswith("train.py:6: the rewrite would replace lines that are not committed")


@pytest.mark.parametrize("lines", [range(1, 5), range(8, 20), range(5, 5), range(8, 8)])
def test_other_lines_need_not_be_committed(path, lines):
    assert fixed(path, fixing(path, *FIRST), uncommitted=[lines]).fix is not None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"# coding: martian\n", "unknown encoding"),
        (b"x = '\xff'\n", "is no Python source"),
        (b"# coding: ascii\nx = '\xff'\n", "is no Python source"),
    ],
)
def test_what_python_cannot_read_is_refused(path, data, words):
    path.write_bytes(data)

    with pytest.raises(Refused, match=words):
        read_source_file(path)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="--source-root"):
        read_source_file(Path("/nowhere/train.py"))
