"""Whatever a user gets wrong is said in one line on stderr, with status 2."""

import json

import pytest
from reports import finding, report

from loopscope.cli import main

SCHEMA_99 = json.dumps({"schema_version": 99, "findings": []})
FILES = {
    "train.py": b"print('ran')\n",
    "broken.py": b"x = 1\nfor i in\n",
    "binary.py": bytes(range(256)),
    "empty.json": b"",
    "list.json": b"[1, 2]",
    "text.json": b"hello",
    "deep.json": b"[" * 100_000,
    "binary.json": bytes(range(256)),
    "newer.json": SCHEMA_99.encode(),
    "older.json": b'{"schema_version": 0}',
    "execution.json": b'{"schema": "1.1.1", "nodes": []}',
    "package/__init__.py": b"",
    "package/module.py": b"",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    report(finding()).to_json(tmp_path / "good.json")
    whole = (tmp_path / "good.json").read_text()
    (tmp_path / "truncated.json").write_text(whole[: len(whole) // 2])
    odd = json.loads(whole)
    odd["findings"][0]["iterations"] = "many"
    (tmp_path / "odd.json").write_text(json.dumps(odd))
    monkeypatch.chdir(tmp_path)


def status_of(args):
    with pytest.raises(SystemExit) as leave:
        main(args.split())
    return leave.value.code


def said(args, capsys):
    assert status_of(args) == 2
    captured = capsys.readouterr()
    assert not captured.out
    (line,) = captured.err.splitlines()
    assert line.startswith("loopscope: ")
    assert line.endswith((".", "?"))
    return line


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("walk", "No such command 'walk'. Try loopscope --help."),
        ("--verbos", "Try loopscope --help."),
        ("run", "Missing argument 'SCRIPT'. Try loopscope run --help."),
        ("run --jsn r.json train.py", "No such option '--jsn'"),
        ("run --fail-on findings train.py", "'actionable', 'verified'"),
        ("run missing.py", "Cannot run missing.py: No such file or directory. Check the path."),
        ("run train.py/x", "Cannot run train.py/x: Not a directory."),
        ("run broken.py", "Cannot run broken.py: line 2: invalid syntax. Mend the script first."),
        ("run binary.py", "Cannot run binary.py"),
        ("run package", "there is no __main__.py in it"),
        ("run -m", "Missing argument 'SCRIPT'"),
        ("run -m missing_module", "No module named missing_module. Check the name"),
        ("run -m package", "No module named package.__main__. package is a package"),
        ("run -m package.other", "No module named package.other."),
        ("run -m package.module.deeper", "No module named package.module.deeper."),
        ("run -m missing_package.module", "No module named missing_package.module."),
        ("run -m train.py", "No module named train.py. Try -m train, or leave out -m."),
        ("run -m sys", "Cannot run sys: it holds no Python code."),
        ("run --select LS77 train.py", "There is no rule LS77."),
        ("run --ignore LS101,running-sum train.py", "There is no rule running-sum."),
        ("run --select ls104 train.py", "There is no rule ls104. Did you mean LS104?"),
        ("run --json missing/r.json train.py", "missing/r.json: No such file or directory."),
        ("run --json package train.py", "package: Is a directory. Choose another path."),
        ("run --markdown train.py/r.md train.py", "train.py/r.md: Not a directory."),
        ("run --logdir train.py/logs train.py", "Cannot write to the log directory"),
        ("show", "Missing argument 'REPORT'"),
        ("show --markdown missing/r.md good.json", "missing/r.md: No such file or directory."),
        ("show missing.json", "No report at missing.json. Write one with loopscope run --json."),
        ("show package", "Cannot read package: Is a directory."),
        ("show train.py/x", "Cannot read train.py/x: Not a directory."),
        ("show newer.json", "newer.json was written by a newer loopscope (schema 99). Upgrade"),
        ("show odd.json", "odd.json is no loopscope report: Expected `int`, got `str`"),
        *((f"show {kind}.json", f"{kind}.json is no loopscope report") for kind in
          ("empty", "list", "text", "deep", "binary", "older", "truncated", "execution")),
        ("fix", "Missing argument 'REPORT'. Try loopscope fix --help."),
        ("fix missing.json", "No report at missing.json."),
        ("fix text.json", "text.json is no loopscope report"),
        ("fix --diff --apply good.json", "--diff and --apply exclude each other. Choose one."),
        ("fix --select LS77 good.json", "There is no rule LS77."),
        ("analyze", "Missing argument 'TRACE...'"),
        ("analyze missing.json", "No trace at missing.json."),
        ("analyze package", "Cannot read package: Is a directory."),
        *((f"analyze {kind}.json", f"{kind}.json is no trace: it is not JSON.") for kind in
          ("binary", "text", "deep", "empty")),
        ("analyze execution.json", "execution.json is no profiler trace"),
        ("analyze good.json", "good.json is no profiler trace"),
        ("explain LS999", "There is no rule LS999."),
        ("explain running-some", "There is no rule running-some. Did you mean running-sum?"),
        ("new-rule Running_Sum", "Running_Sum is no rule name."),
        ("new-rule running-median", "No loopscope/rules/catalog here."),
        ("new-rule --family 0 running-median", "0 is not in the range 1<=x<=9."),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_that_says_what_and_where(args, words, capsys):
    assert words in said(args, capsys)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.loopscope]\nmin_shar = 0.1", "min_shar is unknown, did you mean min_share"),
        ("[tool.loopscope]\nselect = 'LS1'", "select = 'LS1': expected array, got str"),
        ("[tool]\nloopscope = 3", "tool.loopscope in"),
        ("[tool.loopscope", "cannot be read"),
        ("[tool.loopscope]\nselect = ['LS77']", "There is no rule LS77."),
    ],
)
@pytest.mark.parametrize("args", ["run train.py", "analyze trace.json"])
def test_a_wrong_setting_is_said_before_anything_runs(args, text, words, folder, capsys, tmp_path):
    (tmp_path / "pyproject.toml").write_text(text)

    assert words in said(args, capsys)


def test_a_report_that_was_left_half_written_stays_as_it_was(tmp_path, capsys):
    said("show --markdown package good.json", capsys)

    assert not list(tmp_path.glob(".*.partial"))


def test_nothing_at_all_is_answered_with_help(capsys):
    assert not status_of("")

    assert "Commands:" in capsys.readouterr().out


def test_show_writes_other_formats_and_fails_on_findings(tmp_path, capsys):
    args = "show --json copy.json --markdown r.md --fail-on actionable good.json"
    assert status_of(args) == 1

    assert "train.py:41" in capsys.readouterr().out
    assert "train.py:41" in (tmp_path / "r.md").read_text()
    assert (tmp_path / "copy.json").read_text() == (tmp_path / "good.json").read_text()


def test_fail_on_verified_lets_unverified_findings_pass():
    assert status_of("show --fail-on verified good.json") == 0
