"""The loops that were seen, in the form a recording keeps them."""

from __future__ import annotations

from loopscope.capture.loop_table import COMPREHENSIONS
from loopscope.capture.samples import Samples
from loopscope.model.recording import LoopSite


class Sites:
    """Numbers the loops of watched code objects in the order in which they are first seen."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.numbers: dict[tuple[int, int], int] = {}

    def number(self, code: int, loop: int) -> int:
        """Return the number of a code object's loop."""
        return self.numbers.setdefault((code, loop), len(self.numbers))

    def found(self) -> tuple[LoopSite, ...]:
        """Return all loops that have a number, in their order."""
        return tuple(self._site(code, loop) for code, loop in self.numbers)

    def _site(self, code_index: int, loop_index: int) -> LoopSite:
        watched = self.samples.watched[code_index]
        loops = watched.table.loops
        loop = loops[loop_index]
        depth, up = 0, loop.parent
        while up >= 0:
            depth, up = depth + 1, loops[up].parent
        return LoopSite(
            path=watched.code.co_filename,
            function=_user_function(self.samples.qualified_name(watched.code)),
            function_line=watched.code.co_firstlineno,
            line=loop.line,
            column=loop.column,
            end_line=loop.end_line,
            depth=depth,
            parent=self.numbers.get((code_index, loop.parent), -1),
            kind=loop.kind,
        )


def _user_function(qualified_name: str) -> str:
    """The function that the user wrote, without comprehensions' own code objects."""
    parts = [part for part in qualified_name.split(".") if part not in COMPREHENSIONS]
    while parts and parts[-1] == "<locals>":
        parts.pop()
    return ".".join(parts) or "<module>"
