"""What a user can set, read once into one frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How loopscope looks at a program.

    Attributes:
        include: Path prefixes that count as the user's code although they lie in site-packages.
        exclude: Path prefixes whose loops are never looked at.
        select: Rule codes or their prefixes that may report; empty means all.
        ignore: Rule codes or their prefixes that never report.
        min_iterations: Loops that ran fewer iterations in a window are not hotspots.
        min_share: Loops that cost a smaller share of the window are not hotspots.
        min_cost_ns: Loops that cost less than this are not hotspots, in nanoseconds.
        max_samples: Clock samples kept per thread; past it the clock counts only.
        max_snapshot_bytes: Bytes of tensors copied when a loop is entered; a loop is looked at
            twice at most. A tensor that does not fit is not copied: its loop can be replayed only
            while the tensor is alive and unchanged.
        max_snapshots_bytes: The same for all loops of a window together.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_iterations: int = 8
    min_share: float = 0.02
    min_cost_ns: int = 200_000
    max_samples: int = 4_000_000
    max_snapshot_bytes: int = 64 << 20
    max_snapshots_bytes: int = 512 << 20
