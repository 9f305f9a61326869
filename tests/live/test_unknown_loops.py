"""A loop that no rule knows is one to act on only where its rewrite is verified."""

import pytest
import torch
from program_file import load_program

import loopscope

pytestmark = pytest.mark.live

PROGRAM = """\
import torch

def last_that_passes(x):
    found = None
    for row in x:
        if row.sum() > 0:
            found = row * 2
    return found
"""


@pytest.mark.parametrize(("verify", "actionable"), [(True, True), (False, False)])
def test_a_loop_that_no_rule_knows_is_reported_by_its_verified_rewrite(
    tmp_path, verify, actionable
):
    module = load_program(tmp_path, PROGRAM)

    with loopscope.profile(verify=verify, console=False) as scope:
        module.last_that_passes(torch.randn(800, 4))

    (finding,) = scope.report.findings
    assert (finding.rule, finding.location.line) == ("LS901", 5)
    assert finding.actionable is actionable
    assert (finding.rewrite.status == "verified") is actionable
    assert ("torch.where" in finding.suggestion.ops) is actionable
