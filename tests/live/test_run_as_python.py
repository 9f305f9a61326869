"""``loopscope run`` is ``python``, with a report at the end."""

import json
import os
import signal
import subprocess
import sys
import zipfile

import pytest

from loopscope.cli import main

pytestmark = pytest.mark.live

# A busy machine may make anything a small part of the window.
ANY_COST = "[tool.loopscope]\nmin_share = 0\nmin_cost_ns = 0\n"

PROBE = """
\"\"\"A probe.\"\"\"
import multiprocessing, os, pickle, sys

class Picklable:
    pass

def child(value):
    return value * 2, __name__, os.path.basename(sys.argv[0])

if __name__ == "__main__":
    print(__name__, __file__, __package__, __doc__, __spec__ and __spec__.name)
    print(type(__loader__).__name__, type(__builtins__).__name__, sys.argv, sys.path[0])
    print(sys.modules["__main__"].__dict__ is globals(), pickle.dumps(Picklable()))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(child, [1, 2]))
"""
LOOP = """
import torch
x = torch.rand(300)
out = torch.zeros_like(x)
for i in range(len(x)):  # LOOP
    out[i] = x[i] * 2
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    package = tmp_path / "pack" / "inner"
    package.mkdir(parents=True)
    for init in (package.parent, package):
        (init / "__init__.py").touch()
    (package / "sibling.py").write_text("NUMBER = 42\n")
    relative = "from .sibling import NUMBER\nfrom ..inner import sibling\n"
    (package / "module.py").write_text(
        f"{PROBE}    {relative.replace(chr(10), '; ')}print(NUMBER)"
    )
    (package / "__main__.py").write_text("from . import sibling\nprint(sibling, __package__)\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("import beside; print(beside, __package__)")
    (tmp_path / "app" / "beside.py").touch()
    with zipfile.ZipFile(tmp_path / "app.pyz", "w") as archive:
        archive.writestr("__main__.py", "import sys; print(__file__, sys.argv, sys.path[0])")
    (tmp_path / "probe.py").write_text(PROBE)
    (tmp_path / "pyproject.toml").write_text(ANY_COST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loop_line():
    return next(n for n, text in enumerate(LOOP.splitlines(), 1) if text.endswith("# LOOP"))


def both(*args):
    """What Python answers, and what loopscope does."""
    return [
        subprocess.run([sys.executable, *start, *args], capture_output=True, text=True)
        for start in ((), ("-m", "loopscope", "run"))
    ]


def status_of(*args):
    with pytest.raises(SystemExit) as leave:
        main(["run", *args])
    return leave.value.code


@pytest.mark.parametrize(
    "args",
    ["probe.py --lr 1 --json x", "-m pack.inner.module --lr 1", "-m pack.inner a", "app a",
     "app.pyz a"],
)  # fmt: skip
def test_a_program_sees_what_it_sees_under_python(folder, args):
    plain, ours = both(*args.split())

    assert plain.returncode == 0, plain.stderr
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout.startswith(plain.stdout)
    assert ours.stdout[len(plain.stdout) :].startswith("loopscope  1 window")


def test_a_traceback_is_the_one_python_prints_and_the_loop_is_reported(folder):
    (folder / "raises.py").write_text(
        f"{LOOP}\ndef inner():\n    try:\n        {{}}['key']\n    except KeyError as error:\n"
        "        raise ValueError('mine') from error\ninner()\n"
    )

    plain, ours = both("raises.py")

    assert (plain.returncode, ours.returncode) == (1, 1)
    assert plain.stderr in ours.stderr
    assert f"raises.py:{loop_line()}" in ours.stdout


def test_a_package_that_raises_on_import_shows_its_own_traceback(folder, capsys):
    (folder / "pack" / "__init__.py").write_text("1 / 0\n")

    assert status_of("-m", "pack.inner.module") == 1

    error = capsys.readouterr().err
    assert error.count("File ") == 1
    assert error.endswith("ZeroDivisionError: division by zero\n")


def test_a_hook_for_exceptions_is_called(folder, capsys):
    (folder / "hook.py").write_text(
        "import sys\nsys.excepthook = lambda kind, error, frames: print('hook', kind.__name__)\n"
        "raise KeyError\n"
    )
    before = sys.excepthook
    try:
        assert status_of("hook.py") == 1
    finally:
        sys.excepthook = before

    assert "hook KeyError" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("leave", "status", "error"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(7)", 7, ""),
        ("sys.exit(-1)", -1, ""),
        ("sys.exit('gone wrong')", 1, "gone wrong\n"),
        ("raise SystemExit(True)", 1, ""),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt\n"),
    ],
)
def test_the_exit_status_is_the_scripts_own(folder, capsys, leave, status, error):
    (folder / "leaves.py").write_text(f"{LOOP}\nimport sys\n{leave}\n")

    assert status_of("leaves.py") == status

    captured = capsys.readouterr()
    assert captured.err.endswith(error)
    assert f"leaves.py:{loop_line()}" in captured.out


def test_an_interrupt_is_status_130_and_what_was_recorded_is_reported(folder):
    (folder / "waits.py").write_text(
        f"{LOOP}\nimport signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('ready', flush=True)\nsignal.pause()\n"
    )
    command = [sys.executable, "-m", "loopscope", "run", "--json", "r.json", "waits.py"]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "\nKeyboardInterrupt\n" in error
    assert "loopscope/cli" not in error
    assert f"waits.py:{loop_line()}" in out
    (finding,) = json.loads((folder / "r.json").read_text())["findings"]
    assert finding["iterations"] == 300


def test_paths_are_those_of_the_directory_where_the_command_was_given(folder, capsys):
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (folder / "moves.py").write_text(f"{LOOP}\nimport os\nos.chdir('elsewhere')\n")

    assert status_of("--json", "r.json", "--markdown", "r.md", "--logdir", "logs", "moves.py") == 0

    assert (folder / "r.json").exists()
    assert (folder / "r.md").exists()
    assert list((folder / "logs").glob("*.loopscope.json"))
    assert not list(elsewhere.iterdir())


def test_a_demo_that_cannot_write_says_so_in_one_line(folder, capsys):
    with pytest.raises(SystemExit) as leave:
        main(["demo", "--logdir", "probe.py/logs"])

    assert leave.value.code == 2
    assert capsys.readouterr().err.startswith("loopscope: Cannot write to the log directory")


def test_the_interpreter_is_left_as_it_was(folder, capsys):
    before = list(sys.argv), list(sys.path), sys.modules["__main__"]

    status_of("probe.py", "a")

    assert (sys.argv, sys.path, sys.modules["__main__"]) == before


def test_findings_fail_where_that_is_asked_and_selection_counts(folder, capsys):
    (folder / "slow.py").write_text(LOOP)

    assert status_of("slow.py") == 0
    assert status_of("--fail-on", "actionable", "slow.py") == 1
    assert status_of("--fail-on", "actionable", "--ignore", "LS1,LS9", "slow.py") == 0
    assert status_of("--fail-on", "actionable", "--select", "LS3", "slow.py") == 0
    (folder / "pyproject.toml").write_text("[tool.loopscope]\nmin_iterations = 1000\n")
    assert status_of("--fail-on", "actionable", "slow.py") == 0
    (folder / "slow.py").write_text(f"{LOOP}\nimport sys\nsys.exit(5)\n")
    assert status_of("--fail-on", "actionable", "slow.py") == 5


def test_a_reader_that_has_seen_enough_is_no_error(folder):
    (folder / "slow.py").write_text(LOOP)
    status_of("--json", "r.json", "slow.py")
    reader, writer = os.pipe()
    os.close(reader)

    command = [sys.executable, "-m", "loopscope", "show", "r.json"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)

    assert not done.stderr
