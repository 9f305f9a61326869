import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.live

SCRIPT = """
import sys, torch
x = torch.rand(300)
out = torch.zeros_like(x)
for i in range(len(x)):
    out[i] = x[i] * 2
print(sys.argv[1:], __name__)
"""


def loopscope(*args, cwd):
    return subprocess.run(
        [sys.executable, "-m", "loopscope", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(SCRIPT)
    return path


def test_run_reports_the_loop_and_passes_arguments_on(script, tmp_path):
    done = loopscope("run", "--json", "r.json", script.name, "--lr", "1", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "['--lr', '1'] __main__" in done.stdout
    assert "train.py:5" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["findings"][0]["location"]["line"] == 5
    shown = loopscope("show", "r.json", cwd=tmp_path)
    assert "train.py:5" in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


def test_fail_on_actionable_exits_with_1(script, tmp_path):
    assert loopscope("run", "--fail-on", "actionable", script.name, cwd=tmp_path).returncode == 1


def test_a_script_that_raises_is_reported_and_shows_its_own_traceback_only(script, tmp_path):
    script.write_text(SCRIPT + "raise ValueError('mine')\n")

    done = loopscope("run", script.name, cwd=tmp_path)

    assert done.returncode == 1
    assert "ValueError: mine" in done.stderr
    assert "main_module.py" not in done.stderr
    assert "train.py:5" in done.stdout


def test_the_scripts_exit_status_is_passed_on(script, tmp_path):
    script.write_text("import sys; sys.exit(7)\n")

    assert loopscope("run", script.name, cwd=tmp_path).returncode == 7


@pytest.mark.parametrize(
    "args",
    [
        ("run", "missing.py"),
        ("run", "-m", "no_such_module_at_all"),
        ("run", "--logdir", "train.py/x", "train.py"),
        ("show", "missing.json"),
        ("show", "train.py"),
        ("explain", "LS999"),
    ],
)
def test_bad_input_is_one_line_and_status_2(script, tmp_path, args):
    done = loopscope(*args, cwd=tmp_path)

    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("loopscope: ")
    assert "Traceback" not in done.stderr
