"""Write a page for every rule from its documentation and its example.

    python docs/write_rules.py

A test fails where a page is not what this writes.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from loopscope.rules.registry import load_rules
from loopscope.rules.rule import Rule

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "rules"
EXAMPLES = ROOT / "examples" / "rules"
FAMILIES = {
    "LS1": "Maps, scans and recurrences",
    "LS2": "Branches",
    "LS3": "Reductions and pairs",
    "LS4": "Gathers, scatters, windows, batches",
    "LS5": "Searches, parameters, synchronization",
    "LS6": "Sequential loops: advice",
    "LS7": "Growth and conversion",
    "LS8": "Modules and derivatives",
    "LS9": "Everything else",
}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """File name to text."""
    rules = sorted(load_rules(), key=lambda rule: rule.code)
    found = {f"{rule.code.lower()}.md": _page(rule) for rule in rules}
    return {"index.md": _index(rules), **found}


def _index(rules: list[Rule]) -> str:
    lines = ["# Rules", "", "What loopscope recognises; every finding names its rule's code.", ""]
    for family, title in FAMILIES.items():
        members = [rule for rule in rules if rule.code.startswith(family)]
        if members:
            lines += [f"## {title}", "", "| code | name | loop |", "| --- | --- | --- |"]
            lines += [
                f"| [{r.code}]({r.code.lower()}.md) | {r.name} | {r.summary} |" for r in members
            ]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _page(rule: Rule) -> str:
    parts = [f"# {rule.code} {rule.name}", f"{rule.summary}."]
    parts += list(_sections(rule.doc or ""))
    example = next(EXAMPLES.glob(f"{rule.code.lower()}_*.py"), None)
    if example is not None:
        parts += list(_example(example))
    return "\n\n".join(parts) + "\n"


def _sections(doc: str) -> Iterator[str]:
    """The documentation's headings and paragraphs, its code as blocks."""
    _, *sections = re.split(r"^(\w[\w ]+)::?$", doc, flags=re.M)
    for heading, body in zip(sections[::2], sections[1::2], strict=True):
        text = textwrap.dedent(body).strip("\n")
        if heading in ("Example", "Use instead"):
            text = f"```python\n{text.strip()}\n```"
        elif heading == "References":
            text = "\n".join(f"- <{line.strip()}>" for line in text.split("\n") if line.strip())
        else:
            text = text.replace("``", "`")
        yield f"## {heading}\n\n{text}"


def _example(path: Path) -> Iterator[str]:
    """The rule's example file, which is its test as well."""
    text = path.read_text(encoding="utf-8")
    functions = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    titles = {"slow": "Reported", "fast": "The same, at once", "fine": "Not reported"}
    blocks = []
    for name, title in titles.items():
        if name in functions:
            source = ast.get_source_segment(text, functions[name]) or ""
            blocks.append(f"{title}:\n\n```python\n{source}\n```")
    yield "## Tested example\n\n" + "\n\n".join(blocks)


if __name__ == "__main__":
    main()
