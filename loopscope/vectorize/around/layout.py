"""New statements in the file's own style: indentation, quotes, line width."""

from __future__ import annotations

import ast
import re

from loopscope.vectorize import code

_MIN_WIDTH = 79
_MAX_WIDTH = 120


def laid_out(statement: ast.stmt, lines: tuple[str, ...], indent: int) -> str:
    """Return the source lines of a statement, ended by a newline."""
    text = code.text(statement)
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
        text = "return " + code.text(statement.value)[1:-1]
    margin, width = _margin(lines, indent), _width(lines)
    text = _without_parentheses(statement, text, width - len(margin))
    if _prefers_double_quotes(lines):
        text = re.sub(r"'([^'\"\\]*)'", r'"\1"', text)
    wide = [margin + line for line in text.splitlines()]
    made = "".join(f"{line}\n" for one in wide for line in _wrapped(one, width))
    return f"\n{made}\n" if isinstance(statement, ast.FunctionDef) else made


def _without_parentheses(statement: ast.stmt, text: str, width: int) -> str:
    """``a, b = c, d``, where it fits on a line."""
    for inner in ast.walk(statement):
        match inner:
            case ast.Assign(targets=[_], value=ast.Tuple(elts=[_, _, *_])):
                own = code.text(inner)
                target, _, values = own.partition(" = (")
                if len(own) - 2 <= width:
                    text = text.replace(own, f"{target} = {values.removesuffix(')')}")
            case _:
                pass
    return text


def _margin(lines: tuple[str, ...], indent: int) -> str:
    tabs = any(line.startswith("\t") for line in lines)
    return "\t" * indent if tabs else " " * indent


def _width(lines: tuple[str, ...]) -> int:
    longest = max((len(line) for line in lines), default=0)
    return min(max(longest, _MIN_WIDTH), _MAX_WIDTH)


def _prefers_double_quotes(lines: tuple[str, ...]) -> bool:
    text = "\n".join(lines)
    return text.count('"') >= text.count("'")


def _wrapped(line: str, width: int) -> list[str]:
    """Break a line that is too long inside its last outermost bracket."""
    if len(line) <= width:
        return [line]
    margin = line[: len(line) - len(line.lstrip())]
    if chosen := _choice(line.lstrip(), margin, width):
        return chosen
    spans = _outer_brackets(line)
    one_line: list[list[str]] = []
    for start, end in reversed(spans):
        inside = line[start + 1 : end]
        if len(inside) > 12 and len(margin) + 4 + len(inside) <= width:
            head, rest = line[: start + 1], margin + line[end:].lstrip()
            if len(head) <= width:
                one_line.append([head, f"{margin}    {inside}", rest])
    for broken in one_line:
        if len(broken[-1]) <= width:
            return broken
    for start, end in reversed(spans):  # what is in brackets is too long, too
        parts = _between_commas(line[start + 1 : end], margin + "    ", width)
        long = end - start > width // 2
        if parts and long and len(line[: start + 1]) <= width >= len(margin + line[end:]):
            return [line[: start + 1], *parts, margin + line[end:]]
        inner = _before_operators(f"_ = {line[start + 1 : end]}", margin, width)
        if inner and len(line[: start + 1]) <= width >= len(margin + line[end:]):
            return [line[: start + 1], *inner[1:-1], margin + line[end:]]
    broken = _before_operators(line.lstrip(), margin, width) or _in_brackets(line, width)
    return broken or next(iter(one_line), [line])


def _in_brackets(line: str, width: int) -> list[str]:
    """One argument a line, and those that are too long broken in their turn."""
    margin = line[: len(line) - len(line.lstrip())]
    for start, end in reversed(_outer_brackets(line)):
        head, rest = line[: start + 1], margin + line[end:]
        if end - start <= width // 2 or max(len(head), len(rest)) > width:
            continue
        made = [head]
        for part in _parts(line[start + 1 : end]):
            whole = f"{margin}    {part},"
            sum_of = _before_operators(f"_ = {part}", margin, width) if len(whole) > width else []
            inner = [*sum_of[1:-2], f"{sum_of[-2]},"] if sum_of else _wrapped(whole, width)
            made += inner
        if len(made) > 2 and all(len(i) <= width for i in made):
            return [*made, rest]
    return []


def _between_commas(text: str, margin: str, width: int) -> list[str]:
    """One argument a line; none where there is only one, or where they do not fit."""
    lines = [f"{margin}{part}," for part in _parts(text)]
    return lines if all(len(i) <= width for i in lines) else []


def _parts(text: str) -> list[str]:
    """The arguments between brackets; none where there is only one, or where one is a loop."""
    depth, starts = 0, [0]
    for k, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            starts.append(k + 1)
    parts = [text[a:b].strip(" ,") for a, b in zip(starts, [*starts[1:], None], strict=True)]
    whole = not any(part.startswith("lambda") or " for " in part for part in parts)
    return parts if whole and len(parts) > 1 else []


def _choice(text: str, margin: str, width: int) -> list[str]:
    """Put ``a if b else c`` in parentheses; broken in three where it is still too long."""
    start, value = _assigned(text)
    if not isinstance(value, ast.IfExp):
        return []
    source, begun = text[start:], value.col_offset
    test = source.index(" if ", (value.body.end_col_offset or 0) - begun) + 1
    orelse = source.index(" else ", (value.test.end_col_offset or 0) - begun) + 1
    pieces = [source]
    if len(margin) + 4 + len(source) > width:
        pieces = [source[:test].rstrip(), source[test:orelse].rstrip(), source[orelse:]]
    return _in_parentheses(text[:start], pieces, margin, width)


def _before_operators(text: str, margin: str, width: int) -> list[str]:
    """Break what is assigned or returned before its outermost operators, in parentheses."""
    start, value = _assigned(text)
    if not isinstance(value, ast.BinOp):
        return []
    source = text[start:]
    cuts: list[int] = []
    node: ast.expr = value
    while isinstance(node, ast.BinOp) and type(node.op) is type(value.op):
        left = (node.left.end_col_offset or 0) - value.col_offset
        between = source[left : node.right.col_offset - value.col_offset]
        cuts.insert(0, left + between.index(next(c for c in between if c not in " )")))
        node = node.left
    pieces = [source[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(source)], strict=True)]
    return _in_parentheses(text[:start], pieces, margin, width)


def _assigned(text: str) -> tuple[int, ast.expr | None]:
    """Where what a statement assigns or returns begins, and what it is."""
    returned = text.startswith("return ")
    try:
        (statement,) = ast.parse(f"_ = {text[7:]}" if returned else text).body
    except (SyntaxError, ValueError):
        return 0, None  # the line is a part of a longer statement
    if not isinstance(statement, ast.Assign) or not text.isascii():
        return 0, None
    moved = len("return ") - len("_ = ") if returned else 0
    return statement.value.col_offset + moved, statement.value


def _in_parentheses(head: str, pieces: list[str], margin: str, width: int) -> list[str]:
    broken = [f"{margin}{head}(", *(f"{margin}    {p}" for p in pieces), f"{margin})"]
    return broken if all(len(b) <= width for b in broken) else []


def _outer_brackets(line: str) -> list[tuple[int, int]]:
    spans, stack = [], []
    for k, character in enumerate(line):
        if character in "([{":
            stack.append(k)
        elif character in ")]}" and stack:
            start = stack.pop()
            if not stack:
                spans.append((start, k))
    return spans
