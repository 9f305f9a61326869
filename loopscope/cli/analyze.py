"""``loopscope analyze``: what a recorded trace shows."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.options import (
    Outputs,
    Printing,
    given_settings,
    path_option,
    with_outputs,
    with_printing,
    with_selection,
)
from loopscope.offline import analyze


@click.command("analyze")
@with_outputs
@path_option("--logdir", "Write report and scalars for TensorBoard.")
@path_option("--source-root", "Folder where the program's source lies now.")
@with_selection
@with_printing
@click.argument("trace", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(
    outputs: Outputs,
    logdir: Path | None,
    source_root: Path | None,
    select: str | None,
    ignore: str | None,
    printing: Printing,
    trace: tuple[Path, ...],
) -> int:
    """Report what each TRACE shows, a file that export_chrome_trace wrote.

    The loops are those of the report that loopscope.profile wrote beside it.
    """
    settings = given_settings(select, ignore)
    report = analyze(trace, source_root=source_root, settings=settings)
    printing.show(report)
    if logdir is not None:
        report.to_tensorboard(logdir)
    return outputs.write(report)
