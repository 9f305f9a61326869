"""A report as its JSON document, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from loopscope.errors import LoopscopeError
from loopscope.model.finding import Finding, RuleHelp
from loopscope.model.recording import Clock, Environment, Window
from loopscope.version import VERSION

if TYPE_CHECKING:
    from loopscope.report.report import Report

SCHEMA_VERSION = 1


def to_document(report: Report) -> dict[str, Any]:
    """Return plain dicts, lists, strings and finite numbers, as ``schema.json`` has them."""
    environment = asdict(report.environment) | {
        "clock": report.clock.core,
        "clock_reason": report.clock.reason,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "loopscope", "version": VERSION},
        "environment": environment,
        "window": _plain(report.window),
        "totals": asdict(report.totals),
        "notes": list(report.notes),
        "findings": [_finding(f) for f in report.findings],
        "rules": _plain(report.rules),
    }


def from_document(document: object, path: str) -> Report:
    """Return the report of a document.

    Raises:
        LoopscopeError: It is no report, or of a newer schema.
    """
    from loopscope.report.report import Report, Totals

    schema = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(schema, int) or schema < 1:
        raise LoopscopeError(
            f"{path} is no loopscope report: it has no schema_version. Pass a file that loopscope "
            "run --json wrote.",
            slug="report-unreadable",
        )
    if schema > SCHEMA_VERSION:
        raise LoopscopeError(
            f"{path} was written by a newer loopscope (schema {schema}). Upgrade loopscope.",
            slug="report-newer-schema",
        )
    try:
        environment = document["environment"]
        return Report(
            findings=tuple(
                msgspec.convert(f, Finding, strict=False) for f in document["findings"]
            ),
            window=msgspec.convert(document["window"], Window),
            totals=msgspec.convert(document["totals"], Totals),
            environment=msgspec.convert(environment, Environment),
            clock=msgspec.convert(
                {"core": environment["clock"], "reason": environment["clock_reason"]}, Clock
            ),
            notes=msgspec.convert(document["notes"], tuple[str, ...]),
            rules=msgspec.convert(document.get("rules", {}), dict[str, RuleHelp]),
        )
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise LoopscopeError(
            f"{path} is no loopscope report: {error}. Write it again with loopscope run --json.",
            slug="report-unreadable",
        ) from None


def _finding(finding: Finding) -> dict[str, Any]:
    found = _plain(finding)
    found["cost"]["total_ns"] = finding.cost.total_ns
    if not finding.suggestion.code:
        for optional in ("code", "verdict", "guards"):
            del found["suggestion"][optional]
    return found


def _plain(value: object) -> dict[str, Any]:
    # Through JSON, so that the document holds lists and string keys, as a reader of it would see.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain
