"""What reports say of a finding in a sentence, the same in each format."""

from __future__ import annotations

from loopscope.model.finding import Finding, Verdict
from loopscope.report.wording import count, duration, spaced


def describe(finding: Finding) -> str:
    """Return what a loop does, what it costs and what to write: one line, complete in itself."""
    cost = f"{duration(finding.cost.total_ns)}, {finding.cost.share:.0%} of the window"
    said = f"{finding.suggestion.summary} ({cost}): {finding.suggestion.advice}"
    if not finding.actionable:
        return f"{said} (advice: the loop is sequential)"
    if finding.is_verified and finding.verdict is not None:
        return f"{said} ({evidence(finding.verdict)})"
    return said


def evidence(verdict: Verdict) -> str:
    """Return how a rewrite is known to be right, and how much faster it is."""
    faster = f"{_times(verdict)} on {verdict.device}, {speedup(verdict)} faster"
    return f"{comparison(verdict)}, {faster}"


def comparison(verdict: Verdict) -> str:
    """``verified: equal on 16 inputs, gradients equal``."""
    gradients = "gradients equal" if verdict.gradients else "gradients not compared"
    return f"verified: equal on {count(verdict.inputs, 'input')}, {gradients}"


def timing(verdict: Verdict) -> str:
    """``62 ms → 35 µs (1 750×)``; a device other than the CPU is named."""
    device = "" if verdict.device == "cpu" else f" on {verdict.device}"
    return f"{_times(verdict)} ({speedup(verdict)}){device}"


def speedup(verdict: Verdict) -> str:
    """``4 100×``, ``8.2×``."""
    ratio = verdict.speedup
    return f"{spaced(ratio)}×" if ratio >= 10 else f"{ratio:.1f}×"


def _times(verdict: Verdict) -> str:
    return f"{duration(verdict.loop_ns)} → {duration(verdict.rewrite_ns)}"
