"""Every report of the log directory, by id: what the page may ask for, and nothing else."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from loopscope.tensorboard.directories import Directories, ReportFile, Root, read_file
from loopscope.tensorboard.summary import MAX_BYTES, Summary, summarize
from loopscope.tensorboard.tensors import TensorReport

REMOTE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """A report and where its bytes come from."""

    id: str
    run: str
    worker: str
    summary: Summary
    source: ReportFile | TensorReport

    def read(self) -> bytes:
        """Return the report's bytes.

        Raises:
            OSError: Its file cannot be read any more.
        """
        match self.source:
            case ReportFile():
                return read_file(self.source, MAX_BYTES + 1)
            case TensorReport():
                return self.source.raw


@dataclass(slots=True)
class ReportIndex:
    """Looks again at every call, and reads only what has changed."""

    roots: tuple[Root, ...]
    _directories: Directories = field(init=False)
    _rows: dict[tuple[str, int, int], Row] = field(default_factory=dict)
    _found: tuple[Row, ...] = ()
    _looked_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._directories = Directories(self.roots)

    def has_reports(self) -> bool:
        """Whether there is any report file. Stops at the first."""
        if self._found:
            return True
        with self._lock:
            return any(True for _ in self._directories.find())

    def look(self, tensors: Iterable[TensorReport] = ()) -> tuple[Row, ...]:
        """Return all reports, ordered by run, worker and time."""
        with self._lock:
            if not self._is_recent():
                self._found = tuple(self._look_at_files())
                self._looked_at = time.monotonic()
            rows = {(r.run, r.summary.start_ns): r for r in self._look_at_tensors(tensors)}
            known = [row for row in self._found if not row.summary.problem]
            for row in known:  # the file says more than its copy in an event file
                rows.pop((row.run, row.summary.start_ns), None)
            found = (*self._found, *rows.values())
            return tuple(sorted(found, key=lambda r: (r.run, r.worker, r.summary.start_ns, r.id)))

    @property
    def is_full(self) -> bool:
        """Whether there are more directories than are looked at."""
        return self._directories.full

    def _is_recent(self) -> bool:
        any_remote = any(root.is_remote for root in self.roots)
        return any_remote and time.monotonic() - self._looked_at < REMOTE_SECONDS

    def _look_at_files(self) -> Iterator[Row]:
        rows: dict[tuple[str, int, int], Row] = {}
        for file in self._directories.find():
            key = (file.path, file.size, file.changed_ns)
            rows[key] = self._rows.get(key) or _read_row(file)
        self._rows = rows
        yield from rows.values()

    def _look_at_tensors(self, tensors: Iterable[TensorReport]) -> Iterator[Row]:
        for tensor in tensors:
            yield Row(
                _identify("tensor", *map(str, tensor.key)),
                tensor.run,
                tensor.worker,
                summarize(tensor.raw),
                tensor,
            )


def encode_index(rows: tuple[Row, ...], notes: list[str]) -> bytes:
    """Return the index as JSON, with an entry a report."""
    reports = [{"id": r.id, "run": r.run, "worker": r.worker, **_fields(r.summary)} for r in rows]
    return msgspec.json.encode({"reports": reports, "notes": notes})


def encode_trend(rows: tuple[Row, ...], run: str, worker: str, loop: str) -> bytes:
    """Return what one loop cost in each window of a run's worker, as JSON."""
    points = [
        {"id": row.id, "step": row.summary.step, "cost_ns": row.summary.loops.get(loop)}
        for row in rows
        if row.run == run and row.worker == worker and not row.summary.problem
    ]
    return msgspec.json.encode({"points": points})


def _fields(summary: Summary) -> Mapping[str, object]:
    if summary.problem:
        return {"schema": summary.schema, "problem": summary.problem}
    fields = msgspec.structs.asdict(summary)
    return {name: value for name, value in fields.items() if name not in ("loops", "problem")}


def _read_row(file: ReportFile) -> Row:
    if file.size > MAX_BYTES:
        summary = Summary(problem=f"larger than {MAX_BYTES >> 20} MiB")
    else:
        try:
            summary = summarize(read_file(file, MAX_BYTES + 1))
        except OSError as error:
            summary = Summary(problem=f"cannot be read: {error.strerror or error}")
    return Row(_identify(file.root.name, file.path), file.run, file.worker, summary, file)


def _identify(*parts: str) -> str:
    """Return an id that tells nothing of the path and is the same after a restart."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:20]
