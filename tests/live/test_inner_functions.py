"""A loop of a function inside a function changes what is around it."""

import pytest
import torch
from program_file import load_program

import loopscope
from loopscope.vectorize.around.apply_edits import apply_edits

pytestmark = pytest.mark.live

PROGRAM = """\
def accumulated(total, x):
    def step():
        seen = 0
        for row in x:
            seen = seen + row[0]
            total.add_(row * 2)
        return seen

    return step(), total
"""


def test_the_rewrite_binds_no_name_from_around_the_function(tmp_path):
    module, x = load_program(tmp_path, PROGRAM), torch.randn(200, 6, dtype=torch.float64)
    total = torch.zeros(6, dtype=torch.float64)

    with loopscope.profile(console=False) as scope:
        wanted = module.accumulated(total.clone(), x)

    (found,) = scope.report.findings
    assert found.rewrite.status == "verified"
    text = "".join(apply_edits(PROGRAM.splitlines(keepends=True), found.rewrite.edits))
    assert "total.add_(x.sum(0) * 2)" in text
    torch.testing.assert_close(load_program(tmp_path, text).accumulated(total, x), wanted)
