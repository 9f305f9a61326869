"""``loopscope compare``: what became of the slow loops of a report."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.report.comparison import compare_reports
from loopscope.report.comparison_table import show_comparison
from loopscope.report.report import Report


def _percent(_: click.Context, param: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        percent = float(value.removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent < float("inf"):
        raise click.BadParameter(
            f"{value!r} is no percentage. Use a number such as 10.", param=param
        )
    return percent


@click.command("compare")
@click.option(
    "--fail-on",
    callback=_percent,
    metavar="PERCENT",
    help="Exit with 1 when a loop is new, or dearer by more than this.",
)
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def command(fail_on: float | None, before: Path, after: Path) -> int:
    """Print which loops are gone, new, cheaper and dearer from BEFORE to AFTER.

    Both are files that run --json wrote. Costs within a tenth of each other, or within a
    millisecond, are called the same. Loops that must stay loops never give status 1.
    """
    reports = Report.from_json(before), Report.from_json(after)
    changes = compare_reports(*reports)
    show_comparison(*reports, changes)
    if fail_on is None:
        return 0
    return int(any(change.is_regression(fail_on) for change in changes))
