"""The time that a verification may take."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """Counts from when the first code is run.

    Args:
        total_ns: How long all runs may take.
        clock: Nanoseconds, from any beginning.
    """

    def __init__(self, total_ns: int, clock: Callable[[], int]) -> None:
        self.total_ns, self.clock = total_ns, clock
        self._start_ns = clock()

    @property
    def deadline_ns(self) -> int:
        """When it is used up, by ``clock``."""
        return self._start_ns + self.total_ns

    def has_left(self, part: float) -> bool:
        """Whether less than a part of it is used."""
        return self.clock() - self._start_ns < part * self.total_ns
