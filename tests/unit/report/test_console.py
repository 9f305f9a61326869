import io
import itertools
import re
import textwrap
from dataclasses import replace

import pytest
from golden import check_golden
from reports import VERIFIED, finding, report
from rich.cells import cell_len

from loopscope.model.finding import NOT_FASTER, Cost, Edit, Rewrite, Suggestion
from loopscope.model.recording import Clock

LONG = "/home/somebody/projects/" + "deeply/nested/" * 9 + "train.py"
WIDE = {
    41: "    for 温度 in 測定値:  # " + "気温を一つずつ足していく" * 5,
    42: "\t\t合計 += 温度\x07",
}
ADVICE = Suggestion(
    ("torch.compile",),
    "state depends on the state before it through tanh, so the loop cannot be lifted as one",
    "hoist the input projection out of the loop, use nn.RNN, or torch.compile the step; " * 2,
    "url",
)
LONG_AFTER = """\
# Each pair once: 'the distance of a point to itself' is left out of the mean of all distances.
pairs = torch.cdist(points_of_this_batch, points_of_this_batch)[~torch.eye(n, dtype=torch.bool)]
if mean is None:
    mean = {"first": first_order_statistics.mean(dim=(0, 1)), "second": second_order.std(0)}
text = f"{a_name_that_is_much_longer_than_the_eighty_columns_of_a_terminal_that_it_is_shown_on}"
"""
LONG_REWRITE = replace(
    VERIFIED["rewrite"],
    after=LONG_AFTER,
    guards=(),
    edits=(Edit(41, 43, textwrap.indent(LONG_AFTER, "    ")),),
)
REASON = Rewrite(reason="not run again: the loop calls `print`, which writes to the terminal")
HOISTED = Suggestion(
    ("hoist_input_projection",),
    "h of one iteration is read by the next through torch.tanh",
    "hoist the input projection out of the loop",
    "url",
    code="xw = x @ W\nfor t in range(len(x)):\n    h = torch.tanh(xw[t] + h @ U)\n",
    verdict=VERIFIED["verdict"],
    guards=("x is not empty",),
)
REPORTS = {
    "nothing_found": report(),
    "no_clock": report(clock=Clock("none", "sys.settrace belongs to pdb.Pdb")),
    "one_loop": report(finding()),
    "verified": report(finding(**VERIFIED)),
    "verified_long": report(
        finding(rewrite=LONG_REWRITE, verdict=replace(VERIFIED["verdict"], gradients=False))
    ),
    "advice_only": report(finding(actionable=False, suggestion=ADVICE)),
    "advice_with_code": report(finding(actionable=False, suggestion=HOISTED)),
    "long_and_wide": report(
        finding(path=LONG, iterations=123_456_789, cost=Cost(10**12, 5, 1.0)),
        finding(path="資料/" + "長い名前" * 12 + ".py", source=WIDE, summary="合計 " * 40),
        finding(source={n: f"    line_{n} = {n}" for n in range(41, 60)}),
        notes=("the loop clock is full: later loops are missing " * 3,),
    ),
}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def shown(one, out=None, **options):
    out = out or io.StringIO()
    one.show(out, **options)
    return out.getvalue()


@pytest.mark.parametrize("name", REPORTS)
def test_reports_look_as_they_did(name):
    check_golden(f"console_{name}.txt", shown(REPORTS[name]))


@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_80_cells_and_piped_text_has_no_escapes(name):
    text = shown(REPORTS[name])

    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize("width", [40, 60, 120])
def test_a_terminal_of_another_width_is_filled_and_not_exceeded(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    text = re.sub(r"\x1b\[[\d;]*m", "", shown(REPORTS["long_and_wide"], Terminal()))

    assert width - 12 < max(map(cell_len, text.splitlines())) <= width


def test_a_terminal_gets_colors_unless_NO_COLOR_says_no(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    colors = re.compile(r"\x1b\[(?:\d+;)*[34]\d")

    assert colors.search(shown(REPORTS["one_loop"], Terminal()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colors.search(shown(REPORTS["one_loop"], Terminal()))


def test_the_text_is_the_same_on_a_terminal_and_in_a_file(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    for one in REPORTS.values():
        assert re.sub(r"\x1b\[[\d;]*m", "", shown(one, Terminal())) == shown(one)


def test_nothing_found_is_one_friendly_line():
    (line,) = shown(report()).splitlines()

    assert "no slow Python loops found: nothing to mend" in line


def test_without_a_clock_nothing_is_called_fine():
    text = shown(REPORTS["no_clock"])

    assert "nothing to mend" not in text
    assert "pdb.Pdb" in text


def test_the_file_of_a_long_path_stays():
    assert "train.py:41" in shown(report(finding(path=LONG)))


def test_markup_in_the_users_names_is_printed_as_it_is():
    assert "[red]x[/red]" in shown(report(finding(summary="[red]x[/red]")))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_that_knows_few_characters_gets_those(encoding):
    raw = io.BytesIO()
    for one in itertools.chain(REPORTS.values()):
        shown_on = io.TextIOWrapper(raw, encoding=encoding)
        one.show(shown_on)
        shown_on.detach()

    assert b"use torch.cumsum(data, dim=0)" in raw.getvalue()


def test_why_a_loop_is_not_rewritten_is_said_to_those_who_ask():
    one = report(finding(rewrite=REASON), finding(rewrite=REASON, actionable=False))

    assert "not rewritten" not in shown(one)
    check_golden("console_verbose.txt", shown(one, verbose=True))


def test_that_the_whole_tensor_code_was_measured_slower_is_said_in_any_case():
    slower = Rewrite(reason=f"{NOT_FASTER}: 675 ms against 125 ms")

    assert "not rewritten: the rewrite is not faster: 675 ms" in shown(
        report(finding(rewrite=slower))
    )


def test_new_code_can_be_read_word_by_word():
    text = shown(REPORTS["verified_long"])
    rows = [line[8:] for line in text.splitlines() if line[6:8] == "│ " and line[3:5] != "41"]

    for token in re.findall(r"\w+", LONG_AFTER):
        assert any(token in row for row in rows) or len(token) > 72


def test_new_code_is_colored_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(REPORTS["verified_long"], Terminal())

    assert re.search(r"\x1b\[[\d;]*mif\x1b", text)
    assert re.search(r"\x1b\[[\d;]*mNone\x1b", text)
