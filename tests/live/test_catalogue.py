"""Every loop of the catalogue is recognised, however it is written."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from catalogue_loops import (
    DOUBLE,
    LARGER,
    SECTIONS,
    all_hot,
    canonical,
    loops,
    marked,
    named_ops,
    ways,
    written,
)  # fmt: skip
from loop_variants import VARIANTS, write_variant

import loopscope
from loopscope.pipeline import window

pytestmark = pytest.mark.live

NEVER_SEEN = {"loop_42"}  # a loop over ``.tolist()`` runs no op: a trace does not show it


@dataclass(frozen=True, slots=True)
class Case:
    """One loop, written one way."""

    section: Path
    name: str
    how: str
    advice: bool
    accepted: frozenset[str]


def cases():
    for section in SECTIONS:
        text = section.read_text()
        for node in loops(text):
            advice, accepted = named_ops(node)
            for how in ways(section):
                same = how if how in VARIANTS else "as printed"
                if write_variant(node, marked(text), same, node.name) is not None:
                    yield Case(section, node.name, how, advice, accepted)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """Findings by case; all loops run in one window."""
    folder = tmp_path_factory.mktemp("catalogue")
    runs = [run for section in SECTIONS for run in written(section, folder)]
    expected = {}
    for run in runs:
        inputs = run.how if run.how in (LARGER, DOUBLE) else ""
        result = run.function(*run.inputs)
        first = expected.setdefault((run.section, run.name, inputs), result)
        torch.testing.assert_close(result, first, msg=f"{run.name} {run.how}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "find_loop_costs", all_hot)
        with loopscope.profile(console=False, verify=False) as scope:
            for run in runs:
                run.function(*run.inputs)
    by_line = {}
    for finding in scope.report.findings:
        by_line.setdefault((finding.location.path, finding.location.line), finding)
    return {
        (run.section, run.name, run.how): [f for place in run.places if (f := by_line.get(place))]
        for run in runs
    }


@pytest.mark.parametrize("case", list(cases()), ids=lambda c: f"{c.name}-{c.how}")
def test_the_loop_is_recognised_with_an_op_that_serves(case, findings):
    here = findings[case.section, case.name, case.how]
    if case.name in NEVER_SEEN:
        assert not here
        return
    assert here, "no finding on the line"
    named = {canonical(op) for finding in here for op in finding.suggestion.ops}
    assert named & case.accepted, (here[0].rule, here[0].suggestion.ops)
    assert all(finding.actionable for finding in here) or case.advice, here[0].rule
