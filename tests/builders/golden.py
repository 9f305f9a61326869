"""Compares text with a file of ``tests/golden``; ``make golden`` writes them anew."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"
NUMBER = r"\d+(?: \d{3})*(?:\.\d+)?"
TIME = re.compile(NUMBER + r" (?:ns|µs|ms|s)\b")
RATIO = re.compile(NUMBER + r"(?=[%×])")


def check_golden(name, text):
    """Fail unless ``text`` is that of the file; what came instead is kept beside it."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    actual = path.with_name(f"{name}.actual")
    expected = path.read_text() if path.exists() else ""
    if text != expected:
        actual.write_text(text)
    else:
        actual.unlink(missing_ok=True)
    assert text == expected, f"differs from tests/golden/{name}; if it is meant: make golden"


def scrubbed(text, folder):
    """A live report without what changes from run to run: times, ratios, the folder."""
    text = text.replace(f"{folder}/", "")
    return RATIO.sub("0", TIME.sub("0 ms", text))
