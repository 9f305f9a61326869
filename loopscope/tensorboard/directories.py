"""Find the report files of a log directory, and again in milliseconds when little has changed."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SUFFIX = ".loopscope.json"
MAX_DIRECTORIES = 50_000
RACY_NS = 2_000_000_000  # a file that lands in the tick of a listing does not move its mtime


@dataclass(frozen=True, slots=True)
class Root:
    """A directory to look in; ``name`` is put before its runs, empty for a plain ``--logdir``."""

    name: str
    path: str

    @property
    def is_remote(self) -> bool:
        """Whether the path is a URL that TensorBoard's own file system reads."""
        return "://" in self.path


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file that bears a report's name. ``run`` is its directory, as TensorBoard names runs."""

    root: Root
    run: str
    path: str
    size: int
    changed_ns: int

    @property
    def worker(self) -> str:
        """``host_4633`` of ``host_4633.1795455256106680413.loopscope.json``."""
        stem = re.split(r"[/\\]", self.path)[-1].removesuffix(SUFFIX)
        worker, _, time_ns = stem.rpartition(".")
        return _printable(worker if worker and time_ns.isdigit() else stem)


@dataclass(frozen=True, slots=True)
class _Listing:
    changed_ns: int
    listed_ns: int
    directories: tuple[str, ...]
    reports: tuple[str, ...]

    def holds(self, changed_ns: int) -> bool:
        return self.changed_ns == changed_ns and self.listed_ns - changed_ns > RACY_NS


@dataclass(slots=True)
class Directories:
    """Walks the log directories; a directory whose mtime stands still is not listed again."""

    roots: tuple[Root, ...]
    full: bool = False
    _listings: dict[str, _Listing] = field(default_factory=dict)

    def find(self) -> Iterator[ReportFile]:
        """Yield every report file. Links that lead out of a log directory are passed over."""
        self.full = False
        for root in self.roots:
            if root.is_remote:
                yield from _find_remote(root)
            else:
                yield from self._find_local(root)

    def _find_local(self, root: Root) -> Iterator[ReportFile]:
        top = os.path.realpath(root.path)
        waiting, seen = [top], 0
        while waiting:
            seen += 1
            if seen > MAX_DIRECTORIES:
                self.full = True
                return
            directory = waiting.pop()
            listing = self._list(directory, top)
            if listing is None:
                continue
            waiting += listing.directories
            for path in listing.reports:
                try:
                    info = os.stat(path)
                except OSError:
                    continue
                if stat.S_ISREG(info.st_mode):
                    run = _run_name(root, os.path.relpath(directory, top))
                    yield ReportFile(root, run, path, info.st_size, info.st_mtime_ns)

    def _list(self, directory: str, top: str) -> _Listing | None:
        try:
            changed_ns = os.stat(directory).st_mtime_ns
            known = self._listings.get(directory)
            if known is not None and known.holds(changed_ns):
                return known
            listed_ns = time.time_ns()
            with os.scandir(directory) as entries:
                found = list(entries)
        except OSError:
            self._listings.pop(directory, None)
            return None
        listing = _Listing(
            changed_ns,
            listed_ns,
            tuple(e.path for e in found if _is_directory(e)),
            tuple(e.path for e in found if _is_report_name(e.name) and _is_inside(e, top)),
        )
        self._listings[directory] = listing
        return listing


def read_file(file: ReportFile, limit: int) -> bytes:
    """Return the file's bytes, at most ``limit`` of them.

    Raises:
        OSError: It is gone, or a link out of the log directory has taken its place.
    """
    if file.root.is_remote:
        from tensorboard.compat import tf

        with tf.io.gfile.GFile(file.path, "rb") as remote:
            return bytes(remote.read(limit))
    real = os.path.realpath(file.path)
    if _leads_out(real, os.path.realpath(file.root.path)):
        raise PermissionError("leads out of the log directory")
    with Path(real).open("rb") as local:
        return local.read(limit)


def parse_roots(logdir: str, logdir_spec: str) -> tuple[Root, ...]:
    """Return the directories of ``--logdir`` or of ``--logdir_spec name:path,…``."""
    if logdir:
        return (Root("", os.path.expanduser(logdir)),)
    return tuple(_parse_root(part) for part in logdir_spec.split(",") if part)


def _parse_root(part: str) -> Root:
    name, colon, path = part.partition(":")
    is_named = colon and not re.match(r"[a-zA-Z][\w.]*://|/|[a-zA-Z]:\\", part)
    if is_named:
        return Root(name, os.path.expanduser(path))
    return Root(Path(part).name, os.path.expanduser(part))


def _run_name(root: Root, relative: str) -> str:
    inner = "" if relative == "." else relative.replace(os.sep, "/")
    return _printable("/".join(part for part in (root.name, inner) if part) or ".")


def _printable(name: str) -> str:
    """A file name may hold bytes that are no text."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_report_name(name: str) -> bool:
    return name.endswith(SUFFIX) and not name.startswith(".")


def _is_directory(entry: os.DirEntry[str]) -> bool:
    # A link to a directory inside is found under its own name, and one that leads out is not ours.
    return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)


def _is_inside(entry: os.DirEntry[str], top: str) -> bool:
    return not entry.is_symlink() or not _leads_out(os.path.realpath(entry.path), top)


def _leads_out(real: str, top: str) -> bool:
    try:
        return os.path.commonpath([top, real]) != top
    except ValueError:  # another drive
        return True


def _find_remote(root: Root) -> Iterator[ReportFile]:
    from tensorboard.compat import tf

    top = root.path.rstrip("/")
    for directory, _, names in tf.io.gfile.walk(top):
        run = _run_name(root, directory[len(top) :].strip("/") or ".")
        for name in filter(_is_report_name, names):
            path = f"{directory.rstrip('/')}/{name}"
            yield ReportFile(root, run, path, int(tf.io.gfile.stat(path).length), 0)
