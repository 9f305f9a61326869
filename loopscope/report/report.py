"""What one window showed, ready to be read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from loopscope.errors import LoopscopeError
from loopscope.model.finding import Finding, RuleHelp
from loopscope.model.recording import Clock, Environment, Window


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


@dataclass(frozen=True, slots=True)
class Report:
    """Findings of one window, the dearest first, advice after what can be acted on.

    ``rules`` explains the rules that its findings name, by code.
    """

    findings: tuple[Finding, ...]
    window: Window
    totals: Totals
    environment: Environment
    clock: Clock
    notes: tuple[str, ...] = ()
    trace_path: str | None = None
    rules: Mapping[str, RuleHelp] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as its JSON document."""
        from loopscope.report.document import to_document

        return to_document(self)

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the report's JSON document; the name appears when the file is whole.

        Raises:
            LoopscopeError: The path cannot be written.
        """
        target = Path(path)
        partial = target.with_name(f".{target.name}.partial")
        text = json.dumps(self.to_dict(), indent=1, allow_nan=False)
        _write(partial, text + "\n")
        os.replace(partial, target)

    def to_markdown(self, path: str | os.PathLike[str]) -> None:
        """Write a Markdown table of the findings."""
        _write(Path(path), self.markdown())

    def markdown(self) -> str:
        """Return a Markdown table of the findings."""
        from loopscope.report.markdown import to_markdown

        return to_markdown(self)

    def show(self, file: TextIO | None = None) -> None:
        """Print the report: 80 columns, no color when piped."""
        from loopscope.report.console import show

        show(self, file)

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
        except (OSError, ValueError) as error:
            raise LoopscopeError(
                f"{path} is no loopscope report: {error}. Write it again with loopscope run "
                "--json.",
                slug="report-unreadable",
            ) from None
        return from_document(document, str(path))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LoopscopeError(
            f"Cannot write {path}: {error.strerror}. Choose another path.", slug="cannot-write"
        ) from None
