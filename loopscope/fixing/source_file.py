"""A source file to the byte: its lines with their own endings, in its own encoding."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loopscope.fixing.refusal import Refused
from loopscope.model.finding import Edit
from loopscope.source.lines import split_lines

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it is on disk.

    Attributes:
        mark: A byte order mark, or ``""``.
        lines: Each with its ending.
        encoding: As Python reads it: PEP 263.
    """

    path: Path
    mark: str
    lines: tuple[str, ...]
    encoding: str

    @property
    def texts(self) -> list[str]:
        """The lines as Python sees them."""
        return split_lines("".join(self.lines))

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """Return the file's bytes with every edit made, in its encoding and with its newlines.

        Args:
            edits: None reaches another, or beyond the file's end.

        Raises:
            Refused: The encoding lacks a character.
        """
        lines = list(self.lines)
        for edit in sorted(edits, key=lambda e: (e.start_line, e.end_line), reverse=True):
            lines[edit.start_line - 1 : edit.end_line] = self._new_lines(edit)
        try:
            return (self.mark + "".join(lines)).encode(self.encoding)
        except UnicodeEncodeError as error:
            what = error.object[error.start : error.end]
            raise Refused(
                f"the rewrite needs {what!r}, which {self.encoding} lacks. Save the file as UTF-8."
            ) from None

    def _new_lines(self, edit: Edit) -> list[str]:
        newline = _ending(self.lines[edit.start_line - 1]) or _ending(self.lines[0]) or "\n"
        new = [line.rstrip("\r\n") + newline for line in _LINE.findall(edit.text)]
        was_last = edit.start_line <= edit.end_line == len(self.lines)
        if new and was_last and not _ending(self.lines[-1]):
            new[-1] = new[-1].rstrip("\r\n")
        return new


def read_source_file(path: Path) -> SourceFile:
    """Return the file.

    Raises:
        Refused: It cannot be read, or not as Python reads source.
    """
    try:
        data = path.read_bytes()
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = name.removesuffix("-sig")
        text = data.decode(encoding)
    except FileNotFoundError:
        raise Refused(
            "there is no such file. Pass --source-root, the folder where the source lies now."
        ) from None
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}. Check the path.") from None
    except (SyntaxError, ValueError) as error:
        raise Refused(f"is no Python source: {error}. Check the path.") from None
    mark = _BOM if text.startswith(_BOM) else ""
    return SourceFile(path, mark, tuple(_LINE.findall(text.removeprefix(mark))), encoding)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
