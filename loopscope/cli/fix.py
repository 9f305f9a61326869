"""``loopscope fix``: the verified rewrites of a report, put into the source."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.fix_files import fix_files
from loopscope.cli.options import given_settings, path_option, with_selection
from loopscope.config import read_settings
from loopscope.offline import adapted
from loopscope.report.report import Report
from loopscope.rules.check_selection import check_selection


@click.command("fix")
@click.option("--diff", "diff", is_flag=True, help="Print a diff for git apply (the default).")
@click.option("--apply", "apply", is_flag=True, help="Edit the files.")
@path_option("--source-root", "Folder where the program's source lies now.")
@with_selection
@click.argument("report", type=click.Path(path_type=Path))
def command(
    diff: bool,
    apply: bool,
    source_root: Path | None,
    select: str | None,
    ignore: str | None,
    report: Path,
) -> int:
    """Put the verified rewrites of REPORT, a file that run --json wrote, into the source.

    A file is changed as a whole or not at all, and only where its loops are what was profiled.
    Of two rewrites that share lines, the dearer loop's is taken. The status is 1 where something
    was refused; a line on stderr says what, and why.
    """
    if diff and apply:
        raise click.UsageError("--diff and --apply exclude each other. Choose one.")
    settings = read_settings(given_settings(select, ignore))
    check_selection(settings)
    return fix_files(adapted(Report.from_json(report), settings, source_root), apply=apply)
