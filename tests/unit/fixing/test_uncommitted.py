import pytest
from fixes import FIRST, SECOND, TEXT, commit_all, fixing, git

from loopscope.fixing.plan_fixes import plan_fixes
from loopscope.fixing.uncommitted import uncommitted_lines


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "train.py"
    path.write_text("".join(f"{n}\n" for n in range(1, 10)))
    commit_all(tmp_path)
    return path


def test_a_committed_file_has_none(path):
    assert uncommitted_lines(path) == ()


def test_changed_added_and_deleted_lines_are_told(path):
    path.write_text("1\ntwo\n3\n6\n7\nnew\nnew\n8\n9\n")

    assert uncommitted_lines(path) == (range(2, 3), range(4, 4), range(6, 8))


def test_lines_that_are_staged_are_not_committed(path, tmp_path):
    path.write_text("one\n")
    git(tmp_path, "add", "-A")

    assert uncommitted_lines(path) == (range(1, 2),)


def test_settings_of_the_user_change_nothing(path, tmp_path):
    for name, value in (
        ("diff.external", "false"),
        ("diff.noprefix", "true"),
        ("diff.interHunkContext", "9"),
        ("color.ui", "always"),
        ("diff.context", "9"),
    ):
        git(tmp_path, "config", name, value)
    path.write_text("1\ntwo\n3\n4\n5\n6\nseven\n8\n9\n")

    assert uncommitted_lines(path) == (range(2, 3), range(7, 8))


def test_a_name_is_no_pattern(tmp_path):
    for name in ("[ab].py", "a.py"):
        (tmp_path / name).write_text("1\n")
    commit_all(tmp_path)
    (tmp_path / "a.py").write_text("2\n")

    assert uncommitted_lines(tmp_path / "[ab].py") == ()


def test_what_git_does_not_know_has_none(tmp_path, path, monkeypatch):
    new = tmp_path / "new.py"
    new.write_text("1\n")
    assert uncommitted_lines(new) == ()

    path.write_text("0\n")
    monkeypatch.setenv("PATH", "")
    assert uncommitted_lines(path) == ()


def test_a_rewrite_of_them_is_refused_in_place_and_printed_as_a_diff(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(TEXT.replace("data[i] + 2", "data[i] + 1"))
    commit_all(tmp_path)
    path.write_text(TEXT)

    in_place = plan_fixes([fixing(path, *FIRST), fixing(path, *SECOND)], in_place=True)
    alone = plan_fixes([fixing(path, *SECOND)], in_place=True)
    as_diff = plan_fixes([fixing(path, *FIRST)], in_place=False)

    assert [refusal.place.rpartition(":")[2] for refusal in in_place.refusals] == ["6"]
    assert not in_place.fixes
    assert len(alone.fixes) == len(as_diff.fixes) == 1
