"""The page's own files: plain modules and a style sheet, served and inlined as they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("page")
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css"}
STYLES = (
    "theme.css",
    "layout.css",
    "parts.css",
    "timeline.css",
    "ranking.css",
    "code.css",
    "panes.css",
    "print.css",
)


@cache
def page_files() -> dict[str, Path]:
    """Return the page's files by name: there are no others that may be asked for."""
    return {path.name: path for path in FOLDER.iterdir() if path.suffix in CONTENT_TYPES}


def read_page_file(name: str) -> str:
    """Return the text of one of them."""
    return page_files()[name].read_text(encoding="utf-8")
