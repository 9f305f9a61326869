"""A report in a run directory of TensorBoard: the sidecar, the scalars and the table."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from loopscope.errors import LoopscopeError
from loopscope.tensorboard.writer import write_summaries

if TYPE_CHECKING:
    from loopscope.report.report import Report

SUFFIX = ".loopscope.json"


def write_report(
    report: Report,
    logdir: Path,
    *,
    stem: str | None = None,
    step: int | None = None,
    embed: bool = False,
) -> Path:
    """Write the report beside its trace, and its figures into an event file; return its path.

    Args:
        report: What one window showed.
        logdir: The run's directory; made if it is missing.
        stem: The trace's name without its endings; a new one, as torch makes them, if not given.
        step: Where on TensorBoard's axis; the window's own step if not given.
        embed: Put the whole report into the event file as well.

    Raises:
        LoopscopeError: The directory cannot be written.
    """
    if step is not None:
        report = replace(report, window=replace(report.window, step=step))
    name = stem or f"{socket.gethostname()}_{os.getpid()}.{time.time_ns()}"
    target = logdir / f"{name}{SUFFIX}"
    try:
        logdir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LoopscopeError(
            f"Cannot make the log directory {logdir}: {error.strerror}. Choose another logdir.",
            slug="logdir-not-writable",
        ) from None
    report.to_json(target)
    write_summaries(
        logdir,
        report.to_dict(),
        step=report.window.step,
        markdown=report.markdown(details=False),
        worker=name.rpartition(".")[0] or name,
        embed=embed,
    )
    return target
