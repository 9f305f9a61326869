"""What became of each slow loop between two reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, TypeAlias

from loopscope.model.finding import Finding

if TYPE_CHECKING:
    from loopscope.report.report import Report

ChangeKind = Literal["gone", "new", "cheaper", "dearer", "same"]
Key: TypeAlias = Callable[[Finding], tuple[str, ...]]

SAME = 0.1  # costs within a tenth of each other are noise
NOISE_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """One loop: ``before`` is ``None`` where it is new, ``after`` where it is gone."""

    before: Finding | None
    after: Finding | None

    @property
    def before_ns(self) -> int:
        """What it cost."""
        return 0 if self.before is None else self.before.cost.total_ns

    @property
    def after_ns(self) -> int:
        """What it costs."""
        return 0 if self.after is None else self.after.cost.total_ns

    @property
    def kind(self) -> ChangeKind:
        """What became of it; differences within a tenth, or a millisecond, are none."""
        if self.after is None:
            return "gone"
        if self.before is None:
            return "new"
        delta = self.after_ns - self.before_ns
        if abs(delta) < max(NOISE_NS, SAME * max(self.before_ns, self.after_ns)):
            return "same"
        return "cheaper" if delta < 0 else "dearer"

    def is_regression(self, percent: float) -> bool:
        """Return whether it is new, or costs over ``percent`` and a millisecond more.

        Loops that can only be advised on never count.
        """
        if self.after is None or not self.after.actionable:
            return False
        grown = self.after_ns - self.before_ns
        most = self.before_ns * percent / 100
        return self.before is None or grown > max(NOISE_NS, most)


def compare_reports(before: Report, after: Report) -> tuple[Change, ...]:
    """Return what became of every loop that either report names, the largest difference first."""
    changes = []
    left = (list(before.findings), list(after.findings))
    for key in (_by_text, _by_statement_and_rule, _by_statement, _by_rule):
        pairs = _pairs(*left, key)
        changes += [Change(old, new) for old, new in pairs]
        left = (
            [f for f in left[0] if not any(f is old for old, _ in pairs)],
            [f for f in left[1] if not any(f is new for _, new in pairs)],
        )
    changes += [Change(old, None) for old in left[0]]
    changes += [Change(None, new) for new in left[1]]
    return tuple(sorted(changes, key=lambda c: -abs(c.after_ns - c.before_ns)))


def _pairs(
    before: Sequence[Finding], after: Sequence[Finding], key: Key
) -> list[tuple[Finding, Finding]]:
    """Loops alike, in the order of their lines: lines move when code above them is edited."""
    groups: dict[tuple[str, ...], tuple[list[Finding], list[Finding]]] = {}
    for side, findings in enumerate((before, after)):
        for finding in sorted(findings, key=lambda f: f.location.line):
            groups.setdefault(key(finding), ([], []))[side].append(finding)
    return [pair for old, new in groups.values() for pair in zip(old, new, strict=False)]


def _by_text(finding: Finding) -> tuple[str, ...]:
    place = finding.location
    lines = range(place.line, place.end_line + 1)
    return (*_place(finding), *(finding.source.get(n, "").strip() for n in lines))


def _by_statement_and_rule(finding: Finding) -> tuple[str, ...]:
    return (*_place(finding), finding.location.statement, finding.rule)


def _by_statement(finding: Finding) -> tuple[str, ...]:
    return (*_place(finding), finding.location.statement)


def _by_rule(finding: Finding) -> tuple[str, ...]:
    return (*_place(finding), finding.rule)


def _place(finding: Finding) -> tuple[str, str]:
    """File and function; the folder may be another one, on another machine."""
    return PurePath(finding.location.path.replace("\\", "/")).name, finding.location.function
