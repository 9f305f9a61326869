"""The only place that joins rooms: from a recording to a report, and from a report to its log."""

from __future__ import annotations

from pathlib import Path

from loopscope.config import Settings
from loopscope.hotspots import find_loop_costs
from loopscope.model.finding import Cost, Finding, Location, Rewrite, Suggestion
from loopscope.model.hotspot import LoopCost, Role
from loopscope.model.match import Match
from loopscope.model.recording import LoopSite, Recording
from loopscope.report.annotated_trace import HotSlice, annotate_trace
from loopscope.report.log import write_report
from loopscope.report.report import Report, Totals
from loopscope.rules.match_loop import match_loop
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.locate import locate_loop
from loopscope.source.loop import Loop
from loopscope.source.read_facts import read_facts
from loopscope.trace.read import read_trace

MAX_SLICES = 5_000
CONTEXT_LINES = 2


def report_window(recording: Recording, *, settings: Settings, verify: bool = True) -> Report:
    """Return what one recorded window shows. ``verify`` is for rewrites, which are to come."""
    trace = read_trace(recording.trace_path)
    costs = find_loop_costs(trace, recording, settings)
    findings = _Chooser(costs, recording, settings).findings()
    return Report(
        findings=findings,
        window=recording.window,
        totals=Totals.of(
            findings,
            loops=len(costs),
            events=trace.num_events,
            window_ns=recording.window.duration_ns,
        ),
        environment=recording.environment,
        clock=recording.clock,
        notes=(*recording.notes, *trace.notes),
        trace_path=str(recording.trace_path),
    )


def write_log(report: Report, recording: Recording, logdir: Path) -> None:
    """Annotate the exported trace in ``logdir`` and write the report and scalars beside it."""
    trace_path = Path(recording.trace_path)
    slices = _slices(report, recording)
    if slices:
        base_time_ns = read_trace(trace_path).base_time_ns
        annotate_trace(trace_path, trace_path, slices, base_time_ns=base_time_ns)
    write_report(report, logdir, stem=trace_path.name.split(".pt.trace.json")[0])


class _Chooser:
    """Of nested loops, the outermost that can be lifted; advice only where nothing inside can."""

    def __init__(
        self, costs: tuple[LoopCost, ...], recording: Recording, settings: Settings
    ) -> None:
        self.costs = costs
        self.recording = recording
        self.settings = settings
        self.children: dict[int, list[int]] = {}
        for k, cost in enumerate(costs):
            self.children.setdefault(cost.parent, []).append(k)
        self.ordinals: dict[tuple[str, str, str], int] = {}

    def findings(self) -> tuple[Finding, ...]:
        chosen = [f for root in self.children.get(-1, ()) for f in self._visit(root)]
        return tuple(sorted(chosen, key=lambda f: (not f.actionable, -f.cost.total_ns, f.id)))

    def _visit(self, index: int) -> list[Finding]:
        cost = self.costs[index]
        own = self._finding(cost) if cost.hot and cost.role is Role.BODY else None
        if own is not None and own.actionable:
            return [own]
        inner = [f for child in self.children.get(index, ()) for f in self._visit(child)]
        lifted = sum(f.cost.total_ns for f in inner if f.actionable)
        if own is None or lifted > cost.total_ns / 2:
            return inner
        return [own, *(f for f in inner if f.actionable)]

    def _finding(self, cost: LoopCost) -> Finding | None:
        text = self.recording.sources.get(cost.site.path)
        loop = locate_loop(text, cost.site) if text is not None else None
        if loop is None:
            return None
        facts = read_facts(loop)
        if any(effect.rsplit(".", 1)[-1] == "backward" for effect in facts.effects):
            return None  # a training step written out by hand
        matched = match_loop(Subject(cost, loop, facts), self.settings)
        return None if matched is None else self._build(cost, loop, *matched)

    def _build(self, cost: LoopCost, loop: Loop, rule: Rule, match: Match) -> Finding:
        function = cost.site.function
        key = (rule.code, loop.path, function)
        ordinal = self.ordinals[key] = self.ordinals.get(key, 0) + 1
        first = max(1, loop.line - CONTEXT_LINES)
        last = min(len(loop.lines), loop.end_line + CONTEXT_LINES)
        return Finding(
            id=f"{rule.code}:{Path(loop.path).name}:{function}:{ordinal}",
            rule=rule.code,
            name=rule.name,
            kind=match.kind,
            actionable=match.actionable,
            location=Location(
                loop.path, loop.line, loop.column, loop.end_line, function, loop.statement
            ),
            iterations=cost.iterations,
            entries=cost.entries,
            ops=cost.ops,
            kernels=cost.kernels,
            cost=Cost(cost.forward_ns, cost.backward_ns, cost.share, cost.gpu_idle_ns),
            suggestion=Suggestion(match.ops, match.summary, match.advice, rule.url),
            rewrite=Rewrite(),
            verdict=None,
            op_counts=dict(cost.op_counts),
            source={n: loop.lines[n - 1] for n in range(first, last + 1)},
        )


def _slices(report: Report, recording: Recording) -> list[HotSlice]:
    by_line: dict[tuple[str, int] | None, Finding] = {
        (f.location.path, f.location.line): f for f in report.findings
    }
    found = {k: _located(site, recording) for k, site in enumerate(recording.sites)}
    slices = []
    for entries in recording.threads:
        for row, site in enumerate(entries.site.tolist()):
            finding = by_line.get(found[site])
            if finding is None:
                continue
            lane = 0
            up = int(entries.parent[row])
            while up >= 0:
                lane += found[int(entries.site[up])] in by_line
                up = int(entries.parent[up])
            slices.append(
                HotSlice(
                    name=f"{finding.rule} {finding.suggestion.summary}",
                    start_ns=int(entries.start_ns[row]),
                    end_ns=int(entries.end_ns[row]),
                    lane=lane,
                    args=_args(finding),
                )
            )
    return sorted(slices, key=lambda s: s.start_ns - s.end_ns)[:MAX_SLICES]


def _located(site: LoopSite, recording: Recording) -> tuple[str, int] | None:
    text = recording.sources.get(site.path)
    loop = locate_loop(text, site) if text is not None else None
    return None if loop is None else (loop.path, loop.line)


def _args(finding: Finding) -> dict[str, str | int]:
    return {
        "rule": f"{finding.rule} {finding.name}",
        "location": f"{finding.location.path}:{finding.location.line}",
        "cost": f"{finding.cost.total_ns / 1e6:.3f} ms ({finding.cost.share:.0%} of the window)",
        "suggestion": finding.suggestion.advice,
        "iterations": finding.iterations,
    }
