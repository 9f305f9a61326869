"""``loopscope fix``: what it prints, what it writes, and its status."""

import os
import stat

import pytest
from fixes import FIRST, FIXED, SECOND, TEXT, commit_all, fixing, git
from reports import finding, report

from loopscope.cli import main


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "train.py"
    path.write_text(TEXT)
    both(path).to_json("r.json")
    return path


def both(path):
    return report(fixing(path, *FIRST), fixing(path, *SECOND, rule="LS201"))


def ran(capsys, args):
    with pytest.raises(SystemExit) as leave:
        main(args.split())
    captured = capsys.readouterr()
    return leave.value.code, captured.out, captured.err


def test_apply_edits_the_file_and_names_what_it_did(path, capsys):
    status, out, err = ran(capsys, "fix --apply r.json")

    assert (status, err) == (0, "")
    assert out == "fixed train.py:6 LS101 running-sum\nfixed train.py:10 LS201 running-sum\n"
    assert path.read_text() == FIXED


@pytest.mark.parametrize("args", ["fix r.json", "fix --diff r.json"])
def test_a_diff_is_printed_and_nothing_changed(path, tmp_path, capsys, args):
    commit_all(tmp_path)

    status, out, err = ran(capsys, args)

    assert (status, err, path.read_text()) == (0, "", TEXT)
    git(tmp_path, "apply", input=out.encode())
    assert path.read_text() == FIXED


def test_rules_can_be_selected_and_ignored(path, capsys):
    assert ran(capsys, "fix --apply --ignore LS1,LS2 r.json")[:2] == (0, "")
    ran(capsys, "fix --apply --select LS201 r.json")

    text = path.read_text()
    assert "data.sum()" in text
    assert "data[i] + 2" in text


def test_a_second_time_it_says_that_the_source_has_changed(path, capsys):
    ran(capsys, "fix --apply r.json")

    status, out, err = ran(capsys, "fix --apply r.json")

    assert (status, out) == (1, "")
    first, second = err.splitlines()
    assert first.startswith("loopscope: train.py:6: line 5 is not what was profiled, so the file")
    assert second.startswith("loopscope: train.py:10: line ")
    assert path.read_text() == FIXED


def test_a_file_that_has_changed_holds_no_other_back(path, tmp_path, capsys):
    stale = tmp_path / "stale.py"
    stale.write_text(TEXT.replace("data[i] + 2", "data[i] + 3"))
    report(fixing(path, *FIRST, *SECOND), fixing(stale, *FIRST)).to_json("r.json")

    status, out, err = ran(capsys, "fix --apply r.json")

    assert status == 1
    assert out == "fixed train.py:6 LS101 running-sum\n"
    assert err.startswith("loopscope: stale.py:6: line 7 is not what was profiled")
    assert path.read_text() == FIXED


@pytest.mark.parametrize("option", ["--diff", "--apply"])
def test_a_report_without_a_verified_rewrite_is_one_friendly_line(path, capsys, option):
    report(finding(), fixing(path, *SECOND, actionable=False)).to_json("r.json")

    status, out, err = ran(capsys, f"fix {option} r.json")

    assert (status, out) == (0, "")
    assert err == "loopscope: No verified rewrite in this report: nothing to change.\n"
    assert path.read_text() == TEXT


def test_permissions_stay_and_nothing_is_left_behind(path, tmp_path, capsys):
    path.chmod(0o750)

    ran(capsys, "fix --apply r.json")

    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert sorted(os.listdir(tmp_path)) == ["r.json", "train.py"]


def test_a_link_stays_a_link(path, tmp_path, capsys):
    (tmp_path / "real").mkdir()
    path.rename(tmp_path / "real" / "code.py")
    path.symlink_to("real/code.py")

    ran(capsys, "fix --apply r.json")

    assert path.is_symlink()
    assert (tmp_path / "real" / "code.py").read_text() == FIXED


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written_is_refused(path, capsys):
    path.chmod(0o440)

    status, _, err = ran(capsys, "fix --apply r.json")

    assert status == 1
    assert "may not be written" in err


def test_source_that_has_moved_is_found_below_its_root(path, tmp_path, capsys):
    moved = tmp_path / "checkout" / "train.py"
    moved.parent.mkdir()
    path.rename(moved)

    status, _, err = ran(capsys, "fix --apply r.json")
    assert status == 1
    assert err.startswith("loopscope: train.py: there is no such file. Pass --source-root,")

    assert ran(capsys, "fix --apply --source-root checkout r.json")[0] == 0
    assert moved.read_text() == FIXED


def test_a_notebook_cell_is_no_file(path, capsys):
    report(fixing("<ipython-input-1>", *FIRST)).to_json("r.json")

    status, _, err = ran(capsys, "fix --apply r.json")

    assert status == 1
    assert err == "loopscope: <ipython-input-1>: is no file. Copy the code from the report.\n"


def test_the_current_folder_may_be_another(path, tmp_path, monkeypatch, capsys):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    status, out, _ = ran(capsys, f"fix --apply {tmp_path}/r.json")

    assert status == 0
    assert f"fixed {path}:6 LS101" in out
