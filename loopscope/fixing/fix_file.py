"""The rewrites of one file, put into it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loopscope.fixing.find_change import find_change
from loopscope.fixing.refusal import Refusal, Refused
from loopscope.fixing.share_lines import share_lines
from loopscope.fixing.source_file import SourceFile
from loopscope.model.finding import Edit, Finding


@dataclass(frozen=True, slots=True)
class Fix:
    """A file's bytes before and after; ``findings`` are what the change is for."""

    path: Path
    before: bytes
    after: bytes
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of a file: ``fix`` is ``None`` where it stays as it is."""

    fix: Fix | None
    refusals: tuple[Refusal, ...]


def fix_file(
    file: SourceFile,
    findings: Sequence[Finding],
    *,
    shown: str,
    uncommitted: Sequence[range] = (),
) -> Fixed:
    """Put all rewrites into the file, or none where one of them no longer fits.

    Args:
        file: What is on disk now.
        findings: With verified rewrites of this file.
        shown: Its path, for messages.
        uncommitted: Lines that must not be replaced; an empty range stands for lines that were
            deleted before its start.
    """
    chosen, refusals = _without_overlap(findings, shown)
    unfit = _changed(chosen, file, shown) or _overwriting(chosen, uncommitted, shown)
    if unfit:
        return Fixed(None, tuple(unfit))
    try:
        before = file.edited(())
        after = file.edited(edit for finding in chosen for edit in finding.rewrite.edits)
        if _is_python(before) and not _is_python(after):
            raise Refused("would not be Python any more. Write a bug report, with this report.")
    except Refused as reason:
        return Fixed(None, (Refusal(shown, str(reason)),))
    return Fixed(Fix(file.path, before, after, tuple(chosen)), tuple(refusals))


def _without_overlap(
    findings: Sequence[Finding], shown: str
) -> tuple[list[Finding], list[Refusal]]:
    """Of rewrites that share lines, the dearest loop's; of the same one twice, one."""
    chosen: list[Finding] = []
    refusals = []
    for finding in sorted(findings, key=lambda f: (-f.cost.total_ns, f.location.line)):
        if any(finding.rewrite.edits == other.rewrite.edits for other in chosen):
            continue  # seen in another window
        rival = next((other for other in chosen if _overlap(finding, other)), None)
        if rival is None:
            chosen.append(finding)
            continue
        reason = (
            f"its rewrite shares lines with that of line {rival.location.line}, which costs more. "
            "Profile again when that is done."
        )
        refusals.append(Refusal(f"{shown}:{finding.location.line}", reason))
    return sorted(chosen, key=lambda f: f.location.line), refusals


def _overlap(one: Finding, other: Finding) -> bool:
    return any(share_lines(a, b) for a in one.rewrite.edits for b in other.rewrite.edits)


def _changed(findings: Sequence[Finding], file: SourceFile, shown: str) -> list[Refusal]:
    lines = file.texts
    return [
        Refusal(
            f"{shown}:{finding.location.line}",
            f"{change}, so the file stays as it is. Profile again, then fix.",
        )
        for finding in findings
        if (change := find_change(finding, lines)) is not None
    ]


def _overwriting(
    findings: Sequence[Finding], uncommitted: Sequence[range], shown: str
) -> list[Refusal]:
    reason = (
        "the rewrite would replace lines that are not committed, so the file stays as it is. "
        "Commit them first, or take the --diff."
    )
    return [
        Refusal(f"{shown}:{finding.location.line}", reason)
        for finding in findings
        if any(_replaces(e, lines) for e in finding.rewrite.edits for lines in uncommitted)
    ]


def _replaces(edit: Edit, lines: range) -> bool:
    if not lines:
        return edit.start_line < lines.start <= edit.end_line
    return edit.start_line < lines.stop and lines.start <= edit.end_line


def _is_python(source: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the user's own code, such as invalid escapes
        try:
            ast.parse(source)
        except (SyntaxError, ValueError):
            return False
    return True
