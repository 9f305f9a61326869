"""Whether the source is still what a rewrite was verified with."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import combinations, zip_longest

from loopscope.fixing.share_lines import share_lines
from loopscope.model.finding import Finding
from loopscope.source.lines import split_lines


def find_change(finding: Finding, lines: Sequence[str]) -> str | None:
    """Return what has changed since the program ran; ``None`` where nothing did.

    Args:
        finding: Its rewrite has edits.
        lines: The file's, without their endings.
    """
    edits = finding.rewrite.edits
    if any(share_lines(a, b) for a, b in combinations(edits, 2)):
        return "its edits share lines"
    first, last = min(e.start_line for e in edits), max(e.end_line for e in edits)
    if not 1 <= first <= len(lines) or last > len(lines):
        return f"line {max(first, last)} is not there"
    place = (finding, lines, first, last)
    changed = _changed_source(*place) or _changed_text(*place)
    if changed:
        return f"line {changed} is not what was profiled"
    if not all(premise.holds(lines) for premise in finding.rewrite.premises):
        return "the code around the loop, or a function that it calls, is not what was profiled"
    return None


def _changed_source(finding: Finding, lines: Sequence[str], first: int, last: int) -> int:
    """Return the first line that is not as recorded, to the character; 0 where there is none."""
    known = {n: text for n, text in finding.source.items() if first <= n <= last}
    return next((n for n, text in sorted(known.items()) if lines[n - 1] != text), 0)


def _changed_text(finding: Finding, lines: Sequence[str], first: int, last: int) -> int:
    """The same of all that is replaced, but for indentation."""
    now = _dedented("".join(f"{line}\n" for line in lines[first - 1 : last]))
    was = _dedented(finding.rewrite.before)
    pairs = enumerate(zip_longest(now, was), first)
    return next((min(n, last) for n, (one, other) in pairs if one != other), 0)


def _dedented(text: str) -> list[str]:
    return split_lines(textwrap.dedent(text))
