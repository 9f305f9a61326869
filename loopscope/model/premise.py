"""Source that a rewrite is argued from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Premise:
    """Lines of a file, 1-based and inclusive, and what they said when the program ran.

    Attributes:
        end_line: ``None`` stands for the end of the file.
        sha256: Of the lines as UTF-8 with a newline between them, no white space at the end.
    """

    start_line: int
    end_line: int | None
    sha256: str

    @classmethod
    def of(cls, lines: Sequence[str], start_line: int, end_line: int | None) -> Premise:
        """Return the premise that these lines of the file, without their endings, make."""
        return cls(start_line, end_line, _digest(lines[start_line - 1 : end_line]))

    def holds(self, lines: Sequence[str]) -> bool:
        """Return whether the file's lines still say the same."""
        return _digest(lines[self.start_line - 1 : self.end_line]) == self.sha256


def _digest(lines: Sequence[str]) -> str:
    text = "\n".join(lines).rstrip()
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
