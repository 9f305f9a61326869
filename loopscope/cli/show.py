"""``loopscope show``: print a report that was written as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.options import Outputs, Printing, path_option, with_outputs, with_printing
from loopscope.report.report import Report


@click.command("show")
@with_outputs
@path_option("--logdir", "Write report and scalars for TensorBoard.")
@with_printing
@click.argument("report", type=click.Path(path_type=Path))
def command(outputs: Outputs, logdir: Path | None, printing: Printing, report: Path) -> int:
    """Print REPORT, a file that run --json wrote, or write it in other forms."""
    found = Report.from_json(report)
    printing.show(found)
    if logdir is not None:
        found.to_tensorboard(logdir)
    return outputs.write(found)
