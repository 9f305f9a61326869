import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "loopscope"
MESSAGES = PACKAGE.parent / "docs" / "reference" / "messages.md"


@pytest.mark.parametrize(
    "code",
    [
        "import loopscope",
        "import sys; sys.argv = ['loopscope', '--help']\n"
        "from loopscope.cli import main\ntry: main()\nexcept SystemExit: pass",
    ],
)
def test_torch_is_not_imported_before_it_is_used(code):
    check = f"{code}\nimport sys; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", check], capture_output=True).returncode == 0


def test_every_message_is_documented():
    source = "\n".join(p.read_text() for p in PACKAGE.rglob("*.py"))
    slugs = set(re.findall(r'slug="([a-z-]+)"', source))
    anchors = set(re.findall(r"^## (\S+)$", MESSAGES.read_text(), re.M))

    assert slugs == anchors
