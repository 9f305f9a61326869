"""What the pages show, happens."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from golden import scrubbed
from reports import finding, report

import loopscope
from loopscope.cli import main

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PYTHON_PAGE = (ROOT / "docs" / "reference" / "python.md").read_text()
RUNNABLE = [
    ROOT / "README.md",
    *(ROOT / "docs" / "tutorial").glob("*.md"),
    *(page for page in (ROOT / "docs" / "how-to").glob("*.md") if page.stem != "write-a-rule"),
]


def blocks(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.M | re.S)


def names():
    """What the pages' programs take as given."""
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train_step(model, batch):
        optimizer.zero_grad()
        model(batch).sum().backward()
        optimizer.step()

    one = report(finding())
    return {"model": model, "batch": torch.rand(2, 4), "loader": torch.rand(8, 2, 4),
            "train_step": train_step, "report": one,
            "scope": SimpleNamespace(report=one, reports=[one])}  # fmt: skip


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: page.stem)
def test_the_programs_on_a_page_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    given = names()

    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), given)


def test_the_readme_shows_what_its_program_gives(tmp_path, monkeypatch, capsys):
    program, *_ = blocks(ROOT / "README.md", "python")
    (expected,) = blocks(ROOT / "README.md", "text")
    (tmp_path / "train.py").write_text(program.lstrip("\n"))
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit):
        main(["run", "train.py"])

    assert scrubbed(capsys.readouterr().out, tmp_path) == scrubbed(expected, tmp_path)


@pytest.mark.parametrize("name", ["analyze", "tensorboard_trace_handler", "profile"])
def test_the_python_page_has_every_parameter_and_default(name):
    text = PYTHON_PAGE.split(f"```python\nloopscope.{name}(")[1].split("```")[0]

    for parameter in inspect.signature(getattr(loopscope, name)).parameters.values():
        default = "" if parameter.default is parameter.empty else f"={parameter.default}"
        assert f"{parameter.name}{default}" in text


def test_a_rule_of_another_package_is_listed_explained_and_asked(tmp_path):
    page = ROOT / "docs" / "how-to" / "write-a-rule.md"
    (rule,) = blocks(page, "python")
    (entry,) = re.findall(r'^(rotate-per-vector) = "(.+)"$', blocks(page, "toml")[0], re.M)
    package, info = tmp_path / "our_rules", tmp_path / "our_rules-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").touch()
    (package / "rotate_per_vector.py").write_text(rule)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[loopscope.rules]\n{' = '.join(entry)}\n")
    (tmp_path / "geometry.py").write_text(
        "def rotate(v, angle):\n    return v.roll(int(v.argmax())) * angle\n"
    )
    (tmp_path / "train.py").write_text(
        "import geometry\nimport torch\nvectors = torch.rand(2000, 3)\n"
        "out = torch.zeros(2000, 3)\nfor i in range(len(vectors)):\n"
        "    out[i] = geometry.rotate(vectors[i], 0.5)\n"
    )

    (tmp_path / "pyproject.toml").write_text("[tool.loopscope]\nmin_share = 0\n")

    def loopscope_prints(*args):
        path = f"sys.path[1:1] = [{str(tmp_path)!r}, {str(ROOT)!r}]"
        code = f"import sys; {path}; from loopscope.cli import main; main({list(args)!r})"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "GEO101  rotate-per-vector" in loopscope_prints("rules")
    assert "geometry.rotate_all" in loopscope_prints("explain", "GEO101")
    text = loopscope_prints("run", "--select", "GEO", "train.py")
    assert "→ use out = geometry.rotate_all(vectors, ...)" in text
