"""One thread's samples, and the form in which they are written down.

A sample is two numbers: a time (``time.time_ns``) and a word, ``code << 32 | event << 28 | place``.

=======  =======================================================================================
ENTER    the code object begins to run; place tells the frames of a generator function apart
YIELD    it is suspended; place as for ENTER
RESUME   it goes on; place as for ENTER
LEAVE    it has ended; place is the instruction that left, or 0
BEGIN    an iteration of the loop of this number begins
LAP      an iteration of the loop of this number has ended
AT       the frame is at this instruction now
AGAIN    no time, but how often the sample before was repeated without another between
=======  =======================================================================================
"""

from __future__ import annotations

import time
from array import array

ENTER, YIELD, RESUME, LEAVE, BEGIN, LAP, AT, AGAIN = (event << 28 for event in range(8))
CODE_SHIFT = 32
EVENT_MASK = 15 << 28
PLACE_MASK = (1 << 28) - 1
_COUNTED = (BEGIN, LAP)


class Writer:
    """Appends samples; iterations of an innermost loop cost a comparison and a count.

    Attributes:
        run: The last sample's word, and how many more of the same followed. A core compares and
            counts by itself, for speed, and calls ``note`` for all else.
        full: Whether samples were dropped because there were ``limit`` already.
    """

    __slots__ = ("buffer", "full", "limit", "native_id", "run")

    def __init__(self, native_id: int, limit: int) -> None:
        self.native_id = native_id
        self.limit = 2 * limit
        self.buffer = array("q")
        self.run = [-1, 0]
        self.full = False

    def note(self, word: int, now: int | None = None) -> None:
        """Write one sample, stamped now."""
        self.flush()
        if len(self.buffer) >= self.limit:
            self.full = True
            return
        self.buffer.append(time.time_ns() if now is None else now)
        self.buffer.append(word)
        if word & EVENT_MASK in _COUNTED:
            self.run[0] = word

    def flush(self) -> None:
        """Write down how often the last sample was repeated."""
        word, more = self.run
        if more:
            self.buffer.append(more)
            self.buffer.append(word & ~EVENT_MASK | AGAIN)
        self.run[0], self.run[1] = -1, 0
