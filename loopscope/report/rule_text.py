"""A rule's docstring as Markdown."""

from __future__ import annotations

import re
import textwrap

_HEADING = re.compile(r"^(\w[\w ]*?)(::?)\s*$")


def rule_markdown(text: str) -> str:
    """Return the documentation with headings, and with code where a heading ends in ``::``."""
    first, *parts = _sections(text)
    shown = [first[1].strip()]
    for title, body, is_code in parts:
        content = textwrap.dedent(body).strip("\n")
        content = f"```python\n{content}\n```" if is_code else content.replace("``", "`")
        shown.append(f"**{title}**\n\n{content}")
    return "\n\n".join(part for part in shown if part) + "\n"


def _sections(text: str) -> list[tuple[str, str, bool]]:
    """Title, text and whether it is code, of each section; the first has no title."""
    sections: list[tuple[str, list[str], bool]] = [("", [], False)]
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            sections.append((heading[1], [], heading[2] == "::"))
        else:
            sections[-1][1].append(line)
    return [(title, "\n".join(lines), is_code) for title, lines, is_code in sections]
