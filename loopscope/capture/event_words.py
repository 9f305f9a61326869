"""Which sample each event of ``sys.monitoring`` stands for."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopscope.capture.control_flow import Flow
from loopscope.capture.marks import with_prefixes
from loopscope.capture.samples import Watched
from loopscope.capture.writer import AT, BEGIN, LAP

ASK = -1
_AFTER_FOR = {"NOT_TAKEN", "END_FOR", "POP_TOP", "POP_ITER"}


@dataclass(frozen=True, slots=True)
class EventWords:
    """Words of samples by place. Events at all other places are of no interest.

    ``id(code) + offset`` is a key: it is an address inside of the code object, so that no other
    living code object shares it, and it is cheaper than a pair.

    Attributes:
        branches: ``id(code) + destination`` of a branch → word.
        jumps: ``id(code) + offset`` of a jump → word.
        lines: ``id(code)`` → line → word; ``ASK`` where only the instruction tells.
        places: ``id(code) + offset`` of a line's first instruction → word.
    """

    branches: dict[int, int] = field(default_factory=dict)
    jumps: dict[int, int] = field(default_factory=dict)
    lines: dict[int, dict[int, int]] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)

    def add(self, watched: Watched) -> None:
        """Add the words of one code object."""
        flow, marks, key = watched.table.flow, watched.marks, id(watched.code)
        for offset, loop in marks.iterators.items():
            body, end = flow.after[offset]
            self._branch(flow, key, body, watched.base | BEGIN | loop)
            self._branch(flow, key, end, watched.base | AT | end)
        for offset, loop in marks.jumps.items():
            self.jumps[key + offset] = watched.base | BEGIN | loop
        for offset, loop in marks.laps.items():
            self.jumps[key + offset] = watched.base | LAP | loop
        at_lines = {offset: watched.base | AT | offset for offset in marks.leaves}
        at_lines.update((offset, watched.base | BEGIN | k) for offset, k in marks.begins.items())
        for start, word in at_lines.items():
            for offset in with_prefixes(flow, start):
                self.places[key + offset] = word
        self.lines[key] = _by_line(flow, at_lines, watched.hooks)

    def _branch(self, flow: Flow, key: int, destination: int, word: int) -> None:
        """Releases differ in how much of the cleanup a ``FOR_ITER`` skips."""
        self.branches[key + destination] = word
        while flow.names[destination] in _AFTER_FOR:
            (destination,) = flow.after[destination]
            self.branches[key + destination] = word


def _by_line(flow: Flow, words: dict[int, int], hooks: dict[int, int]) -> dict[int, int]:
    jumped_to = {target for targets in flow.after.values() for target in targets[-1:]}
    starts: dict[int, set[int]] = {}
    previous = -1
    for offset, line in flow.lines.items():
        if previous < 0 or line != flow.lines[previous] or offset in jumped_to:
            starts.setdefault(line, set()).add(offset)
        previous = offset
    wanted = {flow.lines[offset] for offset in (*words, *hooks)}
    return {
        line: words[min(starts[line])]
        if len(starts[line]) == 1 and starts[line].isdisjoint(hooks)
        else ASK
        for line in wanted
    }
