"""Write the reference pages that follow from the code: command line, settings, JSON.

    python docs/write_reference.py

A test fails where a page is not what this writes.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

import loopscope
from loopscope.cli import COMMANDS, cli
from loopscope.config import Settings

FOLDER = Path(__file__).parent / "reference"
SCHEMA = Path(inspect.getfile(loopscope)).parent / "report" / "schema.json"

CLI = """\
# Command line

{commands}## Exit status

| status | when |
| --- | --- |
| 0 | nothing went wrong; of `run`: the script ended with 0 |
| 1 | there is what `--fail-on` names; `fix` refused something; the output's reader has gone |
| 2 | wrong usage, or input that cannot be read: a line on stderr says what and where |
| 130 | interrupted |

`run` passes the script's own status on when it is not 0: 1 for an exception, whose traceback it
prints as Python does, 130 for Ctrl-C. What was recorded until then is reported all the same.

`run` imports torch before the script runs. A script that sets environment variables for torch,
such as `OMP_NUM_THREADS`, before its own import sees no effect: set them outside.
"""
SETTINGS = """\
# Settings

In the `pyproject.toml` of the current directory, or else of the closest one above it:

```toml
[tool.loopscope]
ignore = ["LS9"]
min_share = 0.05
```

Single settings go over those of the file: on the command line (`--select`, `--ignore`), or by name
in Python:

```python
loopscope.profile(settings={{"min_share": 0.05}})
```

A `loopscope.Settings(min_share=0.05)` holds as it is, whatever the file says. A setting that is
unknown or has a wrong type is an error, before anything runs.

| setting | type | default | meaning |
| --- | --- | --- | --- |
{rows}

In `include` and `exclude`, paths in the file are relative to it. In `select` and `ignore`, `LS1`
stands for all rules whose code begins so; `ignore` goes over `select`.
"""
JSON = """\
# JSON

`loopscope run --json PATH` and `Report.to_json(path)` write this document; with a `logdir`, it
lies beside each trace as `*.loopscope.json`. `loopscope show` and `Report.from_json(path)` read
it; one of a newer `schema_version` is refused with a message. Its JSON Schema is part of the
package: `loopscope/report/schema.json`.

Times are nanoseconds.

| field | type | meaning |
| --- | --- | --- |
{rows}
"""


def main() -> None:
    """Write all pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """File name to text."""
    return {
        "cli.md": CLI.format(commands="".join(_commands())),
        "settings.md": SETTINGS.format(rows="\n".join(_settings())),
        "json.md": JSON.format(rows="\n".join(_fields(json.loads(SCHEMA.read_text()), ""))),
    }


def _commands() -> Iterator[str]:
    top = click.Context(cli, info_name="loopscope", **cli.context_settings)
    for name in COMMANDS:
        command = cli.get_command(top, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=top) as context:
            formatter = click.HelpFormatter(width=80)
            command.format_help(context, formatter)
            help_text = formatter.getvalue().rstrip()
        yield f"## loopscope {name}\n\n```text\n{help_text}\n```\n\n"


def _settings() -> Iterator[str]:
    found = inspect.getdoc(Settings) or ""
    meanings = dict(re.findall(r"^    (\w+): (.+(?:\n        .+)*)", found, re.M))
    types = {"tuple[str, ...]": "array of strings", "Count": "integer", "Share": "number, 0 to 1"}
    for field in fields(Settings):
        default = json.dumps(field.default)
        meaning = " ".join(meanings[field.name].split())
        kind = types.get(str(field.type), str(field.type))
        yield f"| `{field.name}` | {kind} | `{default}` | {meaning} |"


def _fields(node: dict[str, Any], path: str) -> Iterator[str]:
    for name, found in node.get("properties", {}).items():
        here = f"{path}{name}"
        yield f"| `{here}` | {_type(found)} | {found.get('description', '')} |"
        for inner in (found, *found.get("oneOf", ())):
            yield from _fields(inner, f"{here}.")
        yield from _fields(found.get("items", {}), f"{here}[].")


def _type(node: dict[str, Any]) -> str:
    if "const" in node:
        return f"`{json.dumps(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{json.dumps(value)}`" for value in node["enum"])
    kinds = [kind["type"] for kind in node.get("oneOf", ())] or node["type"]
    kinds = [kinds] if isinstance(kinds, str) else sorted(kinds, key=lambda kind: kind == "null")
    text = " or ".join(kinds)
    if node.get("items", {}).get("type") not in (None, "object"):
        text += f" of {node['items']['type']}s"
    return text


if __name__ == "__main__":
    main()
