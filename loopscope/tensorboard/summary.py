"""What the index says of one report, read without reading the whole of it."""

from __future__ import annotations

import msgspec

SCHEMA_VERSION = 1
MAX_BYTES = 64 << 20
MAX_LOOPS = 200


class Summary(msgspec.Struct, frozen=True):
    """One row of the index.

    Attributes:
        problem: Why the report cannot be shown; empty where it can.
        loops: Cost in ns of each of its dearest loops, by ``line:path``.
    """

    schema: int = 0
    step: int = 0
    window: int = 0
    start_ns: int = 0
    end_ns: int = 0
    share: float = 0.0
    cost_ns: int = 0
    hot_loops: int = 0
    findings: int = 0
    problem: str = ""
    loops: dict[str, int] = {}


def summarize(raw: bytes) -> Summary:
    """Return the summary of a report's bytes, with a ``problem`` where they are no report."""
    if len(raw) > MAX_BYTES:
        return Summary(problem=f"larger than {MAX_BYTES >> 20} MiB")
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return _explain(raw, error)
    if head.schema_version > SCHEMA_VERSION:
        return _newer(head.schema_version)
    loops: dict[str, int] = {}
    for finding in head.findings[:MAX_LOOPS]:
        key = loop_key(finding.location.path, finding.location.line)
        loops[key] = loops.get(key, 0) + finding.cost.total_ns
    return Summary(
        schema=head.schema_version,
        step=head.window.step,
        window=head.window.index,
        start_ns=head.window.start_ns,
        end_ns=head.window.end_ns,
        share=head.totals.share,
        cost_ns=head.totals.cost_ns,
        hot_loops=head.totals.hot_loops,
        findings=len(head.findings),
        loops=loops,
    )


def _explain(raw: bytes, error: Exception) -> Summary:
    try:
        schema = msgspec.json.decode(raw, type=_Version).schema_version
    except msgspec.ValidationError:
        return Summary(problem=f"no loopscope report: {error}")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Summary(problem=f"cut short or damaged: {error}")
    if schema > SCHEMA_VERSION:  # whatever else is in it may have another form
        return _newer(schema)
    return Summary(schema=schema, problem=f"no loopscope report: {error}")


def _newer(schema: int) -> Summary:
    return Summary(schema=schema, problem=f"written by a newer loopscope (schema {schema})")


def loop_key(path: str, line: int) -> str:
    """Name a loop within one run, where its file stays the same."""
    return f"{line}:{path}"


class _Version(msgspec.Struct):
    schema_version: int


class _Window(msgspec.Struct):
    index: int
    step: int
    start_ns: int
    end_ns: int


class _Totals(msgspec.Struct):
    share: float
    cost_ns: int
    hot_loops: int


class _Location(msgspec.Struct):
    path: str
    line: int


class _Cost(msgspec.Struct):
    total_ns: int


class _Finding(msgspec.Struct):
    id: str
    location: _Location
    cost: _Cost


class _Head(msgspec.Struct):
    schema_version: int
    window: _Window
    totals: _Totals
    findings: list[_Finding]
