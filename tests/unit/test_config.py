import pytest

from loopscope.config import Settings, read_settings
from loopscope.errors import LoopscopeError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, text, name="pyproject.toml"):
    (folder / name).write_text(text)


def test_without_a_file_the_defaults_hold(folder):
    assert read_settings() == Settings()


def test_the_nearest_file_holds_even_from_a_folder_below(folder, monkeypatch):
    write(folder, "[tool.loopscope]\nmin_share = 0.1\nselect = ['LS1', 'LS302']\n")
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")

    assert read_settings() == Settings(min_share=0.1, select=("LS1", "LS302"))
    write(folder / "a", "[project]\nname = 'inner'\n")
    assert read_settings() == Settings()


def test_single_settings_go_over_the_file_and_a_whole_one_replaces_it(folder):
    write(folder, "[tool.loopscope]\nmin_share = 0.1\nmin_iterations = 20\n")

    assert read_settings({"min_share": 0.2}) == Settings(min_share=0.2, min_iterations=20)
    assert read_settings(Settings(min_share=0.3)) == Settings(min_share=0.3)


def test_paths_in_the_file_are_relative_to_it(folder, monkeypatch):
    write(folder, "[tool.loopscope]\nexclude = ['vendored', '/abs', '<ipython-input']\n")
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")

    assert read_settings().exclude == (str(folder / "vendored"), "/abs", "<ipython-input")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"min_shar": 1}, "settings: min_shar is unknown, did you mean min_share."),
        ({"min-share": 1}, "did you mean min_share"),
        ({"walk": 1}, "walk is unknown, use include, exclude, select"),
        ({"min_iterations": "8"}, "min_iterations = '8': expected int, got str"),
        ({"min_iterations": True}, "expected int, got bool"),
        ({"min_iterations": -1}, "min_iterations = -1: expected int >= 0"),
        ({"min_share": 2}, "min_share = 2: expected float <= 1.0"),
        ({"select": "LS1"}, "select = 'LS1': expected array, got str"),
        ({"select": [1]}, "select = [1]: expected str, got int"),
        ({"walk": 1, "min_share": "x"}, "min_share = 'x': expected float, got str; walk is un"),
        (Settings(min_share=3), "expected float <= 1.0"),
    ],
)
def test_all_that_is_wrong_is_said_in_one_line(folder, given, words):
    with pytest.raises(LoopscopeError) as error:
        read_settings(given)

    assert words in str(error.value)
    assert error.value.slug == "bad-settings"
    assert "\n" not in str(error.value)


def test_a_wrong_file_is_named(folder):
    write(folder, "[tool.loopscope]\nwalk = 1\n")

    with pytest.raises(LoopscopeError, match=r"pyproject\.toml: walk is unknown"):
        read_settings({"min_share": 0.1})


@pytest.mark.parametrize("content", [b"[tool", b"\xff\xfe", b"x = 1\x00"])
def test_a_file_that_is_no_toml_is_named(folder, content):
    (folder / "pyproject.toml").write_bytes(content)

    with pytest.raises(LoopscopeError, match=r"pyproject\.toml cannot be read") as error:
        read_settings()

    assert error.value.slug == "settings-unreadable"
    assert "\n" not in str(error.value)


def test_without_a_current_directory_the_defaults_hold(folder, monkeypatch):
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert read_settings() == Settings()


@pytest.mark.parametrize(
    ("select", "ignore", "allowed"),
    [
        ((), (), True),
        (("LS1",), (), True),
        (("LS3", "LS104"), (), True),
        (("LS3",), (), False),
        ((), ("LS1",), False),
        (("LS1",), ("LS104",), False),
    ],
)
def test_rules_are_selected_and_ignored_by_code_or_prefix(select, ignore, allowed):
    assert Settings(select=select, ignore=ignore).allows("LS104") is allowed
