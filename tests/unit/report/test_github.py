from pathlib import Path

import report_document as build

from loopscope.report.document import from_document
from loopscope.report.github import to_annotations


def annotations(*findings):
    report = from_document(build.document(*findings), "x")
    return to_annotations(report, root=Path("/home/ada"))


def test_a_finding_is_a_warning_on_its_lines():
    assert annotations(build.finding(line=41, status="verified")) == (
        "::warning file=train.py,line=41,endLine=43,title=LS104 running-sum::"
        "running sum of data (203 ms, 49%25 of the window): use torch.cumsum(data, dim=0) "
        "(verified: equal on 6 inputs, gradients equal, 203 ms → 50 µs on cpu, 4 101× faster)\n"
    )


def test_advice_is_a_notice():
    assert annotations(build.finding(actionable=False)).startswith("::notice file=train.py")


def test_names_cannot_begin_another_command():
    said = annotations(
        build.finding(
            path="/home/ada/a,line=1:b\n::stop-commands::x.py",
            summary="sum\n::set-output name=x::y\r",
            advice="50% off",
        )
    )

    assert len(said.splitlines()) == 1
    assert "file=a%2Cline=1%3Ab%0A%3A%3Astop-commands%3A%3Ax.py,line=41" in said
    assert "50%25 off" in said


def test_nothing_found_is_nothing_said():
    assert annotations() == ""
