"""One report in every form that the command line writes."""

import json

import pytest
from reports import finding, report

from loopscope.cli import main
from loopscope.cli.analyze import command as analyze_command
from loopscope.cli.run import command as run_command
from loopscope.cli.show import command as show_command
from loopscope.report.report import Report


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    report(finding()).to_json(tmp_path / "r.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(*args):
    with pytest.raises(SystemExit) as leave:
        main(["show", *args, "r.json"])
    return leave.value.code


def test_show_writes_a_report_in_every_form(folder):
    names = {"json": "a.json", "sarif": "a.sarif", "html": "a.html", "markdown": "a.md"}
    options = [part for form, name in names.items() for part in (f"--{form}", name)]

    assert show(*options) == 0

    found = Report.from_json("r.json")
    assert Report.from_json("a.json") == found
    found.to_sarif("b.sarif")
    found.to_html("b.html")
    found.to_markdown("b.md")
    for form in ("sarif", "html", "md"):
        assert (folder / f"a.{form}").read_text() == (folder / f"b.{form}").read_text()


def test_annotations_are_printed_alone(capsys):
    show("--format", "github")

    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::warning file=")
    assert f"{line}\n" == Report.from_json("r.json").annotations()


def test_show_brings_a_report_into_tensorboard(folder):
    show("--logdir", "runs/a")

    (sidecar,) = (folder / "runs" / "a").glob("*.loopscope.json")
    assert Report.from_json(sidecar) == Report.from_json("r.json")
    assert any((folder / "runs" / "a").glob("events.out.tfevents.*"))


@pytest.mark.parametrize("form", ["json", "sarif", "html", "markdown"])
def test_what_cannot_be_written_is_refused_before_anything_is_printed(form, folder, capsys):
    (folder / "taken").mkdir()

    assert show(f"--{form}", "taken") == 2

    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("loopscope: Cannot write ")


@pytest.mark.parametrize("command", [run_command, analyze_command, show_command])
def test_commands_that_report_take_the_same_options(command):
    names = {name for option in command.params for name in option.opts}

    shared = "--json --sarif --html --markdown --logdir --fail-on --format --verbose"
    assert names.issuperset(shared.split())


def test_the_form_of_status_one_is_that_of_the_report(capsys):
    assert show("--format", "github", "--fail-on", "actionable") == 1
    assert capsys.readouterr().out.startswith("::warning")


def test_sarif_from_the_command_line_is_that_of_the_report(folder):
    show("--sarif", "a.sarif")

    log = json.loads((folder / "a.sarif").read_text())
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["LS104"]
