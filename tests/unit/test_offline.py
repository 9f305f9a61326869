import subprocess
import sys

import pytest
from reports import VERIFIED, finding, report
from trace_file import BASE_NS, TraceFile

import loopscope
from loopscope.errors import LoopscopeError
from loopscope.model.finding import Cost


def trace(folder, name="one.pt.trace.json"):
    return TraceFile().op("aten::add", 10, 5).op("aten::mul", 20, 30).write(folder / name)


def with_report(folder, name, *findings):
    path = trace(folder, name)
    report(*findings).to_json(folder / f"{name.split('.')[0]}.loopscope.json")
    return path


def test_a_trace_without_a_loop_clock_names_no_loop_and_says_so(tmp_path, capsys):
    found = loopscope.analyze(trace(tmp_path))

    assert not found.findings
    assert found.totals.events == 3
    assert (found.window.start_ns, found.totals.window_ns) == (BASE_NS + 10_000, 40_000)
    found.show()
    text = capsys.readouterr().out
    assert "no exact loop clock: only a recording by loopscope.profile has one" in text
    assert "nothing to mend" not in text


def test_an_empty_trace_has_an_empty_window(tmp_path):
    found = loopscope.analyze(TraceFile().write(tmp_path / "t.json"))

    assert found.totals.window_ns == 0


@pytest.mark.parametrize("name", ["one.pt.trace.json", "one.pt.trace.json.gz", "one.json"])
def test_the_report_beside_a_trace_is_used(tmp_path, name):
    path = with_report(tmp_path, name, finding())

    found = loopscope.analyze(path)

    assert found.findings == report(finding()).findings
    assert found.trace_path == str(path)


def test_a_report_alone_does_not_stand_for_a_trace_that_is_gone(tmp_path):
    with_report(tmp_path, "one.json", finding()).unlink()

    with pytest.raises(LoopscopeError, match="No trace at"):
        loopscope.analyze(tmp_path / "one.json")


def test_rules_can_be_selected_and_totals_follow(tmp_path):
    path = with_report(tmp_path, "one.json", finding(), finding(rule="LS201"))

    found = loopscope.analyze(path, settings={"ignore": ["LS2"]})

    assert [f.rule for f in found.findings] == ["LS104"]
    assert found.totals.cost_ns == 203_000_000


def test_source_that_has_moved_is_found_under_its_new_root(tmp_path):
    here = tmp_path / "checkout" / "models" / "net.py"
    here.parent.mkdir(parents=True)
    here.touch()
    findings = finding(path="/ci/build/models/net.py"), finding(path="/ci/other.py")
    path = with_report(tmp_path, "one.json", *findings)

    found = loopscope.analyze(path, source_root=tmp_path / "checkout")

    assert [f.location.path for f in found.findings] == [str(here), "/ci/other.py"]


def test_several_traces_make_one_report_with_the_dearest_first(tmp_path):
    dear = finding(cost=Cost(300_000_000, 0, 0.7), **VERIFIED)
    paths = [
        with_report(tmp_path, "one.json", finding()),
        with_report(tmp_path, "two.json", dear),
        trace(tmp_path, "three.json"),
    ]

    found = loopscope.analyze(paths)

    assert [f.cost.total_ns for f in found.findings] == [300_000_000, 203_000_000]
    assert found.totals.cost_ns == 503_000_000
    assert found.totals.share == pytest.approx(503 / 824, rel=1e-3)
    assert found.notes == ("three.json: no loop clock in this trace",)
    assert found.clock.core == "settrace"


def test_no_trace_at_all_is_one_clear_line():
    with pytest.raises(LoopscopeError, match="No trace was given"):
        loopscope.analyze([])


def test_torch_is_not_needed(tmp_path):
    code = (
        "import sys; sys.modules['torch'] = None; import loopscope; "
        f"loopscope.analyze({str(trace(tmp_path))!r}).show()"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "no loop could be looked at" in done.stdout
