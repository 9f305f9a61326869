"""What recorded traces show, without torch."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from loopscope.config import Settings, read_settings
from loopscope.errors import LoopscopeError
from loopscope.model.finding import Finding
from loopscope.model.recording import Clock, Environment, Window
from loopscope.model.trace import Trace
from loopscope.report.report import Report, Totals
from loopscope.rules.check_selection import check_selection
from loopscope.trace.read import read_trace

AnyPath = str | os.PathLike[str]
NO_CLOCK = Clock("none", "only a recording by loopscope.profile has one")
UNKNOWN = Environment(python="", torch="", platform="", device="", num_threads=0)


def analyze(
    path_or_paths: AnyPath | Sequence[AnyPath],
    *,
    source_root: AnyPath | None = None,
    settings: Settings | Mapping[str, object] | None = None,
) -> Report:
    """Report what one or several traces show.

    The report that ``loopscope.profile`` wrote beside a trace holds its loops. A trace that
    another profiler recorded has no loop clock: of it the report says its length and events, and
    names no loop.

    Args:
        path_or_paths: Traces as ``export_chrome_trace`` writes them, plain or gzip.
        source_root: Folder where the program's source lies now, if it has moved.
        settings: As for ``loopscope.profile``; ``select`` and ``ignore`` hold here.

    Raises:
        LoopscopeError: A file is missing or no trace, or a setting is wrong.
    """
    match path_or_paths:
        case str() | os.PathLike():
            paths = [Path(path_or_paths)]
        case _:
            paths = [Path(path) for path in path_or_paths]
    if not paths:
        raise LoopscopeError(
            "No trace was given. Pass the path of one, or of several.", slug="trace-missing"
        )
    checked = read_settings(settings)
    check_selection(checked)
    root = None if source_root is None else Path(source_root)
    reports = [adapted(_report(path), checked, root) for path in paths]
    return reports[0] if len(reports) == 1 else _joined(reports, paths)


def _report(path: Path) -> Report:
    stem = path.name.removesuffix(".gz").removesuffix(".json").removesuffix(".pt.trace")
    beside = path.with_name(f"{stem}.loopscope.json")
    if path.is_file() and beside.is_file():
        return replace(Report.from_json(beside), trace_path=str(path))
    trace = read_trace(path)
    window = _window(trace)
    totals = Totals.of((), loops=0, events=trace.num_events, window_ns=window.duration_ns)
    return Report((), window, totals, UNKNOWN, NO_CLOCK, trace.notes, str(path))


def _window(trace: Trace) -> Window:
    tables = [
        table
        for table in (trace.ops, trace.calls, trace.kernels, trace.annotations)
        if len(table.start_ns)
    ]
    return Window(
        index=0,
        step=0,
        start_ns=min((int(t.start_ns.min()) for t in tables), default=0),
        end_ns=max((int((t.start_ns + t.duration_ns).max()) for t in tables), default=0),
    )


def adapted(report: Report, settings: Settings, root: Path | None) -> Report:
    """Keep the findings that the settings allow, with paths below ``root`` if it is given."""
    findings = tuple(
        f if root is None else _moved(f, root) for f in report.findings if settings.allows(f.rule)
    )
    was = report.totals
    totals = Totals.of(findings, loops=was.loops, events=was.events, window_ns=was.window_ns)
    return replace(report, findings=findings, totals=totals)


def _moved(finding: Finding, root: Path) -> Finding:
    parts = Path(finding.location.path).parts
    candidates = (root.joinpath(*parts[k:]) for k in range(1, len(parts)))
    path = next((str(path) for path in candidates if path.is_file()), finding.location.path)
    return replace(finding, location=replace(finding.location, path=path))


def _joined(reports: Sequence[Report], paths: Sequence[Path]) -> Report:
    """One report of all: sums of their totals, and every finding, the dearest first."""
    findings = sorted(
        (f for report in reports for f in report.findings),
        key=lambda f: (not f.actionable, -f.cost.total_ns, f.id),
    )
    window_ns = sum(report.totals.window_ns for report in reports)
    totals = Totals.of(
        findings,
        loops=sum(report.totals.loops for report in reports),
        events=sum(report.totals.events for report in reports),
        window_ns=window_ns,
    )
    timed = next((report for report in reports if report.clock.core != "none"), reports[0])
    notes = tuple(
        f"{path.name}: {note}"
        for report, path in zip(reports, paths, strict=True)
        for note in (*_without_clock(report), *report.notes)
    )
    share = min(1.0, totals.cost_ns / max(window_ns, 1))
    return replace(
        timed,
        findings=tuple(findings),
        totals=replace(totals, share=share),
        notes=notes,
        trace_path=None,
    )


def _without_clock(report: Report) -> tuple[str, ...]:
    return ("no loop clock in this trace",) if report.clock.core == "none" else ()
