"""``loopscope analyze``: what a recorded trace shows."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.options import (
    Outputs,
    given_settings,
    path_option,
    with_outputs,
    with_selection,
    with_verbose,
)
from loopscope.offline import analyze


@click.command("analyze")
@with_outputs
@path_option("--source-root", "Folder where the program's source lies now.")
@with_selection
@with_verbose
@click.argument("trace", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(
    json: Path | None,
    markdown: Path | None,
    fail_on: str | None,
    source_root: Path | None,
    select: str | None,
    ignore: str | None,
    verbose: bool,
    trace: tuple[Path, ...],
) -> int:
    """Report what each TRACE shows, a file that export_chrome_trace wrote.

    The loops are those of the report that loopscope.profile wrote beside it.
    """
    outputs = Outputs(json, markdown, fail_on)
    outputs.check()
    settings = given_settings(select, ignore)
    report = analyze(trace, source_root=source_root, settings=settings)
    report.show(verbose=verbose)
    return outputs.write(report)
