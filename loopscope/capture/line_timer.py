"""Which lines of loops still give samples: those of the first iterations of each loop."""

from __future__ import annotations

from loopscope.capture.samples import Watched
from loopscope.capture.writer import AT, BEGIN, EVENT_MASK, LAP, LINE, PLACE_MASK

TIMED_ITERATIONS = 64
NO_LOOP = PLACE_MASK


class LineTimer:
    """Adds the words of lines to a core's words, and takes them away when a loop is known.

    So a line costs nothing more when its loop has gone round often enough. The lines of a loop go
    together: of an iteration all lines are timed, or none.

    Attributes:
        words: Place of an instruction → word of its line. The core's own words, or a dictionary
            beside them.
        rest: Word of an iteration of a loop → how many more are timed. A core that finds a word
            here calls ``began``.
    """

    __slots__ = ("_places", "rest", "words")

    def __init__(self, words: dict[int, int]) -> None:
        self.words = words
        self.rest: dict[int, int] = {}
        self._places: dict[int, list[int]] = {}

    def add(self, watched: Watched, start: int = 0) -> None:
        """Add a code object whose places begin at ``start``; other words of its places stay."""
        lines = watched.table.flow.lines
        for offset, loops in watched.table.chains.items():
            if lines[offset]:
                loop = watched.base | loops[-1]
                self._places.setdefault(loop, []).append(start + offset)
                self.words.setdefault(start + offset, watched.base | LINE | lines[offset])
        for loop in range(len(watched.table.loops)):
            for event in (BEGIN, LAP):
                self.rest[watched.base | event | loop] = TIMED_ITERATIONS

    def began(self, word: int) -> None:
        """Count an iteration of a loop that is in ``rest``."""
        self.rest[word] -= 1
        if self.rest[word] >= 0:
            return
        loop = word & ~EVENT_MASK
        for event in (BEGIN, LAP):
            del self.rest[loop | event]
        for place in self._places.pop(loop, ()):
            if self.words[place] & EVENT_MASK == LINE:
                del self.words[place]

    def is_timed(self, watched: Watched, word: int) -> bool:
        """Return whether the line is timed at which this word of something else was written."""
        loop = word & PLACE_MASK
        if word & EVENT_MASK == AT:
            loop = watched.table.chains.get(loop, (NO_LOOP,))[-1]
        return watched.base | BEGIN | loop in self.rest
