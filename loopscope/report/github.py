"""A report as annotations on the lines of a pull request, in the words of GitHub Actions.

https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loopscope.model.finding import Finding
from loopscope.report.places import relative_path, repository_root
from loopscope.report.sentences import describe

if TYPE_CHECKING:
    from loopscope.report.report import Report


def to_annotations(report: Report, *, root: Path | None = None) -> str:
    """Return a workflow command a finding, the dearest first: GitHub shows the first ten."""
    top = root or repository_root()
    return "".join(f"{_command(finding, top)}\n" for finding in report.findings)


def _command(finding: Finding, root: Path) -> str:
    place = finding.location
    properties = {
        "file": relative_path(place.path, root) or place.path,
        "line": str(place.line),
        "endLine": str(place.end_line),
        "title": f"{finding.rule} {finding.name}",
    }
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{'warning' if finding.actionable else 'notice'} {said}::{_data(describe(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
