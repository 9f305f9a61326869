"""``loopscope run``: a script or module, as Python runs it, with a report at the end."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click

from loopscope.cli.main_module import MainModule, find_main

FAIL_ON = click.Choice(["actionable", "verified"])


@click.command(
    "run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.option("-m", "module", is_flag=True, help="SCRIPT is a module's name.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the report.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write a Markdown table.")
@click.option("--logdir", type=click.Path(path_type=Path), help="Write for TensorBoard.")
@click.option("--no-verify", is_flag=True, help="Do not run rewrites.")
@click.option("--fail-on", type=FAIL_ON, help="Exit with 1 when there are such findings.")
@click.argument("script")
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def command(
    module: bool,
    json_path: Path | None,
    markdown: Path | None,
    logdir: Path | None,
    no_verify: bool,
    fail_on: str | None,
    script: str,
    args: tuple[str, ...],
) -> None:
    """Run SCRIPT with ARGS as Python would, and report its slow loops.

    The script's own exit status is passed on. What was recorded is reported even when it
    raises or is interrupted.
    """
    main = find_main(script, is_module=module)
    from loopscope.api import profile

    with (
        main.prepared(args),
        profile(logdir=logdir, verify=not no_verify, acc_events=True) as scope,
    ):
        status = _run(main)
    sys.stdout.flush()
    if scope.reports:
        report = scope.report
        if json_path is not None:
            report.to_json(json_path)
        if markdown is not None:
            report.to_markdown(markdown)
        if status == 0 and fail_on is not None:
            found = [
                f for f in report.findings
                if f.actionable and (fail_on == "actionable" or f.rewrite.status == "verified")
            ]  # fmt: skip
            status = 1 if found else 0
    sys.exit(status)


def _run(main: MainModule) -> int:
    """Run to the end, as the interpreter does at top level; return the exit status."""
    try:
        main.execute()
    except SystemExit as leave:
        if leave.code is None or isinstance(leave.code, int):
            return leave.code or 0
        print(leave.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _print_exception(main)
        return 130
    except BaseException:
        _print_exception(main)
        return 1
    return 0


def _print_exception(main: MainModule) -> None:
    """Print what Python would have: the traceback from the script's first frame on."""
    kind, error, frames = sys.exc_info()
    while frames is not None and frames.tb_frame.f_code is not main.code:
        frames = frames.tb_next
    traceback.print_exception(kind, error, frames)
