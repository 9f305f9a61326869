import json

import pytest
from golden import check_golden, scrubbed

import loopscope
from loopscope.cli import main

pytestmark = pytest.mark.live

# A busy machine may make anything a small part of the window.
ANY_COST = "[tool.loopscope]\nmin_share = 0\nmin_cost_ns = 0\n"

SCRIPT = """
import torch
x = torch.rand(3_000)
out = torch.zeros_like(x)
for i in range(len(x)):
    out[i] = x[i] * 2
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "pyproject.toml").write_text(ANY_COST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        main(list(args))
    assert not leave.value.code
    return capsys.readouterr().out


def test_run_prints_the_loop_its_cost_and_the_op(folder, capsys):
    text = printed(capsys, "run", "--no-verify", "train.py")

    check_golden("run_train.txt", scrubbed(text, folder))


def test_show_prints_what_run_printed(folder, capsys):
    ran = printed(capsys, "run", "--json", "r.json", "train.py")

    assert printed(capsys, "show", "r.json") == ran


def test_run_writes_json_and_markdown(folder, capsys):
    printed(capsys, "run", "--json", "r.json", "--markdown", "r.md", "train.py")

    (finding,) = json.loads((folder / "r.json").read_text())["findings"]
    assert (finding["rule"], finding["location"]["line"]) == ("LS101", 5)
    assert "train.py:5" in (folder / "r.md").read_text()


def test_run_writes_every_form_and_annotates(folder, capsys):
    files = ["--sarif", "r.sarif", "--html", "r.html"]

    with pytest.raises(SystemExit) as leave:
        main(["run", *files, "--format", "github", "--fail-on", "verified", "train.py"])

    assert leave.value.code == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::warning file=train.py,line=5,endLine=6,title=LS101 ")
    (result,) = json.loads((folder / "r.sarif").read_text())["runs"][0]["results"]
    assert result["fixes"]
    assert "</html>" in (folder / "r.html").read_text()


def test_analyze_finds_the_report_beside_a_trace(folder, capsys):
    ran = printed(capsys, "run", "--logdir", "logs", "train.py")
    (trace,) = (folder / "logs").glob("*.pt.trace.json")

    assert printed(capsys, "analyze", str(trace)) == ran
    assert loopscope.analyze(trace).findings[0].rule == "LS101"


def test_the_demo_names_three_loops_and_how_to_open_its_log(folder, capsys):
    text = printed(capsys, "demo", "--logdir", "logs")

    for op in ("torch.cumsum", "torch.where", "data + 2"):
        assert op in text
    assert "3 loops cost" in text
    assert text.endswith("tensorboard --logdir logs\n")
