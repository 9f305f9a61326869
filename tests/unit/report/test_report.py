import json
from pathlib import Path

import jsonschema
import pytest
from reports import VERIFIED, finding, report

from loopscope.errors import LoopscopeError
from loopscope.report import report as report_module
from loopscope.report.report import Report

SCHEMA = Path(report_module.__file__).with_name("schema.json")


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
