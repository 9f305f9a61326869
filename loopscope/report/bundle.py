"""The page's modules as one script, for a report that is a single file.

The modules keep to a plain form, which a test holds them to: ``import { … } from "./name.js"`` at
the top, and ``export`` before the ``function`` or ``const`` that it exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const) (\w+))", re.MULTILINE)


def bundle(entry: str, read: Callable[[str], str]) -> str:
    """Return one script that runs the module ``entry`` and all that it imports.

    Args:
        entry: Name of the first module, ``page.js``.
        read: Returns a module's text by its name.
    """
    modules = [_module(name, read(name)) for name in _in_order(entry, read, set())]
    return '"use strict";\nconst modules = {};\n' + "\n".join(modules)


def _in_order(name: str, read: Callable[[str], str], seen: set[str]) -> Iterator[str]:
    """Yield every module after those that it imports."""
    if name in seen:
        return
    seen.add(name)
    for _, imported in _IMPORT.findall(read(name)):
        yield from _in_order(imported, read, seen)
    yield name


def _module(name: str, text: str) -> str:
    """A module as a function of its own, so that names stay apart."""
    exported = ", ".join(found for _, found in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1", _IMPORT.sub(_take, text))
    return f'(() => {{ // {name}\n{body}modules["{name}"] = {{ {exported} }};\n}})();\n'


def _take(found: re.Match[str]) -> str:
    return f'const {{{found[1].replace(" as ", ": ")}}} = modules["{found[2]}"];\n'
