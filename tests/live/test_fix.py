"""From a slow script to a fast one that prints the same."""

import subprocess
import sys

import pytest
from fixes import commit_all, git

from loopscope.cli import main

pytestmark = pytest.mark.live

LIBRARY = '''\
"""Features, as a user writes them."""

import torch


def shifted(data):
    out = torch.zeros_like(data)
    for i in range(len(data)):
        out[i] = data[i] + 2
    return out


def chosen(data):
    # values below the threshold are dropped
    result = torch.zeros_like(data)
    for i in range(len(data)):
        if data[i] > 0.5:
            result[i] = data[i]
        else:
            result[i] = 0

    return result
'''
SCRIPT = """\
import sys
import torch
import library

x = torch.linspace(-1, 1, 400)
print(library.shifted(x).sum().item(), library.chosen(x).sum().item())

y = torch.zeros_like(x)
for i in range(len(x)):
    y[i] = x[i] * 3
print(y.sum().item(), sys.argv[1:])
"""
FIXED = '''\
"""Features, as a user writes them."""

import torch


def shifted(data):
    out = data + 2
    return out


def chosen(data):
    # values below the threshold are dropped
    result = torch.where(data > 0.5, data, 0)

    return result
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "library.py").write_bytes(LIBRARY.replace("\n", "\r\n").encode())
    (folder / "src" / "train.py").write_text(SCRIPT)
    commit_all(folder)
    monkeypatch.chdir(folder / "src")
    for name in ("library", "train"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


def run(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        main(list(args))
    captured = capsys.readouterr()
    return leave.value.code or 0, captured.out, captured.err


def printed(folder):
    command = [sys.executable, "train.py", "--epochs", "3"]
    return subprocess.run(command, cwd=folder / "src", capture_output=True, check=True).stdout


def is_fixed(folder):
    library = (folder / "src" / "library.py").read_bytes().decode()
    assert library == FIXED.replace("\n", "\r\n")
    script = (folder / "src" / "train.py").read_text()
    assert "y = x * 3\nprint" in script
    assert "for i" not in script


def test_a_report_is_applied_and_the_script_prints_the_same(folder, capsys):
    before = printed(folder)
    run(capsys, "run", "--json", "../r.json", "train.py", "--epochs", "3")

    status, out, err = run(capsys, "fix", "--apply", "../r.json")

    assert (status, err) == (0, "")
    assert sorted(line.split()[1] for line in out.splitlines()) == [
        "library.py:16",
        "library.py:8",
        "train.py:9",
    ]
    is_fixed(folder)
    assert printed(folder) == before


@pytest.mark.parametrize("where", [".", "src"])
def test_its_diff_is_applied_by_git(folder, capsys, where):
    before = printed(folder)
    run(capsys, "run", "--json", "../r.json", "train.py")

    _, diff, _ = run(capsys, "fix", "../r.json")

    git(folder / where, "apply", "--check", input=diff.encode())
    git(folder / where, "apply", input=diff.encode())
    is_fixed(folder)
    assert printed(folder) == before


def test_run_does_both_and_leaves_the_scripts_own_options_alone(folder, capsys):
    before = printed(folder)

    status, out, _ = run(capsys, "run", "--fix", "train.py", "--epochs", "3", "--fix")

    assert status == 0
    assert "['--epochs', '3', '--fix']" in out
    assert "fixed train.py:9 LS101" in out
    is_fixed(folder)
    assert printed(folder) == before


def test_run_prints_the_diff_only(folder, capsys):
    _, out, _ = run(capsys, "run", "--fix=diff", "train.py")

    assert "\n+y = x * 3\n" in out
    assert (folder / "src" / "train.py").read_text() == SCRIPT


def test_a_script_that_fails_is_reported_and_not_fixed(folder, capsys):
    script = folder / "src" / "train.py"
    script.write_text(SCRIPT + "sys.exit(3)\n")

    status, out, err = run(capsys, "run", "--fix", "train.py")

    assert status == 3
    assert "LS101" in out
    assert "loopscope: train.py ended with 3: nothing is fixed.\n" in err
    assert script.read_text() == SCRIPT + "sys.exit(3)\n"


def test_what_was_edited_since_is_refused(folder, capsys):
    run(capsys, "run", "--json", "../r.json", "train.py")
    script = folder / "src" / "train.py"
    edited = SCRIPT + "print(i)  # the loop's variable is read now\n"
    script.write_text(edited)

    status, out, err = run(capsys, "fix", "--apply", "../r.json")

    assert status == 1
    assert "train.py:9: the code around the loop" in err
    assert script.read_text() == edited
    assert "fixed library.py:8" in out
