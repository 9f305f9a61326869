"""What a place of a random loop can read, with the shapes that it has."""

import itertools
from dataclasses import dataclass, field

_MOST_DIMS = 3


class Chooser:
    """Draws.

    Args:
        number: Draws a whole number between two, both included.
    """

    def __init__(self, number):
        self.number = number

    def pick(self, *options):
        """Draw one of the options; hypothesis shrinks to the first."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent):
        """Draw whether something that is not the plainest happens."""
        return self.number(1, 100) > 100 - percent


@dataclass(frozen=True)
class Item:
    """Something to read.

    Attributes:
        text: As written.
        dims: Names of its sizes.
        kind: ``float``, ``int`` or ``bool``.
        tensor: A tensor, else a Python number.
        below: Its whole numbers are indices below this size.
        in_list: It is a list of such items, along its first size.
        varies: A loop sets it.
    """

    text: str
    dims: tuple[str, ...] = ()
    kind: str = "float"
    tensor: bool = True
    below: str = ""
    in_list: bool = False
    varies: bool = False


@dataclass(frozen=True)
class Counter:
    """A loop's counter.

    Attributes:
        low: Its first value.
        high: How far its end is from the size; -1 for ``range(n - 1)``, 1 where it counts from 1.
    """

    text: str
    dim: str
    low: int = 0
    high: int = 0


@dataclass
class Scope:
    """Items and counters in reach."""

    items: list[Item] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)

    def bind(self, header):
        """Bring what a loop's header binds into reach."""
        self.items += header.items
        self.counters += header.counters

    def differs(self, item, taken):
        """Whether such a reading can differ between iterations."""
        sizes = [item.dims[p] for p in taken]
        return item.varies or any(c.dim in sizes for c in self.counters)

    def subscripts(self, item, dim, at):
        """Return what can stand in a subscript of the item along a size, likeliest first."""
        found = []
        size = f"len({item.text})" if at == 0 else f"{item.text}.shape[{at}]"
        for counter in self.counters:
            if counter.dim != dim:
                continue
            if counter.high > 0:
                found += [f"{counter.text} - 1"] * 4
                continue
            found += [counter.text] * 12
            if counter.low > 0:
                found += [f"{counter.text} - 1"] * 2
            elif counter.high == 0:
                found += [f"{size} - 1 - {counter.text}", f"-{counter.text} - 1",
                          f"{counter.text} - 1"]  # fmt: skip
            if counter.high < 0:
                found += [f"{counter.text} + 1"] * 2
        for index in self.items:
            if index.below == dim and index.tensor and not index.in_list:
                for dims in itertools.product(*(self._counting(d) for d in index.dims)):
                    picked = ", ".join(dims)
                    found += [f"{index.text}[{picked}]" if dims else index.text] * 2
            elif index.below == dim and not index.tensor and not index.dims:
                found += [index.text] * 2
        if dim not in "1":
            found.append("0")
        if dim in ("n", "m", "k"):
            found.append("-1")
        return found

    def _counting(self, dim):
        return [c.text for c in self.counters if c.dim == dim and c.high <= 0]

    def readings(self, dims, kinds, *, lists=True):
        """Return what gives a value of such sizes: item → positions of its sizes that are taken."""
        found = []
        for item in self.items:
            if item.kind not in kinds or len(item.dims) > _MOST_DIMS:
                continue
            for kept in itertools.combinations(range(len(item.dims)), len(dims)):
                if tuple(item.dims[p] for p in kept) != tuple(dims):
                    continue
                if item.in_list and (0 in kept or not lists):
                    continue
                taken = [p for p in range(len(item.dims)) if p not in kept]
                if all(self.subscripts(item, item.dims[p], p) for p in taken):
                    found.append((item, tuple(taken)))
        return found


def read(choose, scope, item, taken):
    """Return the text of an item with subscripts at the taken positions."""
    if not taken:
        return item.text
    picked = {p: choose.pick(*scope.subscripts(item, item.dims[p], p)) for p in taken}
    if item.in_list:
        first = f"{item.text}[{picked.pop(0)}]"
        if not picked:
            return first
        rest = [picked.get(p, ":") for p in range(1, max(picked) + 1)]
        return f"{first}[{', '.join(rest)}]"
    parts = [picked.get(p, ":") for p in range(max(picked) + 1)]
    if len(parts) > 1 and ":" not in parts and choose.chance(15):
        return item.text + "".join(f"[{p}]" for p in parts)
    return f"{item.text}[{', '.join(parts)}]"
