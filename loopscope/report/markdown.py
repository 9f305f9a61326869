"""A report as a Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopscope.report.wording import count, duration

if TYPE_CHECKING:
    from loopscope.report.report import Report


def to_markdown(report: Report) -> str:
    """Return a heading and a row a finding."""
    if not report.findings:
        return "No slow Python loops found.\n"
    head = ["Rule", "Loop", "Cost", "Share", "Ran", "What to do"]
    rows = [head, ["---"] * len(head)]
    rows += [
        [
            f"{f.rule} {f.name}",
            f"`{_cell(f.location.path)}:{f.location.line}`",
            duration(f.cost.total_ns),
            f"{f.cost.share:.0%}",
            count(f.iterations, "iteration"),
            _cell(f.suggestion.advice),
        ]
        for f in report.findings
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ")
