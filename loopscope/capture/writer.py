"""One thread's samples, and the form in which they are written down.

A sample is two numbers: a time in nanoseconds and a word ``code << 32 | event << 28 | place``.

=======  =======================================================================================
ENTER    the code object begins to run; place tells the frames of a generator function apart
YIELD    it is suspended; place as for ENTER
RESUME   it goes on; place as for ENTER
RAISE    an exception was raised at this instruction
LEAVE    it has ended
BEGIN    an iteration of the loop of this number begins
LAP      an iteration of the loop of this number has ended
AT       the frame is at this instruction now; loops that it is not in have ended
AGAIN    no time, but how often the sample before was repeated without another in between
LINE     the frame is at this line of a loop now; in the iterations that are timed line by line
=======  =======================================================================================
"""

from __future__ import annotations

from array import array
from time import time_ns

ENTER, YIELD, RESUME, RAISE, LEAVE, BEGIN, LAP, AT, AGAIN, LINE = (k << 28 for k in range(10))
CODE_SHIFT = 32
EVENT_MASK = 15 << 28
PLACE_MASK = (1 << 28) - 1


class Writer:
    """Appends samples; iterations of an innermost loop cost a comparison and a count.

    Attributes:
        word: The last sample's; -1 if it cannot be repeated.
        more: How often it was repeated. A core compares and counts by itself, for speed, and calls
            ``note`` for all else.
        full: Whether samples were dropped because there were ``limit`` already.
    """

    __slots__ = ("append", "buffer", "full", "limit", "more", "native_id", "word")

    def __init__(self, native_id: int, limit: int) -> None:
        self.native_id = native_id
        self.limit = 2 * limit
        self.buffer = array("q")
        self.append = self.buffer.append
        self.word = -1
        self.more = 0
        self.full = False

    def note(self, word: int) -> None:
        """Write one sample, stamped now."""
        append = self.append
        if self.more:
            append(self.more)
            append(self.word & ~EVENT_MASK | AGAIN)
            self.more = 0
        if len(self.buffer) < self.limit:
            append(time_ns())
            append(word)
            self.word = word
        else:
            self.full, self.word = True, -1

    def write(self, now: int, word: int) -> None:
        """Write one sample with a time of the caller's."""
        if len(self.buffer) < self.limit:
            self.append(now)
            self.append(word)
        else:
            self.full = True

    def flush(self) -> None:
        """Write down how often the last sample was repeated: no more will come."""
        if self.more:
            self.append(self.more)
            self.append(self.word & ~EVENT_MASK | AGAIN)
        self.word, self.more = -1, 0
