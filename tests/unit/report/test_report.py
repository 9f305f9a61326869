import json
from pathlib import Path

import jsonschema
import pytest
from reports import VERIFIED, finding, report

from loopscope.errors import LoopscopeError
from loopscope.report import annotated_trace
from loopscope.report.annotated_trace import HotSlice, annotate_trace
from loopscope.report.report import Report

SCHEMA = Path(annotated_trace.__file__).with_name("schema.json")


def test_the_document_follows_its_schema_and_comes_back(tmp_path):
    one = report(finding(), finding(**VERIFIED), notes=("a note",))

    jsonschema.validate(one.to_dict(), json.loads(SCHEMA.read_text()))
    one.to_json(tmp_path / "r.json")
    assert Report.from_json(tmp_path / "r.json") == one


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
