"""Read a trace file into columns."""

from __future__ import annotations

import gc
import gzip
import zlib
from pathlib import Path

import msgspec

from loopscope.errors import LoopscopeError
from loopscope.model.trace import Trace
from loopscope.trace.columns import Columns
from loopscope.trace.events import decode_events
from loopscope.trace.parts import decode_parts


def read_trace(path: str | Path) -> Trace:
    """Read any trace that torch.profiler wrote, plain or gzip.

    Raises:
        LoopscopeError: The file is missing, unreadable, or not a trace.
    """
    raw = _read_bytes(Path(path))
    collecting = gc.isenabled()
    gc.disable()  # a million events at once would otherwise be walked over and over
    try:
        columns, base_time_ns, notes = _decode(raw, path)
        del raw  # may be large, and is no longer needed
        return columns.finish(str(path), base_time_ns, notes)
    finally:
        if collecting:
            gc.enable()


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise LoopscopeError(
            f"No trace at {path}. Pass a file that export_chrome_trace wrote.",
            slug="trace-missing",
        ) from None
    except OSError as error:
        raise _unreadable(f"Cannot read {path}: {error.strerror}") from None
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        return _decompress_what_is_whole(raw, path)


def _decompress_what_is_whole(raw: bytes, path: Path) -> bytes:
    try:
        text = zlib.decompressobj(wbits=31).decompress(raw)
    except zlib.error:
        text = b""
    if not text:
        raise _unreadable(f"{path} is damaged: its gzip data cannot be read")
    return text


def _decode(raw: bytes, path: str | Path) -> tuple[Columns, int, tuple[str, ...]]:
    columns = Columns()
    try:
        return columns, decode_parts(raw, columns.add), ()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        columns = Columns()  # what is odd about the file may lie further on
    try:
        file, notes = decode_events(raw)
    except msgspec.ValidationError:
        raise LoopscopeError(
            f"{path} is no profiler trace: it is JSON without traceEvents. Pass a file that "
            "export_chrome_trace wrote.",
            slug="not-a-trace",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable(f"{path} is no trace: it is not JSON") from None

    columns.add(file.events)
    return columns, file.base_time_ns, notes


def _unreadable(what: str) -> LoopscopeError:
    return LoopscopeError(
        f"{what}. Pass a .json or .json.gz that export_chrome_trace wrote.",
        slug="trace-unreadable",
    )
