"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from loopscope.report.files import check_writable

if TYPE_CHECKING:
    from loopscope.report.report import Report

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write a report to, and the findings that give status 1."""

    json: Path | None
    markdown: Path | None
    fail_on: str | None

    def check(self) -> None:
        """Refuse a path that cannot be written while nothing is lost yet.

        Raises:
            LoopscopeError: A path cannot be written.
        """
        for path in (self.json, self.markdown):
            if path is not None:
                check_writable(path)

    def write(self, report: Report) -> int:
        """Write the files; return the exit status."""
        if self.json is not None:
            report.to_json(self.json)
        if self.markdown is not None:
            report.to_markdown(self.markdown)
        counts = {
            None: False,
            "actionable": any(f.actionable for f in report.findings),
            "verified": any(f.rewrite.status == "verified" for f in report.findings),
        }
        return int(counts[self.fail_on])


def with_outputs(command: Function) -> Function:
    """Add ``--json``, ``--markdown`` and ``--fail-on``."""
    add_json = path_option("--json", "Write the report as JSON.")
    add_markdown = path_option("--markdown", "Write the findings as a Markdown table.")
    add_fail_on = click.option(
        "--fail-on",
        type=click.Choice(["actionable", "verified"]),
        help="Exit with 1 when there are such findings.",
    )
    return add_json(add_markdown(add_fail_on(command)))


def with_selection(command: Function) -> Function:
    """Add ``--select`` and ``--ignore``."""
    add_select = _codes_option("--select", "Report these rules only")
    add_ignore = _codes_option("--ignore", "Never report these rules")
    return add_select(add_ignore(command))


def with_verbose(command: Function) -> Function:
    """Add ``--verbose``."""
    add_verbose = click.option(
        "--verbose", is_flag=True, help="Say also why loops are not rewritten."
    )
    return add_verbose(command)


def path_option(name: str, help_text: str) -> Callable[[Function], Function]:
    """Make an option for a path; absolute, as a script may change the directory."""
    return click.option(
        name,
        type=click.Path(path_type=Path),
        metavar="PATH",
        callback=lambda _ctx, _param, path: path and path.absolute(),
        help=help_text,
    )


def given_settings(select: str | None, ignore: str | None) -> dict[str, object]:
    """Return the settings that the command line gives; these go over the file's."""
    given = {"select": select, "ignore": ignore}
    return {name: codes.split(",") for name, codes in given.items() if codes is not None}


def _codes_option(name: str, help_text: str) -> Callable[[Function], Function]:
    return click.option(name, metavar="CODES", help=f"{help_text}: LS101,LS3")
