"""What a report says of one loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loopscope.model.premise import Premise

RewriteStatus = Literal["verified", "unverified", "refuted", "none"]
NOT_FASTER = "the rewrite is not faster"  # begins the reason of one that was withdrawn


@dataclass(frozen=True, slots=True)
class Location:
    """Where a loop statement stands. Lines are 1-based, ``column`` is 1-based too.

    ``statement`` is the loop statement's first line, stripped. For a comprehension the
    location is the comprehension's own: ``line`` is where its expression begins.
    """

    path: str
    line: int
    column: int
    end_line: int
    function: str
    statement: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a loop cost in its window, the profiler's own cost taken off (estimate)."""

    forward_ns: int
    backward_ns: int
    share: float
    gpu_idle_ns: int | None = None

    @property
    def total_ns(self) -> int:
        """Forward and backward together."""
        return self.forward_ns + self.backward_ns


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification measured."""

    inputs: int
    max_error: float
    gradients: bool
    loop_ns: int
    rewrite_ns: int
    speedup: float
    device: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to use instead.

    Attributes:
        ops: Dotted torch names or the words of the JSON interface, best first.
        summary: One line that names the user's own variables: ``running sum of data``.
        advice: One line of what to do: ``use torch.cumsum(data, dim=0)``.
        url: Documentation of the rule or of the op.
        code: The loop as the advice would have it, where that was verified; else empty.
        verdict: What verifying it measured.
        guards: What must hold for it, a sentence each.
    """

    ops: tuple[str, ...]
    summary: str
    advice: str
    url: str
    code: str = ""
    verdict: Verdict | None = None
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Whole lines of a file, 1-based and inclusive, and the text that replaces them."""

    start_line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Whole-tensor code for one loop.

    Attributes:
        before: The lines from the first edit to the last, dedented; ``after`` what they become.
        diff: The file's unified diff.
        guards: What must hold besides, a sentence each.
        edits: In the lines of the file as it was when the program ran.
        reason: In a few words, why there is no verified one; empty where there is.
        premises: Source that must still be the same where the edits are made.
    """

    status: RewriteStatus = "none"
    before: str = ""
    after: str = ""
    diff: str = ""
    guards: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    premises: tuple[Premise, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """When a loop ran, in nanoseconds since its window began. Near entries are drawn as one."""

    offset_ns: int
    duration_ns: int


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """What a rule says of itself, so that a report can be read without loopscope at hand.

    ``text`` is the rule's whole documentation, headings and all.
    """

    name: str
    summary: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One loop, what it cost, and what to write instead.

    Attributes:
        id: Stable between runs of the same source: rule, file, function and ordinal.
        kind: The dependence pattern: map, gather, scatter, reduction, scan, …
        actionable: False where the loop is sequential and only advice can be given.
        op_counts: What was seen in it: op name → times called.
        source: The lines ``location.line`` to ``location.end_line`` with up to two around them, by
            line number; empty where the source could not be had.
        spans: When it ran, in order and without overlap, at most a few hundred; empty where no
            clock told.
        line_ns: Forward cost by line of the loop, from the iterations that were timed line by line
            (estimate); empty where no clock told.
    """

    id: str
    rule: str
    name: str
    kind: str
    actionable: bool
    location: Location
    iterations: int
    entries: int
    ops: int
    kernels: int
    cost: Cost
    suggestion: Suggestion
    rewrite: Rewrite
    verdict: Verdict | None
    op_counts: Mapping[str, int]
    source: Mapping[int, str]
    spans: tuple[Span, ...] = ()
    line_ns: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_verified(self) -> bool:
        """Whether its rewrite may be shown and applied: a guess never is."""
        return self.actionable and self.rewrite.status == "verified" and self.verdict is not None
