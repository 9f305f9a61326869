"""Where a window's trace goes."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from loopscope.errors import LoopscopeError

SUFFIX = ".pt.trace.json"


def check_logdir(logdir: str | os.PathLike[str]) -> Path:
    """Return the log directory, made if it was missing.

    Raises:
        LoopscopeError: It cannot be made or written to.
    """
    path = Path(logdir)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise LoopscopeError(
            f"Cannot write to the log directory {path}: {error.strerror}. Choose another logdir.",
            slug="logdir-not-writable",
        ) from None
    return path


def export_once(
    export: Callable[[str], object],
    logdir: Path | None,
    *,
    worker_name: str | None = None,
    use_gzip: bool = False,
) -> Path:
    """Export into ``logdir`` under a name like torch's, or into a temporary file.

    The final name appears when the file is whole: TensorBoard reads a run once.
    """
    if logdir is None:
        handle, name = tempfile.mkstemp(prefix="loopscope-", suffix=SUFFIX)
        os.close(handle)
        export(name)
        return Path(name)
    worker = worker_name or f"{socket.gethostname()}_{os.getpid()}"
    packed = ".gz" if use_gzip else ""
    target = logdir / f"{worker}.{time.time_ns()}{SUFFIX}{packed}"
    partial = target.with_name(f".{target.name}.json{packed}")
    export(str(partial))
    os.replace(partial, target)
    return target


def copy_trace(source: Path, target: str) -> None:
    """Copy an exported trace; gzip it where the target's name ends in ``.gz``."""
    if target.endswith(".gz"):
        with source.open("rb") as plain, gzip.open(target, "wb") as packed:
            shutil.copyfileobj(plain, packed)
    else:
        shutil.copyfile(source, target)
