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

def bought(cost, budget):
    spent = 0.0
    k = 0
    while spent < budget:
        spent += cost[k]
        k += 1
    return k

def settled(x):
    k = 0
    while k < 400 and x.abs().max() > 1e-9:
        x = 0.95 * x
        k += 1
    return x
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


@pytest.mark.parametrize(("name", "inputs", "actionable"), [
    ("bought", (torch.rand(800), 300.0), True),
    ("settled", (torch.rand(800),), False),
])  # fmt: skip
def test_a_while_loop_is_one_to_act_on_where_it_is_a_scan(tmp_path, name, inputs, actionable):
    module = load_program(tmp_path, PROGRAM)

    with loopscope.profile(console=False) as scope:
        getattr(module, name)(*inputs)

    (finding,) = scope.report.findings
    assert finding.rule == "LS601"
    assert finding.actionable is actionable
    assert (finding.rewrite.status == "verified") is actionable
