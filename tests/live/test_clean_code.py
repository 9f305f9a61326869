"""Code as it should be has no finding to act on, not even if all its loops were hot."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import loopscope
from loopscope.hotspots import find_loop_costs
from loopscope.model.hotspot import Role
from loopscope.pipeline import window

pytestmark = pytest.mark.live

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from clean_code import PROGRAMS  # noqa: E402 (below its path)


def all_hot(*arguments):
    costs = find_loop_costs(*arguments)
    return tuple(
        replace(c, hot=c.role is Role.BODY and c.iterations >= 8 and c.ops > 0) for c in costs
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_clean_code_is_not_blamed(program, monkeypatch):
    monkeypatch.setattr(window, "find_loop_costs", all_hot)

    with loopscope.profile(console=False, verify=False) as scope:
        program()

    blamed = [f for f in scope.report.findings if f.actionable]
    assert not blamed, [(f.rule, f.location.statement) for f in blamed]
