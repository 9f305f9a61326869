"""A report as Markdown for a pull request: a table first, the details folded under it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from loopscope.model.finding import Finding
from loopscope.report.places import relative_path, repository_root
from loopscope.report.sentences import evidence, speedup
from loopscope.report.wording import count, duration

if TYPE_CHECKING:
    from loopscope.report.report import Report

MAX_LENGTH = 60_000  # a comment on GitHub holds 65,536 characters


def to_markdown(report: Report, *, details: bool = True) -> str:
    """Return a heading and a row a finding; with ``details``, source and fix of each, folded."""
    if not report.findings:
        return "No slow Python loops found.\n"
    text = f"**{_headline(report)}**\n\n{_table(report)}"
    if not details:
        return text
    for finding in report.findings:
        part = _details(finding)
        if len(text) + len(part) > MAX_LENGTH:
            return f"{text}\nThe report has more: this is as much as a comment holds.\n"
        text += part
    return text


def _headline(report: Report) -> str:
    totals = report.totals
    if not totals.hot_loops:
        return f"{count(len(report.findings), 'loop')} that must stay a loop: advice only"
    loops = count(totals.hot_loops, "Python loop")
    verb = "costs" if totals.hot_loops == 1 else "cost"
    verified = sum(finding.is_verified for finding in report.findings)
    fixes = f", {verified} with a verified fix" if verified else ""
    return f"{loops} {verb} {totals.share:.0%} ({duration(totals.cost_ns)}){fixes}"


def _table(report: Report) -> str:
    head = ["Rule", "Loop", "Cost", "Share", "Ran", "What to do"]
    rows = [head, ["---"] * len(head)]
    rows += [
        [
            f"{_cell(f.rule)} {_cell(f.name)}",
            f"`{_code(_short(f.location.path))}:{f.location.line}`",
            duration(f.cost.total_ns),
            f"{f.cost.share:.0%}",
            count(f.iterations, "iteration"),
            _cell(f.suggestion.advice) + _proof(f),
        ]
        for f in report.findings
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _proof(finding: Finding) -> str:
    verdict = finding.verdict
    return f" (verified, {speedup(verdict)})" if finding.is_verified and verdict else ""


def _details(finding: Finding) -> str:
    place = finding.location
    at = f"{html.escape(_short(place.path))}:{place.line}"
    title = f"<code>{at}</code> {_cell(finding.suggestion.summary)}"
    parts = [f"\n<details><summary>{title}</summary>\n"]
    if finding.source:
        inside = [
            line for n, line in sorted(finding.source.items()) if place.line <= n <= place.end_line
        ]
        parts.append(_fenced("\n".join(inside), "python"))
    if finding.is_verified and finding.verdict is not None:
        changed = finding.rewrite.diff
        parts.append(_fenced(changed or finding.rewrite.after, "diff" if changed else "python"))
        parts.append(f"{_cell(evidence(finding.verdict))}\n")
        parts += [f"- holds as long as {_cell(guard)}" for guard in finding.rewrite.guards]
    elif finding.suggestion.code and finding.suggestion.verdict is not None:
        parts.append(f"{_cell(finding.suggestion.advice)}:\n")
        parts.append(_fenced(finding.suggestion.code, "python"))
        parts.append(f"{_cell(evidence(finding.suggestion.verdict))}\n")
        parts += [f"- holds as long as {_cell(guard)}" for guard in finding.suggestion.guards]
    elif finding.actionable and finding.rewrite.reason:
        parts.append(f"Not rewritten: {_cell(finding.rewrite.reason)}.\n")
    parts.append("\n</details>\n")
    return "\n".join(parts)


def _fenced(code: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


def _cell(text: str) -> str:
    """Text that stays text in a table: no markup, no new cell, no mention of somebody."""
    plain = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]|@#])", r"\\\1", plain)


def _short(path: str) -> str:
    return relative_path(path, repository_root()) or path


def _code(text: str) -> str:
    return " ".join(text.split()).replace("`", "'").replace("|", "\\|")
