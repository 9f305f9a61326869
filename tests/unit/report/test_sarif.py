import json
import os
from pathlib import Path

import jsonschema
import pytest
import report_document as build
import showcase
from click.testing import CliRunner

from loopscope.cli import cli
from loopscope.report.document import from_document
from loopscope.report.sarif import to_sarif

# The part of the format that loopscope uses, and nothing else: a name that SARIF does not have,
# or a value of the wrong type, fails here. The whole schema is used where it is at hand.
TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}


def closed(required, **optional):
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


MESSAGE = closed({"text": TEXT})
ARTIFACT = closed({"uri": {"type": "string", "pattern": "^[^ <>\\\\]+$"}}, uriBaseId=TEXT)
REGION = closed(
    {"startLine": COUNT, "startColumn": COUNT, "endLine": COUNT},
    endColumn=COUNT,
    snippet=closed({"text": {"type": "string"}}),
)
REPLACEMENT = closed(
    {"deletedRegion": REGION, "insertedContent": closed({"text": {"type": "string"}})}
)
CHANGE = closed(
    {
        "artifactLocation": ARTIFACT,
        "replacements": {"type": "array", "items": REPLACEMENT, "minItems": 1},
    }
)
FIX = closed({"description": MESSAGE, "artifactChanges": {"type": "array", "items": CHANGE}})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = closed(
    {
        "id": TEXT,
        "name": {"type": "string", "pattern": "^[A-Za-z]+$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": closed({"text": TEXT, "markdown": TEXT}),
        "defaultConfiguration": closed({"level": LEVEL}),
        "properties": {"type": "object"},
    },
    helpUri={"type": "string", "pattern": "^https://"},
)
LOCATION = closed(
    {
        "physicalLocation": closed({"artifactLocation": ARTIFACT, "region": REGION}),
        "logicalLocations": {
            "type": "array",
            "items": closed({"fullyQualifiedName": TEXT, "kind": TEXT}),
        },
    }
)
RESULT = closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "rank": {"type": "number", "minimum": 0, "maximum": 100},
        "properties": {"type": "object"},
    },
    fixes={"type": "array", "items": FIX},
)
DRIVER = closed(
    {
        "name": {"const": "loopscope"},
        "version": TEXT,
        "semanticVersion": TEXT,
        "informationUri": TEXT,
        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
    }
)
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}),
        "columnKind": {"const": "unicodeCodePoints"},
        "originalUriBaseIds": {"type": "object"},
        "results": {"type": "array", "items": RESULT},
        "properties": {"type": "object"},
    }
)
USED = closed(
    {"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}}
)
PACKAGE = Path("build/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
WHOLE = Path(os.environ.get("LOOPSCOPE_SARIF_SCHEMA", Path(__file__).parents[3] / PACKAGE))


def sarif(*findings, root=Path("/home/ada"), **changes):
    return to_sarif(from_document(build.document(*findings, **changes), "x"), root=root)


def results(log):
    return log["runs"][0]["results"]


def every_state():
    hostile = build.finding(path="<string>", function="f", source=[], summary="<b>x</b>")
    states = [build.finding(status=s) for s in ("verified", "unverified", "refuted", "none")]
    return [*states, hostile, *showcase.window()["findings"]]


def test_the_log_has_the_form_that_the_format_gives():
    jsonschema.validate(sarif(*every_state(), rules=showcase.RULES), USED)
    jsonschema.validate(sarif(), USED)


@pytest.mark.skipif(
    not WHOLE.is_file(),
    reason="no schema of SARIF: npm install --prefix build/npm @microsoft/jest-sarif",
)
@pytest.mark.parametrize("found", [(), every_state()], ids=["nothing found", "every state"])
def test_the_log_follows_the_whole_schema(found):
    schema = json.loads(WHOLE.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)

    validator(schema).validate(sarif(*found, rules=showcase.RULES))


def test_a_result_points_at_the_loop_from_its_first_character_to_its_last():
    (result,) = results(sarif(build.finding(line=41)))

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "train.py", "uriBaseId": "SRCROOT"}
    region = dict(place["region"])
    assert region.pop("snippet")["text"] == "\n".join(build.SCAN[2:5])
    end = len(build.SCAN[4]) + 1
    assert region == {"startLine": 41, "startColumn": 5, "endLine": 43, "endColumn": end}


def test_columns_count_characters_and_not_bytes():
    line = "    größe = [x * 2 for x in data]"
    found = build.finding(line=7, source=["", "", line])
    start = line.index("[")
    found["location"] |= {"column": len(line[:start].encode()) + 1, "end_line": 7}

    (result,) = results(sarif(found))

    region = result["locations"][0]["physicalLocation"]["region"]
    assert line[region["startColumn"] - 1 :].startswith("[x")
    assert region["endColumn"] == len(line) + 1


def test_names_with_spaces_and_files_elsewhere_are_uris():
    found = [
        build.finding(path="/home/ada/my code/a b.py"),
        build.finding(path="/opt/lib.py"),
        build.finding(path="<ipython-input-3>"),
    ]

    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in results(sarif(*found))
    ]

    assert uris[0] == {"uri": "my%20code/a%20b.py", "uriBaseId": "SRCROOT"}
    assert uris[1] == {"uri": "file:///opt/lib.py"}
    assert uris[2] == {"uri": "%3Cipython-input-3%3E"}


def test_only_verified_rewrites_are_fixes():
    states = ("verified", "unverified", "refuted", "none")

    found = results(sarif(*(build.finding(status=s, line=10 * k + 10)
                            for k, s in enumerate(states))))  # fmt: skip

    assert ["fixes" in result for result in found] == [True, False, False, False]


def test_a_sequential_loop_is_a_note():
    levels = [r["level"] for r in results(sarif(build.finding(), build.finding(actionable=False)))]

    assert levels == ["warning", "note"]


def test_rules_carry_their_documentation():
    log = sarif(build.finding(), rules=showcase.RULES)

    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["name"] == "RunningSum"
    assert "**Why is this slow**" in rule["help"]["markdown"]
    assert "```python\ns = 0\nfor i in range(len(x)):" in rule["help"]["markdown"]


def apply_fixes(text, log):
    """Apply a log's fixes as its format says, without a line of loopscope."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(line, column):
        return starts[line - 1] + column - 1 if line <= len(lines) else len(text)

    spans = []
    for result in results(log):
        for fix in result.get("fixes", []):
            for change in fix["artifactChanges"]:
                for one in change["replacements"]:
                    region = one["deletedRegion"]
                    spans.append(
                        (
                            offset(region["startLine"], region["startColumn"]),
                            offset(region["endLine"], region["endColumn"]),
                            one["insertedContent"]["text"],
                        )
                    )
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("at_end", [True, False])
def test_fixes_applied_by_another_program_give_the_same_file_as_the_command(
    tmp_path, newline, at_end
):
    second = build.SCAN[:-1] if at_end else build.SCAN
    body = ["import torch", "", "", *build.SCAN, "", "", *second]
    text = newline.join(body) + ("" if at_end else newline)
    path = tmp_path / "train.py"
    path.write_bytes(text.encode())
    found = [build.finding(line=n, status="verified", path=str(path)) for n in (6, 14)]
    if at_end:
        found[1]["source"].pop("17")
    report = tmp_path / "report.json"
    report.write_text(json.dumps(build.document(*found)))
    fixed = apply_fixes(text, sarif(*found, root=tmp_path))

    done = CliRunner().invoke(cli, ["fix", "--apply", str(report)])

    assert done.exit_code == 0, done.output
    assert path.read_bytes() == fixed.encode()
    assert fixed.count("torch.cumsum") == 2
    assert "for i in" not in fixed


def test_lines_whose_text_is_not_known_go_with_their_newline():
    found = build.finding(line=6, status="verified", source=[])
    text = "\n".join(["", "", "", *build.SCAN, ""])

    fixed = apply_fixes(text, sarif(found))

    after = found["rewrite"]["after"].rstrip("\n")
    assert fixed.split("\n") == ["", "", "", build.SCAN[0], after, build.SCAN[5], ""]
