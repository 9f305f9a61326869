"""What one window showed, ready to be read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from loopscope.errors import LoopscopeError
from loopscope.model.finding import Finding, RuleHelp
from loopscope.model.recording import Clock, Environment, Window
from loopscope.model.track import Track
from loopscope.report.files import write_whole


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a window.

    Attributes:
        loops: Loops that ran.
        hot_loops: Actionable findings.
        cost_ns: What those cost; advice is no saving and stays out.
        share: Of the window, 0 to 1.
        events: Events in the trace.
        window_ns: Length of the window.
    """

    loops: int
    hot_loops: int
    cost_ns: int
    share: float
    events: int
    window_ns: int

    @classmethod
    def of(cls, findings: Iterable[Finding], *, loops: int, events: int, window_ns: int) -> Totals:
        """Sum what the actionable findings cost."""
        actionable = [f for f in findings if f.actionable]
        return cls(
            loops=loops,
            hot_loops=len(actionable),
            cost_ns=sum(f.cost.total_ns for f in actionable),
            share=min(1.0, sum(f.cost.share for f in actionable)),
            events=events,
            window_ns=window_ns,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Findings of one window, the dearest first, advice after what can be acted on.

    ``rules`` explains the rules that its findings name, by code; ``track`` is what is drawn on
    the trace, and is not in the document.
    """

    findings: tuple[Finding, ...]
    window: Window
    totals: Totals
    environment: Environment
    clock: Clock
    notes: tuple[str, ...] = ()
    trace_path: str | None = None
    rules: Mapping[str, RuleHelp] = field(default_factory=dict)
    track: Track | None = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as its JSON document."""
        from loopscope.report.document import to_document

        return to_document(self)

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the report's JSON document; the name appears when the file is whole.

        Raises:
            LoopscopeError: The path cannot be written.
        """
        write_whole(path, json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n")

    def to_markdown(self, path: str | os.PathLike[str]) -> None:
        """Write Markdown for a pull request: a table, and the details folded under it.

        Raises:
            LoopscopeError: The path cannot be written.
        """
        write_whole(path, self.markdown())

    def to_sarif(self, path: str | os.PathLike[str]) -> None:
        """Write SARIF 2.1.0 for code scanning and editors; verified rewrites are its fixes.

        Raises:
            LoopscopeError: The path cannot be written.
        """
        from loopscope.report.sarif import to_sarif

        write_whole(path, json.dumps(to_sarif(self), indent=1, allow_nan=False) + "\n")

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write a page that holds all it needs, and opens from disk.

        Raises:
            LoopscopeError: The path cannot be written.
        """
        from loopscope.report.html import to_html

        write_whole(path, to_html(self))

    def to_tensorboard(
        self, logdir: str | os.PathLike[str], step: int | None = None, *, embed: bool = False
    ) -> None:
        """Write the report, scalars and a table into a run directory of TensorBoard.

        Args:
            logdir: The run's directory; made if it is missing.
            step: Where on TensorBoard's axis; the window's own step if not given.
            embed: Put the report into the event file too, for deployments that serve only those.

        Raises:
            LoopscopeError: The directory cannot be written.
        """
        from loopscope.report.log import write_report

        write_report(self, Path(logdir), step=step, embed=embed)

    def markdown(self, *, details: bool = True) -> str:
        """Return what ``to_markdown`` writes; without ``details`` the table alone."""
        from loopscope.report.markdown import to_markdown

        return to_markdown(self, details=details)

    def annotations(self) -> str:
        """Return GitHub annotations, a line a finding: print them in a workflow."""
        from loopscope.report.github import to_annotations

        return to_annotations(self)

    def show(self, file: TextIO | None = None, *, verbose: bool = False) -> None:
        """Print the report: 80 columns, no color when piped.

        Args:
            file: Where to; stdout if not given.
            verbose: Say also why loops are not rewritten.
        """
        from loopscope.report.console import show

        show(self, file, verbose=verbose)

    @classmethod
    def from_json(cls, path: str | os.PathLike[str]) -> Report:
        """Read a report that ``to_json`` wrote.

        Raises:
            LoopscopeError: The file is missing, unreadable or of a newer schema.
        """
        from loopscope.report.document import from_document

        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise LoopscopeError(
                f"No report at {path}. Write one with loopscope run --json.", slug="report-missing"
            ) from None
        except OSError as error:
            raise LoopscopeError(
                f"Cannot read {path}: {error.strerror}. Pass a file that loopscope run --json "
                "wrote.",
                slug="report-unreadable",
            ) from None
        except (ValueError, RecursionError) as error:
            raise LoopscopeError(
                f"{path} is no loopscope report: {error}. Write it again with loopscope run "
                "--json.",
                slug="report-unreadable",
            ) from None
        return from_document(document, str(path))
