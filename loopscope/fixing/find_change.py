"""Whether the source is still what a rewrite was verified with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
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
    changed = min(_changed_lines(finding, lines, first, last), default=None)
    if changed is not None:
        return f"line {changed} is not what was profiled"
    if not all(premise.holds(lines) for premise in finding.rewrite.premises):
        return "the code around the loop, or a function that it calls, is not what was profiled"
    return None


def _changed_lines(finding: Finding, lines: Sequence[str], first: int, last: int) -> Iterator[int]:
    """Lines that are not as ``before`` has them, dedented, or ``source``, to the character."""
    now = split_lines(textwrap.dedent("".join(f"{line}\n" for line in lines[first - 1 : last])))
    was = split_lines(finding.rewrite.before)
    for number, (one, other) in enumerate(zip_longest(now, was), first):
        if one != other:
            yield min(number, last)
    for number, text in finding.source.items():
        if first <= number <= last and lines[number - 1] != text:
            yield number
