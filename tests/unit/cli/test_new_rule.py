import runpy

import pytest

from loopscope.cli import main
from loopscope.rules.registry import load_rules


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "loopscope" / "rules" / "catalog").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def status_of(*args):
    with pytest.raises(SystemExit) as leave:
        main(["new-rule", *args])
    return leave.value.code


def test_a_new_rule_takes_the_next_code_of_its_family_and_loads(checkout, capsys):
    assert not status_of("running-median", "--family", "1")

    (rule_file,) = (checkout / "loopscope" / "rules" / "catalog").iterdir()
    rule = runpy.run_path(str(rule_file))["RULE"]
    taken = {rule.code for rule in load_rules()}
    assert rule.code == max(code for code in [*taken, rule.code] if code.startswith("LS1"))
    assert rule.code not in taken
    assert rule.name == "running-median"
    assert "What it does" in rule.doc
    assert str(rule_file.relative_to(checkout)) in capsys.readouterr().out


def test_the_example_marks_a_loop_with_the_new_code(checkout):
    status_of("running-median", "--family", "1")

    (example,) = (checkout / "examples" / "rules").iterdir()
    code = example.name[:5].upper()
    compile(example.read_text(), example, "exec")
    assert f"# expect: {code}\n" in example.read_text()


def test_a_name_that_is_taken_is_refused(checkout, capsys):
    assert status_of("running-sum") == 2

    assert capsys.readouterr().err == (
        "loopscope: LS104 is named running-sum already. Choose another name.\n"
    )


def test_a_catalog_that_cannot_be_written_is_one_line(checkout, capsys):
    (checkout / "examples").mkdir()
    (checkout / "examples" / "rules").touch()

    assert status_of("running-median") == 2

    assert len(capsys.readouterr().err.splitlines()) == 1
