"""``loopscope show``: print a report that was written as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.options import Outputs, with_outputs, with_verbose
from loopscope.report.report import Report


@click.command("show")
@with_outputs
@with_verbose
@click.argument("report", type=click.Path(path_type=Path))
def command(
    json: Path | None, markdown: Path | None, fail_on: str | None, verbose: bool, report: Path
) -> int:
    """Print REPORT, a file that run --json wrote."""
    outputs = Outputs(json, markdown, fail_on)
    outputs.check()
    found = Report.from_json(report)
    found.show(verbose=verbose)
    return outputs.write(found)
