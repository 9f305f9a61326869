"""The command line. Each command is a file; none imports torch before it has to."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from loopscope.errors import LoopscopeError
from loopscope.version import VERSION

COMMANDS = {
    "run": "Run a script or module and report its slow loops.",
    "analyze": "Report what a recorded trace shows.",
    "show": "Print a report that was written as JSON.",
    "fix": "Put the verified rewrites of a report into the source.",
    "explain": "Explain a rule.",
    "rules": "List all rules.",
    "demo": "Train a small model with three slow loops and report them.",
    "new-rule": "Start a new rule: its file and its example.",
}
INTERRUPTED = 130


class _Lazy(click.Group):
    """Import a command when it is called, so that ``--help`` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"loopscope.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(VERSION, prog_name="loopscope")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find the Python loops that make PyTorch code slow, and the op to use instead."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line; every error of ours is one line on stderr, and status 2."""
    try:
        status = cli.main(args=args, prog_name="loopscope", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "loopscope"
        _fail(f"{_sentence(error.format_message())} Try {where} --help.", 2)
    except click.ClickException as error:
        _fail(_sentence(error.format_message()), 2)
    except LoopscopeError as error:
        _fail(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("Interrupted.", INTERRUPTED)
    except BrokenPipeError:  # whoever read the output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"Cannot use {error.filename}: {error.strerror}. Choose another path.", 2)


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"loopscope: {' '.join(message.split())}", err=True)
    sys.exit(status)


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?", "!")) else f"{message}."
