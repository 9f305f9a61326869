"""Whether an iteration reads what an earlier one wrote."""

from __future__ import annotations

from loopscope.source.facts import Access, Index
from loopscope.source.header import Header


def reads_earlier(read: Access, written: Access, headers: tuple[Header, ...]) -> bool:
    """Return whether ``read`` may be an element that an earlier iteration stored to ``written``.

    Both are subscripts of one array. Where the subscripts do not tell, the answer is yes; a part
    that does not tell is no matter where the others are of one iteration: ``x[i]``, ``x[i, k]``.
    The test is the strong SIV test of each part (Goff, Kennedy, Tseng 1991).
    """
    if len(read.parts) != len(written.parts) and _has_ellipsis(read, written):
        return True
    unknown = False
    moved: dict[str, int] = {}  # counter → iterations since the element was written
    kinds = zip(written.index, read.index, strict=False)
    parts = zip(written.parts, read.parts, strict=False)  # what is left out is taken as a whole
    for (to, at), kind in zip(parts, kinds, strict=False):
        if Index.FULL in kind:
            continue
        if to is None or at is None or not to.plain or not at.plain:
            unknown = True
            continue
        if to.coefficients != at.coefficients or to.symbols != at.symbols:
            unknown = True
            continue
        gap = to.offset - at.offset
        match list(to.coefficients.items()):
            case []:
                if gap:
                    return False
            case [(counter, int(factor))]:
                if gap % factor or moved.setdefault(counter, gap // factor) != gap // factor:
                    return False
            case _:
                if gap:
                    return True
    if unknown and any(moved.get(header.counter) != 0 for header in headers):
        return True
    for header in headers:
        if steps := moved.get(header.counter, 0):
            return (steps > 0) != header.reverse
    return any(moved.values())


def _has_ellipsis(*accesses: Access) -> bool:
    return any(p is not None and "+..." in p.symbols for a in accesses for p in a.parts)
