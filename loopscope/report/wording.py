"""Numbers as people read them."""

from __future__ import annotations


def duration(ns: int) -> str:
    """``203 ms``, ``1.2 s``, ``48 µs``: two or three significant digits."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            value = ns / size
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
    return f"{ns} ns"


def count(number: int, noun: str) -> str:
    """``10 000 iterations``, ``1 loop``."""
    return f"{spaced(number)} {noun}{'' if number == 1 else 's'}"


def spaced(number: float) -> str:
    """``4 100``: whole, with a space between thousands."""
    return f"{number:,.0f}".replace(",", " ")
