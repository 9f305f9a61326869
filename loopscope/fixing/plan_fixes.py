"""From findings to the files that their rewrites change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loopscope.fixing.fix_file import Fix, Fixed, fix_file
from loopscope.fixing.refusal import Refusal, Refused
from loopscope.fixing.source_file import read_source_file
from loopscope.fixing.uncommitted import uncommitted_lines
from loopscope.model.finding import Finding
from loopscope.report.places import nearby


@dataclass(frozen=True, slots=True)
class Plan:
    """Files to change, and what is left as it is."""

    fixes: tuple[Fix, ...]
    refusals: tuple[Refusal, ...]


def plan_fixes(findings: Iterable[Finding], *, in_place: bool) -> Plan:
    """Read the files of all verified rewrites and work out their change; write nothing.

    Args:
        findings: Those without a verified rewrite are passed over.
        in_place: The files will be edited: then lines that git has not seen are not replaced.
    """
    by_file: dict[Path, list[Finding]] = {}
    for finding in findings:
        if finding.is_verified and finding.rewrite.edits:
            by_file.setdefault(_file_of(finding), []).append(finding)
    done = [_fixed(path, found, in_place) for path, found in by_file.items()]
    return Plan(
        fixes=tuple(one.fix for one in done if one.fix is not None),
        refusals=tuple(refusal for one in done for refusal in one.refusals),
    )


def _file_of(finding: Finding) -> Path:
    path = finding.location.path
    return Path(path) if path.startswith("<") else Path(path).resolve()


def _fixed(path: Path, findings: list[Finding], in_place: bool) -> Fixed:
    shown = nearby(str(path))
    try:
        if shown.startswith("<"):
            raise Refused("is no file. Copy the code from the report.")
        file = read_source_file(path)
        if in_place and not os.access(path, os.W_OK):
            raise Refused("may not be written. Change its permissions, or take the --diff.")
    except Refused as reason:
        return Fixed(None, (Refusal(shown, str(reason)),))
    uncommitted = uncommitted_lines(path) if in_place else ()
    return fix_file(file, findings, shown=shown, uncommitted=uncommitted)
