"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from loopscope.report.files import check_writable

if TYPE_CHECKING:
    from loopscope.report.report import Report

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write a report to, and the findings that give status 1."""

    json: Path | None
    sarif: Path | None
    html: Path | None
    markdown: Path | None
    fail_on: str | None

    def check(self) -> None:
        """Refuse a path that cannot be written while nothing is lost yet.

        Raises:
            LoopscopeError: A path cannot be written.
        """
        for path in (self.json, self.sarif, self.html, self.markdown):
            if path is not None:
                check_writable(path)

    def write(self, report: Report) -> int:
        """Write the files; return the exit status."""
        if self.json is not None:
            report.to_json(self.json)
        if self.sarif is not None:
            report.to_sarif(self.sarif)
        if self.html is not None:
            report.to_html(self.html)
        if self.markdown is not None:
            report.to_markdown(self.markdown)
        counts = {
            None: False,
            "actionable": any(f.actionable for f in report.findings),
            "verified": any(f.rewrite.status == "verified" for f in report.findings),
        }
        return int(counts[self.fail_on])


@dataclass(frozen=True, slots=True)
class Printing:
    """How a report is printed."""

    form: str
    verbose: bool

    def show(self, report: Report) -> None:
        """Print the report on stdout."""
        if self.form == "github":
            click.echo(report.annotations(), nl=False)
        else:
            report.show(verbose=self.verbose)


def with_outputs(command: Function) -> Function:
    """Add ``--json`` and its like and ``--fail-on``; the command gets checked ``outputs``."""

    @functools.wraps(command)
    def with_files(
        *,
        json: Path | None,
        sarif: Path | None,
        html: Path | None,
        markdown: Path | None,
        fail_on: str | None,
        **others: object,
    ) -> object:
        outputs = Outputs(json, sarif, html, markdown, fail_on)
        outputs.check()
        return command(outputs=outputs, **others)

    options = [
        path_option("--json", "Write the report as JSON."),
        path_option("--sarif", "Write SARIF for code scanning, verified rewrites as fixes."),
        path_option("--html", "Write one HTML page that holds all it needs."),
        path_option("--markdown", "Write Markdown for a pull request's comment."),
        click.option(
            "--fail-on",
            type=click.Choice(["actionable", "verified"]),
            help="Exit with 1 when there are such findings.",
        ),
    ]
    return _with(options, cast(Function, with_files))


def with_printing(command: Function) -> Function:
    """Add ``--format`` and ``--verbose``; the command gets ``printing``."""

    @functools.wraps(command)
    def with_form(*, form: str, verbose: bool, **others: object) -> object:
        return command(printing=Printing(form, verbose), **others)

    options = [
        click.option(
            "--format",
            "form",
            type=click.Choice(["console", "github"]),
            default="console",
            help="Print for people, or annotations for GitHub Actions.",
        ),
        click.option("--verbose", is_flag=True, help="Say also why loops are not rewritten."),
    ]
    return _with(options, cast(Function, with_form))


def with_selection(command: Function) -> Function:
    """Add ``--select`` and ``--ignore``."""
    options = [
        _codes_option("--select", "Report these rules only"),
        _codes_option("--ignore", "Never report these rules"),
    ]
    return _with(options, command)


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


def _with(options: Sequence[Callable[[Any], Any]], command: Function) -> Function:
    """Add options such that ``--help`` has them in this order."""
    return functools.reduce(lambda so_far, add: add(so_far), reversed(options), command)


def _codes_option(name: str, help_text: str) -> Callable[[Function], Function]:
    return click.option(name, metavar="CODES", help=f"{help_text}: LS101,LS3")
