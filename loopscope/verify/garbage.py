"""Keep Python from looking for garbage in all of a program's memory while loops are run again."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def among_new_objects_alone() -> Iterator[None]:
    """Let garbage collection look at what is made inside alone.

    Copies of thousands of tensors set it off, and each time it would look at all that torch and
    the program hold, which takes longer than the copy. Nothing is done where the program itself
    has objects that are not looked at.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
