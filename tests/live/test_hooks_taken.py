"""Findings come out whatever has taken the hooks of the interpreter."""

import sys

import pytest
import torch
from occupied import TracerInC, monitoring_taken, settrace_taken

import loopscope

pytestmark = pytest.mark.live


def fill(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i] + 2
    return out


LINE = fill.__code__.co_firstlineno + 2


def test_a_python_tracer_shares_its_place():
    events = []

    def tracer(frame, event, arg):
        if frame.f_code is not fill.__code__:
            return None
        events.append(event)
        return tracer

    with monitoring_taken(), settrace_taken(tracer), loopscope.profile(console=False) as scope:
        fill(torch.rand(1_000))

    (finding,) = scope.report.findings
    assert (finding.location.line, finding.iterations) == (LINE, 1_000)
    assert scope.report.clock.core == "settrace"
    assert "is shared with" in scope.report.clock.reason
    assert events.count("line") == 2 + 2 * 1_000 + 1


def test_with_every_hook_taken_the_line_is_found_and_iterations_are_estimated():
    tracer = TracerInC()
    with monitoring_taken(), settrace_taken(tracer):
        with loopscope.profile(console=False) as scope:
            fill(torch.rand(20_000))
        assert sys.gettrace() is tracer

    (finding,) = scope.report.findings
    assert finding.location.line == LINE
    assert 10_000 < finding.iterations <= 20_001
    assert scope.report.clock.core == "sampling"
    assert any("estimate" in note for note in scope.report.notes)
    assert tracer.calls
