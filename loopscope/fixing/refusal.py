"""What is left as it is, and why."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """A file is left alone: the text says what is wrong with it, and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One line on something that is not rewritten. ``place`` is ``train.py:41``, or a file."""

    place: str
    reason: str
