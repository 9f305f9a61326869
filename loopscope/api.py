"""What users import: a drop-in for ``torch.profiler.profile`` that reports slow loops."""

from __future__ import annotations

import functools
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import torch

from loopscope import pipeline
from loopscope.capture.calibrate import overhead_per_op_ns
from loopscope.capture.clock import LoopClock
from loopscope.capture.environment import read_environment
from loopscope.capture.export import check_logdir, copy_trace, export_once
from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings, read_settings
from loopscope.errors import LoopscopeError, LoopscopeWarning
from loopscope.model.recording import Recording, Window
from loopscope.report.report import Report
from loopscope.rules.check_selection import check_selection

Function = TypeVar("Function", bound=Callable[..., Any])


class profile(torch.profiler.profile):  # type: ignore[misc]  # untyped base
    """Profile the block and report the Python loops that make it slow.

    Takes every keyword of ``torch.profiler.profile``; works as context manager and as decorator.

    Args:
        logdir: Directory for TensorBoard: trace, report and scalars are written there.
        console: Print the report when a window ends.
        verify: Run and compare rewrites before they are shown.
        on_report: Called with each window's ``Report``.
        settings: What counts as a hotspot: single settings by name go over those of the nearest
            ``pyproject.toml``; a ``Settings`` holds as it is.
        **torch_profiler_keywords: Passed through.

    Raises:
        LoopscopeError: ``logdir`` cannot be written, a setting is wrong, or (when it starts) a
            profiler is running already.
    """

    def __init__(
        self,
        *,
        logdir: str | os.PathLike[str] | None = None,
        console: bool = True,
        verify: bool = True,
        on_report: Callable[[Report], object] | None = None,
        settings: Settings | Mapping[str, object] | None = None,
        **torch_profiler_keywords: Any,  # noqa: ANN401 (torch's own)
    ) -> None:
        self._settings = read_settings(settings)
        check_selection(self._settings)
        self._ours = {
            "logdir": logdir,
            "console": console,
            "verify": verify,
            "on_report": on_report,
            "settings": self._settings,
        }
        self._keywords = dict(torch_profiler_keywords)
        self._logdir = None if logdir is None else check_logdir(logdir).absolute()
        self._console, self._verify, self._on_report = console, verify, on_report
        self._user_handler = torch_profiler_keywords.pop("on_trace_ready", None)
        self._clock: LoopClock | None = None
        self._taker: SnapshotTaker | None = None
        self._start_ns = 0
        self._overhead_ns: float | None = None
        self._exported: Path | None = None
        self._recording: Recording | None = None
        self._enabled = self._replaced = False
        self.reports: list[Report] = []
        super().__init__(on_trace_ready=type(self)._window_ended, **torch_profiler_keywords)

    def __call__(self, function: Function) -> Function:
        """Profile every call of the decorated function, each with a profiler of its own."""

        @functools.wraps(function)
        def profiled(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (the user's own)
            # The keywords are the ones that `__init__` took.
            with type(self)(**self._ours, **self._keywords) as scope:  # type: ignore[arg-type]
                result = function(*args, **kwargs)
            self.reports.extend(scope.reports)
            return result

        return profiled  # type: ignore[return-value]  # wraps keeps the type

    @property
    def report(self) -> Report:
        """The last window's report.

        Raises:
            LoopscopeError: No window has ended yet.
        """
        if not self.reports:
            raise LoopscopeError(
                "No window has been recorded yet. Read .report after the with block, or after "
                "the schedule's active steps.",
                slug="no-report-yet",
            )
        return self.reports[-1]

    def start(self) -> None:
        """Start, as ``torch.profiler.profile.start``."""
        if torch.autograd._profiler_enabled():
            raise LoopscopeError(
                "Another torch profiler is running. Stop it first, or use loopscope.profile in "
                "its place.",
                slug="nested-profiler",
            )
        self._overhead_ns = overhead_per_op_ns()  # before: no second profiler may run in a window
        super().start()

    def start_trace(self) -> None:
        """Start to record, and the loop clock with it."""
        super().start_trace()
        self._enabled, self._replaced = torch.autograd._profiler_enabled(), False
        self._drop_trace()
        self._exported = self._recording = None
        self._taker = SnapshotTaker(self._settings) if self._verify else None
        hook = None if self._taker is None else self._taker.take
        self._clock = LoopClock(self._settings, hook)
        self._start_ns = time.time_ns()
        self._clock.start()

    def stop_trace(self) -> None:
        """Stop the loop clock, then stop to record."""
        if self._clock is not None:
            self._clock.stop()
        self._replaced = self._enabled and not torch.autograd._profiler_enabled()
        try:
            super().stop_trace()
        except RuntimeError:  # torch 2.6 has nothing to stop then
            if not self._replaced:
                raise

    def export_chrome_trace(self, path: str) -> Any:  # noqa: ANN401 (as torch has it)
        """Write the window's trace to ``path``; gzip if it ends in ``.gz``."""
        if self._exported is not None and self._exported.exists():
            return copy_trace(self._exported, path)
        self._check_events()
        return super().export_chrome_trace(path)

    def _window_ended(self) -> None:
        try:
            self._report()
        except LoopscopeError as error:
            warnings.warn(str(error), LoopscopeWarning, stacklevel=4)
        except Exception as error:
            warnings.warn(
                f"loopscope could not report this window: {error!r}. The trace is kept.",
                LoopscopeWarning,
                stacklevel=4,
            )
        if self._user_handler is not None and not self._replaced:
            self._user_handler(self)

    def _report(self) -> None:
        clock = self._clock
        if clock is None:
            return
        self._check_events()
        self._exported = export_once(super().export_chrome_trace, self._logdir)
        sites, threads = clock.entries()
        recording = Recording(
            trace_path=self._exported,
            window=Window(len(self.reports), self.step_num, self._start_ns, clock.end_ns),
            clock=clock.clock,
            sites=sites,
            threads=threads,
            sources=clock.sources(sites),
            environment=read_environment(),
            overhead_per_op_ns=self._overhead_ns,
            notes=clock.notes(),
            snapshots=() if self._taker is None else self._taker.snapshots,
        )
        report = pipeline.report_window(recording, settings=self._settings, verify=self._verify)
        self.reports.append(report)
        self._recording = recording
        if self._logdir is not None:
            pipeline.write_log(report, recording, self._logdir)
        if self._console:
            report.show()
        if self._on_report is not None:
            self._on_report(report)

    def _check_events(self) -> None:
        """Refuse what would end the process: torch exports events that are gone."""
        if self._replaced:
            raise LoopscopeError(
                "Another torch profiler ran inside this window and took its events: there is "
                "nothing to report. Take that one out, or use loopscope.profile in its place.",
                slug="profiler-replaced",
            )

    def _drop_trace(self) -> None:
        """Remove a trace that nobody asked to keep."""
        kept = getattr(self, "_exported", None)
        if kept is not None and kept.parent == Path(tempfile.gettempdir()):
            kept.unlink(missing_ok=True)

    def __del__(self) -> None:
        """Leave no trace of what has been reported."""
        self._drop_trace()


def tensorboard_trace_handler(
    dir_name: str | os.PathLike[str], worker_name: str | None = None, use_gzip: bool = False
) -> Callable[[torch.profiler.profile], None]:
    """Return a handler for ``on_trace_ready`` that writes traces as torch's own does.

    For a ``loopscope.profile`` the trace shows the slow loops, and the report and scalars are
    written beside it, as ``logdir`` has them.

    Raises:
        LoopscopeError: The directory cannot be made or written to.
    """
    folder = check_logdir(dir_name).absolute()

    def handle(profiler: torch.profiler.profile) -> None:
        target = export_once(
            profiler.export_chrome_trace, folder, worker_name=worker_name, use_gzip=use_gzip
        )
        if isinstance(profiler, profile) and profiler._recording is not None:
            recording = replace(profiler._recording, trace_path=target)
            pipeline.write_log(profiler.report, recording, folder)

    return handle
