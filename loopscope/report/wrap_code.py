"""Where lines of code may be broken to fit a width: never inside a token."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

CONTINUED = 4  # further than the line that is continued
_NEVER_FIRST = tuple(")]},.:;([=")


def wrap_code(lines: Sequence[str], width: int) -> list[list[str]]:
    """Return each line in pieces that fit ``width`` cells, its own words in its own order.

    A line is broken where white space stands between two tokens, or between any two where there
    is none. A token that is too wide by itself stays whole. Pieces after the first are indented.
    """
    starts = _token_starts(lines)
    return [_pieces(line, starts[k], width) for k, line in enumerate(lines)]


def _pieces(line: str, starts: Sequence[int], width: int) -> list[str]:
    margin = " " * (len(line) - len(line.lstrip()) + CONTINUED)
    pieces = []
    begin, indent = 0, ""
    while cell_len(indent + line[begin:]) > width:
        end = _break(line, [s for s in starts if s > begin], begin, width - len(indent))
        if end is None:
            break
        pieces.append(indent + line[begin:end].rstrip())
        begin, indent = end, margin
    return [*pieces, indent + line[begin:]]


def _break(line: str, starts: Sequence[int], begin: int, width: int) -> int | None:
    """The best place that fits, or the first there is.

    In the second half of what fits, a place in the fewest brackets, if it can be after a comma;
    else the last.
    """
    fitting = [s for s in starts if cell_len(line[begin:s].rstrip()) <= width]
    good = [s for s in fitting if line[s - 1].isspace()]
    late = [s for s in good if s - begin > width // 2]
    if late:
        return min(late, key=lambda s: (_depth(line[begin:s]), line[:s].rstrip()[-1] != ",", -s))
    whole = [s for s in fitting if not line.startswith(_NEVER_FIRST, s)]
    places = good or whole or fitting
    return places[-1] if places else next(iter(starts), None)


def _depth(text: str) -> int:
    """How many brackets are open at the end; one in a string counts as well."""
    return sum((character in "([{") - (character in ")]}") for character in text)


def _token_starts(lines: Sequence[str]) -> list[list[int]]:
    """Columns where a token or a word of a comment begins, the first of each line left out."""
    found: list[list[int]] = [[] for _ in lines]
    try:
        for token in _whole_tokens(lines):
            row, column = token.start
            line = lines[row - 1]
            if line[:column].strip():
                found[row - 1].append(column)
            if token.type == tokenize.COMMENT:
                found[row - 1] += [k for k in _words(line) if k > column]
    except (tokenize.TokenError, SyntaxError):  # a part of a statement: keep to its white space
        return [_words(line) for line in lines]
    return found


def _whole_tokens(lines: Sequence[str]) -> Iterator[tokenize.TokenInfo]:
    """Tokens that show; of a formatted string, which 3.12 takes apart, its beginning."""
    read = io.StringIO("".join(f"{line}\n" for line in lines)).readline
    depth = 0
    for token in tokenize.generate_tokens(read):
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_END"):
            depth -= 1
        elif token.string.strip() and not depth:
            yield token
        if name.endswith("STRING_START"):
            depth += 1


def _words(line: str) -> list[int]:
    return [
        k
        for k in range(1, len(line))
        if line[k - 1].isspace() and not line[k].isspace() and line[:k].strip()
    ]
