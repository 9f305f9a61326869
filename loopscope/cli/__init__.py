"""The command line. Each command is a file; none imports torch before it has to."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from loopscope.errors import LoopscopeError
from loopscope.version import VERSION

COMMANDS = {
    "run": "Run a script or module and report its slow loops.",
    "show": "Print a report that was written as JSON.",
    "explain": "Explain a rule.",
    "rules": "List all rules.",
    "demo": "Train a small model with three slow loops and report them.",
    "new-rule": "Start a new rule: its file and its example.",
}


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


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="loopscope")
def cli() -> None:
    """Find the Python loops that make PyTorch code slow, and the op to use instead."""


def main(args: list[str] | None = None) -> Any:  # noqa: ANN401 (never returns)
    """Run the command line; every error of ours is one line and status 2."""
    try:
        cli.main(args=args, prog_name="loopscope", standalone_mode=True)
    except LoopscopeError as error:
        click.echo(f"loopscope: {error}", err=True)
        sys.exit(2)
