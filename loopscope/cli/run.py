"""``loopscope run``: a script or module, as Python runs it, with a report at the end."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from loopscope.capture.export import check_logdir
from loopscope.cli import INTERRUPTED
from loopscope.cli.find_main import find_module, find_script
from loopscope.cli.fix_files import fix_files
from loopscope.cli.load_profile import load_profile
from loopscope.cli.main_module import MainModule
from loopscope.cli.options import (
    Outputs,
    Printing,
    given_settings,
    path_option,
    with_outputs,
    with_printing,
    with_selection,
)
from loopscope.config import read_settings
from loopscope.errors import LoopscopeError
from loopscope.rules.check_selection import check_selection

_OURS = str(Path(__file__).parent)


class _Run(click.Command):
    """Lets ``--fix`` stand alone: click would take the script for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        } - {"--fix"}
        at = 0
        while at < len(args) and args[at].startswith("-"):
            if args[at] == "--fix":
                args = [*args[:at], "--fix=apply", *args[at + 1 :]]
            at += 2 if args[at] in takes_value else 1
        return super().parse_args(ctx, args)


@click.command("run", cls=_Run, context_settings={"allow_interspersed_args": False})
@click.option("-m", "module", is_flag=True, help="SCRIPT is a module's name.")
@with_outputs
@path_option("--logdir", "Write trace, report and scalars for TensorBoard.")
@click.option("--no-verify", is_flag=True, help="Do not run rewrites.")
@click.option(
    "--fix",
    type=click.Choice(["apply", "diff"]),
    metavar="[=diff]",
    help="Edit the files as fix --apply does, or print the diff.",
)
@with_selection
@with_printing
@click.argument("script")
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def command(
    module: bool,
    outputs: Outputs,
    logdir: Path | None,
    no_verify: bool,
    fix: str | None,
    select: str | None,
    ignore: str | None,
    printing: Printing,
    script: str,
    args: tuple[str, ...],
) -> int:
    """Run SCRIPT with ARGS as Python would, and report its slow loops.

    The script's own exit status is passed on. What was recorded is reported even when it
    raises or is interrupted; --fix then changes nothing.
    """
    if fix is not None and no_verify:
        raise click.UsageError("--fix makes verified rewrites only. Leave out --no-verify.")
    if logdir is not None:
        check_logdir(logdir)
    settings = read_settings(given_settings(select, ignore))
    check_selection(settings)
    try:
        main = find_module(script) if module else find_script(script)
    except LoopscopeError:
        raise
    except Exception as error:  # a package around the module raised
        _print_exception(error)
        return 1
    profile = load_profile()
    scope = profile(
        logdir=logdir,
        console=False,
        verify=not no_verify,
        on_report=printing.show,
        settings=settings,
        acc_events=True,
    )
    with main.prepared(args), scope:
        status = _run(main)
    if not scope.reports:  # a warning has said why
        return status or 2
    failed = outputs.write(scope.report)
    if fix is not None and status:
        click.echo(f"loopscope: {script} ended with {status}: nothing is fixed.", err=True)
    elif fix is not None:
        failed = max(failed, fix_files(scope.report, apply=fix == "apply"))
    return status or failed


def _run(main: MainModule) -> int:
    """Run to the end, as the interpreter does at top level; return the exit status."""
    try:
        main.execute()
    except SystemExit as leave:
        if leave.code is None or isinstance(leave.code, int):
            return leave.code or 0
        print(leave.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        _print_exception(error)
        return INTERRUPTED
    except BaseException as error:
        _print_exception(error)
        return 1
    return 0


def _print_exception(error: BaseException) -> None:
    """Print what Python would have: the traceback from the user's first frame on."""
    frames = error.__traceback__
    while frames is not None and _is_machinery(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    sys.excepthook(type(error), error.with_traceback(frames), frames)


def _is_machinery(path: str) -> bool:
    return path.startswith((_OURS, "<frozen importlib")) or path == importlib.__file__
