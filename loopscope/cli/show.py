"""``loopscope show``: print a report that was written as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.report.report import Report


@click.command("show")
@click.argument("report", type=click.Path(path_type=Path))
def command(report: Path) -> None:
    """Print REPORT, a JSON file that ``loopscope run --json`` wrote."""
    Report.from_json(report).show()
