"""The only place that joins rooms: from a recording to a report, and from a report to its log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loopscope.config import Settings
from loopscope.hotspots import find_loop_costs
from loopscope.hotspots.line_costs import LineCosts
from loopscope.hotspots.spans import find_spans, find_steps
from loopscope.hotspots.unrecorded_threads import note_unrecorded_threads
from loopscope.model.finding import Cost, Finding, Location, Rewrite, RuleHelp, Suggestion
from loopscope.model.hotspot import LoopCost, Role
from loopscope.model.match import Match
from loopscope.model.recording import LoopSite, Recording
from loopscope.model.trace import Trace
from loopscope.pipeline.attempts import Proposal
from loopscope.pipeline.callers import FEW, Callers
from loopscope.pipeline.rewrites import Rewriter
from loopscope.report.annotated_trace import annotate_trace
from loopscope.report.log import write_report
from loopscope.report.report import Report, Totals
from loopscope.report.track import build_track
from loopscope.rules.match_loop import match_loop
from loopscope.rules.registry import load_rules
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.keyed_names import with_keyed_names
from loopscope.source.locate import locate_loop
from loopscope.source.loop import Loop
from loopscope.source.read_facts import read_facts
from loopscope.trace.read import read_trace

CONTEXT_LINES = 2

_MANY_TIMES = 8  # an inner loop goes round, for each time that the loop around it does
_UNKNOWN = "unknown"  # the kind of what no rule recognises
_UNTIL = "data_dependent_while"  # the kind of what may be a scan up to where it stops
_RECURRENCE = "recurrence"  # the kind of a loop that waits for its last step
_WORTH_IT = 3.0  # times as fast: what is much faster is worth telling in any case


def report_window(recording: Recording, *, settings: Settings, verify: bool = True) -> Report:
    """Return what one recorded window shows; with ``verify``, rewrites that were run."""
    trace = read_trace(recording.trace_path)
    costs = find_loop_costs(trace, recording, settings)
    hot = [c for c in costs if c.hot and (c.parent < 0 or not costs[c.parent].hot)]
    chooser = _Chooser(costs, recording, trace, settings)
    findings, skipped = chooser.findings(), tuple[str, ...]()
    if verify:
        hot_ns = sum(cost.wall_ns for cost in hot)
        findings, skipped = _with_rewrites(findings, chooser, recording, hot_ns)
    return Report(
        findings=findings,
        window=replace(recording.window, steps=find_steps(trace, recording)),
        totals=Totals.of(
            findings,
            loops=len(costs),
            events=trace.num_events,
            window_ns=recording.window.duration_ns,
        ),
        environment=recording.environment,
        clock=recording.clock,
        notes=(
            *recording.notes,
            *trace.notes,
            *note_unrecorded_threads(trace, recording, settings),
            *skipped,
        ),
        trace_path=str(recording.trace_path),
        rules=_explain({finding.rule for finding in findings}),
        track=build_track(chooser.found(findings), recording, trace),
    )


def write_log(report: Report, recording: Recording, logdir: Path) -> None:
    """Annotate the exported trace in ``logdir`` and write the report and scalars beside it."""
    trace_path = Path(recording.trace_path)
    if report.track is not None:
        annotate_trace(trace_path, trace_path, report.track)
    write_report(report, logdir, stem=trace_path.name.split(".pt.trace.json")[0])


def _with_rewrites(
    findings: tuple[Finding, ...], chooser: _Chooser, recording: Recording, hot_ns: int
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings with what is proposed, and what there was no time for.

    Loops that cost next to nothing come first: they leave most of their share. Of the others the
    costliest does, so that what time there is goes where it pays most. What is left in the end
    goes to those that a share was too little for.
    """
    around = chooser.callers.of(findings)
    asked = [finding for finding in findings if finding.actionable]
    waiting = [f for f in findings if not f.actionable and f.kind == _RECURRENCE]
    unknown = [f for f in findings if f.kind in (_UNKNOWN, _UNTIL)]
    count = len(around) + len(asked) + len(waiting) + len(unknown)
    rewriter = Rewriter(recording.snapshots, hot_ns, count)
    asked.sort(key=lambda f: not rewriter.is_cheap(f.cost.total_ns))  # a stable sort

    def proposed(f: Finding) -> Finding:
        few = f.iterations <= FEW * f.entries
        proposal = rewriter.propose(chooser.loops[f.id], chooser.inner_loops(f), few=few)
        return _with(chooser.rewritten(f, proposal.inner) or f, proposal)

    tried = [_with(f, rewriter.whole(chooser.loops[f.id])) for f in around]
    wholes = [f for f in tried if f.rewrite.status == "verified"]
    inside = {n for whole in wholes for n in chooser.callers.inside(whole)}
    asked = [f for f in asked if f.id not in inside]
    made = {f.id: proposed(f) for f in asked}
    made |= {f.id: _advised(f, rewriter.hoist(chooser.loops[f.id])) for f in waiting}
    made |= {f.id: _recognized(f, rewriter.whole(chooser.loops[f.id])) for f in unknown}
    made |= {f.id: proposed(f) for f in asked if rewriter.has_more_for(chooser.loops[f.id])}
    found = [*wholes, *(made.get(f.id, f) for f in findings if f.id not in inside)]
    return tuple(sorted(found, key=lambda f: not f.actionable)), rewriter.notes


def _with(finding: Finding, proposal: Proposal) -> Finding:
    ops = tuple(dict.fromkeys((*finding.suggestion.ops, *proposal.ops)))
    return replace(
        finding,
        suggestion=replace(finding.suggestion, ops=ops),
        rewrite=proposal.rewrite,
        verdict=proposal.verdict,
    )


def _recognized(finding: Finding, proposal: Proposal) -> Finding:
    """A loop that no rule knows is one to act on where its rewrite is verified and much faster."""
    if proposal.verdict is None or proposal.verdict.speedup < _WORTH_IT or not proposal.ops:
        return finding
    suggestion = replace(finding.suggestion, ops=(), advice="write it for whole tensors")
    return _with(replace(finding, actionable=True, suggestion=suggestion), proposal)


def _advised(finding: Finding, proposal: Proposal) -> Finding:
    """The finding stays advice: its suggestion shows what was verified of it."""
    verified = replace(
        finding.suggestion,
        code=proposal.rewrite.after,
        verdict=proposal.verdict,
        guards=proposal.rewrite.guards,
    )
    return replace(finding, suggestion=verified)


class _Chooser:
    """Of nested loops, the outermost that can be lifted; advice only where nothing inside can."""

    def __init__(
        self,
        costs: tuple[LoopCost, ...],
        recording: Recording,
        trace: Trace,
        settings: Settings,
    ) -> None:
        self.costs = costs
        self.recording = recording
        self.lines = LineCosts(trace, recording)
        self.settings = settings
        self.children: dict[int, list[int]] = {}
        for k, cost in enumerate(costs):
            self.children.setdefault(cost.parent, []).append(k)
        self.ordinals: dict[tuple[str, str, str], int] = {}
        self.sites: dict[str, LoopSite] = {}
        self.loops: dict[str, Loop] = {}
        self.indices: dict[str, int] = {}
        self.callers = Callers()

    def findings(self) -> tuple[Finding, ...]:
        chosen = [f for root in self.children.get(-1, ()) for f in self._visit(root)]
        return tuple(sorted(chosen, key=lambda f: (not f.actionable, -f.cost.total_ns, f.id)))

    def found(self, findings: tuple[Finding, ...]) -> dict[LoopSite, Finding]:
        """Return the loops of the bytecode that the findings are about."""
        return {self.sites[finding.id]: finding for finding in findings}

    def inner_loops(self, finding: Finding) -> list[Loop]:
        """Return the loops inside that most of the cost is in, outermost first."""
        return [loop for _, loop in self._inside(finding)]

    def rewritten(self, finding: Finding, inner: Loop | None) -> Finding | None:
        """Return a finding of the loop inside, where the one around it goes round a few times."""
        if inner is None or finding.iterations > FEW * finding.entries:
            return None
        place = (inner.path, inner.line, inner.column)
        inside = self._inside(finding)
        index = next(k for k, loop in inside if (loop.path, loop.line, loop.column) == place)
        cost = self.costs[index]
        often = cost.iterations >= _MANY_TIMES * finding.iterations
        return self._finding(cost) if often else None

    def _inside(self, finding: Finding) -> list[tuple[int, Loop]]:
        found: list[tuple[int, Loop]] = []
        todo = list(self.children.get(self.indices[finding.id], ()))
        while todo:
            index = todo.pop(0)
            cost = self.costs[index]
            loop = self._loop(cost)
            if loop is not None and cost.total_ns > finding.cost.total_ns / 2:
                found.append((index, loop))
                todo += self.children.get(index, ())
        return found

    def _visit(self, index: int) -> list[Finding]:
        cost = self.costs[index]
        own = self._finding(cost) if cost.hot and cost.role is Role.BODY else None
        if own is not None:
            self.indices[own.id] = index
        if own is not None and own.actionable:
            theirs = self._in_callee(index, own)
            self.callers.note(own, theirs)
            return theirs or [own]
        inner = [f for child in self.children.get(index, ()) for f in self._visit(child)]
        lifted = sum(f.cost.total_ns for f in inner if f.actionable)
        if own is None or lifted > cost.total_ns / 2:
            return inner
        return [own, *(f for f in inner if f.actionable)]

    def _in_callee(self, index: int, own: Finding) -> list[Finding]:
        """Findings of what the loop calls, where that is what it costs and it has no rewrite."""
        if own.rewrite.status == "verified":
            return []
        called = [f for child in self._called(index) for f in self._visit(child)]
        theirs = [f for f in called if f.actionable]
        if sum(f.cost.total_ns for f in theirs) <= own.cost.total_ns / 2:
            return []
        better = any(
            f.rewrite.status == "verified" or f.iterations >= _MANY_TIMES * own.iterations
            for f in theirs
        )
        return theirs if better else []

    def _called(self, index: int) -> list[int]:
        """The next loops inside that stand in another function."""
        site, found = self.costs[index].site, []
        for child in self.children.get(index, ()):
            other = self.costs[child].site
            if (other.path, other.function) == (site.path, site.function):
                found += self._called(child)
            else:
                found.append(child)
        return found

    def _finding(self, cost: LoopCost) -> Finding | None:
        loop = self._loop(cost)
        if loop is None:
            return None
        facts = read_facts(loop)
        if any(effect.rsplit(".", 1)[-1] == "backward" for effect in facts.effects):
            return None  # a training step written out by hand
        matched = match_loop(Subject(cost, loop, facts), self.settings)
        named = with_keyed_names(loop)
        if named is not loop and (matched is None or not matched[1].actionable):
            subject = Subject(cost, named, read_facts(named))
            matched = match_loop(subject, self.settings) or matched
        return None if matched is None else self._build(cost, loop, *matched)

    def _loop(self, cost: LoopCost) -> Loop | None:
        text = self.recording.sources.get(cost.site.path)
        return locate_loop(text, cost.site) if text is not None else None

    def _build(self, cost: LoopCost, loop: Loop, rule: Rule, match: Match) -> Finding:
        function = cost.site.function
        key = (rule.code, loop.path, function)
        ordinal = self.ordinals[key] = self.ordinals.get(key, 0) + 1
        first = max(1, loop.line - CONTEXT_LINES)
        last = min(len(loop.lines), loop.end_line + CONTEXT_LINES)
        name = f"{rule.code}:{Path(loop.path).name}:{function}:{ordinal}"
        self.sites[name] = cost.site
        self.loops[name] = loop
        return Finding(
            id=name,
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
            suggestion=Suggestion(
                tuple(dict.fromkeys(match.ops)), match.summary, match.advice, rule.url
            ),
            rewrite=Rewrite(),
            verdict=None,
            op_counts=dict(cost.op_counts),
            source={n: loop.lines[n - 1] for n in range(first, last + 1)},
            spans=find_spans(self.recording, cost.site),
            line_ns=self._line_costs(cost, loop),
        )

    def _line_costs(self, cost: LoopCost, loop: Loop) -> dict[int, int]:
        if loop.line == loop.end_line:
            return {loop.line: cost.forward_ns}
        return self.lines.of(cost.site, cost.forward_ns)


def _explain(codes: set[str]) -> dict[str, RuleHelp]:
    return {
        rule.code: RuleHelp(rule.name, rule.summary, (rule.doc or "").strip(), rule.url)
        for rule in load_rules()
        if rule.code in codes
    }
