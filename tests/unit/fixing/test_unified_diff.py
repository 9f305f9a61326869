"""git itself judges the diffs."""

import subprocess

import pytest
from fixes import FIRST, FIXED, SECOND, TEXT, commit_all, fixing, git

from loopscope.fixing.plan_fixes import plan_fixes
from loopscope.fixing.unified_diff import unified_diff

NAMES = ["train.py", "my train.py", "näïve 模型.py", 'quo"te.py', "back\\slash.py", "tab\there.py"]


def write(path, text, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def diffs(*findings):
    plan = plan_fixes(findings, in_place=False)
    assert not plan.refusals
    return b"".join(unified_diff(fix) for fix in plan.fixes)


def apply(folder, diff):
    git(folder, "apply", "--check", input=diff)
    git(folder, "apply", input=diff)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("below", [".", "src/model"])
def test_git_takes_it_from_the_top_and_from_every_folder_around_the_file(tmp_path, below, name):
    path = write(tmp_path / "repository" / "src" / "model" / name, TEXT)
    top = tmp_path / "repository"
    commit_all(top)

    apply(top / below, diffs(fixing(path, *FIRST), fixing(path, *SECOND)))

    assert path.read_text() == FIXED


@pytest.mark.parametrize("cwd", [".", "other", "repository/src"])
def test_it_is_the_same_wherever_it_is_made(tmp_path, monkeypatch, cwd):
    path = write(tmp_path / "repository" / "src" / "train.py", TEXT)
    commit_all(tmp_path / "repository")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / cwd)

    assert diffs(fixing(path, *FIRST)).startswith(b"diff --git a/src/train.py b/src/train.py\n")


def test_it_is_what_git_says_of_the_change(tmp_path):
    path = write(tmp_path / "train.py", TEXT)
    commit_all(tmp_path)
    diff = diffs(fixing(path, *FIRST), fixing(path, *SECOND))
    path.write_text(FIXED)

    hunks = git(tmp_path, "diff").partition(b"--- a/train.py\n")[2]

    assert [row for row in hunks.splitlines() if not row.startswith(b"@@")] == [
        row
        for row in diff.partition(b"--- a/train.py\n")[2].splitlines()
        if not row.startswith(b"@@")
    ]


@pytest.mark.parametrize(
    ("newline", "encoding", "ending"),
    [
        ("\r\n", "utf-8", "\n"),
        ("\n", "utf-8-sig", "\n"),
        ("\r\n", "latin-1", "\n"),
        ("\n", "utf-8", ""),
        ("\r\n", "utf-8-sig", ""),
    ],
)
def test_it_is_exact_to_the_byte(tmp_path, newline, encoding, ending):
    text = TEXT.replace("2\n", f"2  # {'é' * 3}\n").removesuffix("\n") + ending
    if encoding == "latin-1":
        text = "# coding: latin-1\n" + text.removeprefix("import torch\n")
    path = write(tmp_path / "train.py", text.replace("\n", newline), encoding)
    commit_all(tmp_path)
    lines = text.splitlines()
    findings = [fixing(path, *edit, lines=lines, premises=False) for edit in (FIRST, SECOND)]
    (fix,) = plan_fixes(findings, in_place=False).fixes

    apply(tmp_path, unified_diff(fix))

    assert path.read_bytes() == fix.after
    assert "é" not in fix.after.decode("latin-1")
    assert fix.after.count(b"\r\n") == fix.after.count(b"\n") * (newline == "\r\n")


def test_a_rewrite_of_a_last_line_without_newline(tmp_path):
    lines = TEXT.splitlines()[:11]
    path = write(tmp_path / "train.py", "\n".join(lines))
    commit_all(tmp_path)

    apply(tmp_path, diffs(fixing(path, *SECOND, lines=lines, premises=False)))

    assert path.read_text().endswith("\n    total = data.sum()")


def test_files_of_a_repository_are_one_diff(tmp_path):
    paths = [write(tmp_path / name, TEXT) for name in ("a.py", "sub/b.py")]
    commit_all(tmp_path)

    apply(tmp_path, diffs(*(fixing(path, *FIRST, *SECOND) for path in paths)))

    assert [path.read_text() for path in paths] == [FIXED, FIXED]


def test_without_a_repository_paths_are_those_below_the_current_folder(tmp_path, monkeypatch):
    path = write(tmp_path / "src" / "my train.py", TEXT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    diff = diffs(fixing(path, *FIRST, *SECOND))

    assert b"+++ b/src/my train.py\t\n" in diff
    apply(tmp_path, diff)
    assert path.read_text() == FIXED


def test_patch_takes_it_too(tmp_path, monkeypatch):
    path = write(tmp_path / "my train.py", TEXT)
    monkeypatch.chdir(tmp_path)
    diff = diffs(fixing(path, *FIRST, *SECOND))
    try:
        subprocess.run(["patch", "-p1", "-s"], input=diff, check=True)
    except FileNotFoundError:
        pytest.skip("patch is not installed")

    assert path.read_text() == FIXED
