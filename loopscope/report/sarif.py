"""A report as SARIF 2.1.0, which code hosts and editors show on the lines it speaks of.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loopscope.model.finding import Edit, Finding
from loopscope.report.places import repository_root, to_uri
from loopscope.report.rule_text import rule_markdown
from loopscope.report.sentences import describe, evidence
from loopscope.version import VERSION

if TYPE_CHECKING:
    from loopscope.report.report import Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://loopscope.readthedocs.io"


def to_sarif(report: Report, *, root: Path | None = None) -> dict[str, Any]:
    """Return the SARIF log; paths below ``root`` (the repository) are relative to it."""
    top = root or repository_root()
    codes = sorted({finding.rule for finding in report.findings})
    run = {
        "tool": {"driver": _driver(report, codes)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"uri": f"{top.as_uri()}/"}},
        "results": [_result(finding, codes, top) for finding in report.findings],
        "properties": {"window_ns": report.totals.window_ns, "share": report.totals.share},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(report: Report, codes: list[str]) -> dict[str, Any]:
    return {
        "name": "loopscope",
        "version": VERSION,
        "semanticVersion": VERSION,
        "informationUri": HOME,
        "rules": [_rule(code, report) for code in codes],
    }


def _rule(code: str, report: Report) -> dict[str, Any]:
    finding = next(finding for finding in report.findings if finding.rule == code)
    known = report.rules.get(code)
    summary = known.summary if known else finding.name.replace("-", " ")
    rule = {
        "id": code,
        "name": "".join(word.capitalize() for word in finding.name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {
            "text": known.text if known else summary,
            "markdown": rule_markdown(known.text) if known else summary,
        },
        "defaultConfiguration": {"level": _level(finding)},
        "properties": {"tags": ["performance", "pytorch", finding.kind]},
    }
    url = known.url if known else finding.suggestion.url
    return rule | ({"helpUri": url} if url.startswith("https://") else {})


def _level(finding: Finding) -> str:
    return "warning" if finding.actionable else "note"


def _result(finding: Finding, codes: list[str], root: Path) -> dict[str, Any]:
    place = finding.location
    location = {
        "physicalLocation": {
            "artifactLocation": _artifact(place.path, root),
            "region": _region(finding),
        },
        "logicalLocations": [{"fullyQualifiedName": place.function, "kind": "function"}],
    }
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": codes.index(finding.rule),
        "level": _level(finding),
        "message": {"text": describe(finding)},
        "locations": [location],
        "partialFingerprints": {"loopscope/v1": finding.id},
        "rank": round(100 * finding.cost.share, 2),
        "properties": {
            "cost_ns": finding.cost.total_ns,
            "iterations": finding.iterations,
            "ops": list(finding.suggestion.ops),
        },
    }
    if finding.is_verified and finding.rewrite.edits:
        result["fixes"] = [_fix(finding, root)]
    return result


def _artifact(path: str, root: Path) -> dict[str, str]:
    uri, is_relative = to_uri(path, root)
    return {"uri": uri} | ({"uriBaseId": "SRCROOT"} if is_relative else {})


def _region(finding: Finding) -> dict[str, Any]:
    """From the loop statement's first character to its last."""
    place = finding.location
    region: dict[str, Any] = {
        "startLine": place.line,
        "startColumn": _characters(finding.source.get(place.line), place.column),
        "endLine": place.end_line,
    }
    last = finding.source.get(place.end_line)
    if last is not None and len(last.rstrip()):
        region["endColumn"] = len(last.rstrip()) + 1
    lines = [finding.source.get(n) for n in range(place.line, place.end_line + 1)]
    if all(line is not None for line in lines):
        region["snippet"] = {"text": "\n".join(line for line in lines if line is not None)}
    return region


def _characters(line: str | None, column: int) -> int:
    """Python counts a line's columns in bytes of UTF-8."""
    if line is None:
        return column
    return len(line.encode()[: column - 1].decode(errors="ignore")) + 1


def _fix(finding: Finding, root: Path) -> dict[str, Any]:
    verdict = finding.verdict
    return {
        "description": {"text": evidence(verdict) if verdict else finding.suggestion.advice},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(finding.location.path, root),
                "replacements": [
                    _replacement(edit, finding.source) for edit in finding.rewrite.edits
                ],
            }
        ],
    }


def _replacement(edit: Edit, source: Mapping[int, str]) -> dict[str, Any]:
    """Whole lines; the newline of the last stays where its text is known, whatever it is."""
    last = source.get(edit.end_line)
    if edit.text and last is not None:
        end = {"endLine": edit.end_line, "endColumn": len(last) + 1}
        text = edit.text.removesuffix("\n")
    else:  # with the newline, as the format wants it said (3.30.2)
        end = {"endLine": edit.end_line + 1, "endColumn": 1}
        text = edit.text if edit.text.endswith("\n") or not edit.text else f"{edit.text}\n"
    return {
        "deletedRegion": {"startLine": edit.start_line, "startColumn": 1, **end},
        "insertedContent": {"text": text},
    }
