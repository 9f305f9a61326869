import io
import json
from pathlib import Path

import jsonschema
import pytest

from loopscope.errors import LoopscopeError
from loopscope.model.finding import Cost, Finding, Location, Rewrite, Suggestion
from loopscope.model.recording import Clock, Environment, Window
from loopscope.report import annotated_trace
from loopscope.report.annotated_trace import HotSlice, annotate_trace
from loopscope.report.report import Report, Totals

SCHEMA = Path(annotated_trace.__file__).with_name("schema.json")


def finding(path="train.py", summary="running sum of data"):
    return Finding(
        id="LS104:train.py:f:1",
        rule="LS104",
        name="running-sum",
        kind="scan",
        actionable=True,
        location=Location(path, 2, 5, 3, "f", "for i in range(len(data)):"),
        iterations=10_000,
        entries=1,
        ops=30_000,
        kernels=0,
        cost=Cost(203_000_000, 0, 0.49),
        suggestion=Suggestion(("torch.cumsum",), summary, "use torch.cumsum(data, dim=0)", "url"),
        rewrite=Rewrite(),
        verdict=None,
        op_counts={"aten::add_": 10_000},
        source={2: "    for i in range(len(data)):", 3: "        s += data[i]"},
    )


def report(*findings):
    return Report(
        findings=findings,
        window=Window(0, 1, 0, 412_000_000),
        totals=Totals(3, len(findings), 203_000_000, 0.49, 1000, 412_000_000),
        environment=Environment("3.11", "2.13", "Linux", "cpu", 1),
        clock=Clock("settrace"),
    )


def shown(one):
    out = io.StringIO()
    one.show(out)
    return out.getvalue()


def test_the_document_follows_its_schema_and_comes_back(tmp_path):
    one = report(finding())

    jsonschema.validate(one.to_dict(), json.loads(SCHEMA.read_text()))
    one.to_json(tmp_path / "r.json")
    assert Report.from_json(tmp_path / "r.json") == one


def test_the_console_fits_80_columns_and_has_no_color_when_piped():
    text = shown(report(finding(path="/a/very/long/path" * 9 + "/train.py")))

    assert all(len(line) <= 80 for line in text.splitlines())
    assert "\x1b" not in text
    assert "train.py:2" in text
    assert "use torch.cumsum(data, dim=0)" in text
    assert "10 000 iterations" in text


def test_markup_in_the_users_names_is_printed_as_it_is():
    assert "[red]x[/red]" in shown(report(finding(summary="[red]x[/red]")))


def test_nothing_found_is_one_line():
    assert len(shown(report()).strip().splitlines()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema_version": 1}', "null"])
def test_a_file_that_is_no_report_is_one_line(tmp_path, text):
    path = tmp_path / "r.json"
    path.write_text(text)

    with pytest.raises(LoopscopeError) as error:
        Report.from_json(path)

    assert error.value.slug == "report-unreadable"
    assert "\n" not in str(error.value)


def test_a_newer_report_says_so(tmp_path):
    path = tmp_path / "r.json"
    path.write_text('{"schema_version": 99}')

    with pytest.raises(LoopscopeError, match="newer loopscope"):
        Report.from_json(path)


def test_slices_land_on_a_track_of_their_own_and_never_overlap(tmp_path):
    path = tmp_path / "t.json"
    path.write_text('{"traceEvents": [{"ph": "X", "name": "a"}], "traceName": "t.json"}')
    slices = [
        HotSlice("one", 1000, 5000, 0, {}),
        HotSlice("two", 3000, 9000, 0, {}),
        HotSlice("in", 2000, 3000, 1, {}),
    ]

    annotate_trace(path, path, slices, base_time_ns=1000)

    trace = json.loads(path.read_text())
    assert list(trace)[-1] == "traceEvents"
    ours = [e for e in trace["traceEvents"] if e.get("cat") == "loopscope"]
    assert [(e["name"], e["ts"], e["dur"]) for e in ours] == [("one", 0, 4), ("in", 1, 1)]
    assert any(e.get("args") == {"name": "LoopScope"} for e in trace["traceEvents"])
