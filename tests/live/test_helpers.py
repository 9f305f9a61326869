"""A helper is read wherever the user keeps it."""

import pytest
import torch
from program_file import load_program

import loopscope

pytestmark = pytest.mark.live

PROGRAM = """\
import torch

def shift(v, by=0.5):
    w = root(v)
    return w + by

root = lambda v: v.abs().sqrt()

def function(x):
    out = torch.empty_like(x)
    for i, v in enumerate(x):
        out[i] = shift(v)
    return out

class Squash:
    margin = 0.3

    def run(self, x):
        out = torch.zeros(len(x))
        for i in range(len(x)):
            out[i] = self.squash(x[i], k=3.0)
        return out

    def squash(self, v, k):
        if v > self.margin:
            return v * k
        return v - self.margin

def closure(x, scale=2.5):
    def up(v):
        return v * scale + 1
    down = lambda v: torch.sin(v) - scale
    out = []
    for v in x:
        out.append(up(v) + down(v))
    return torch.stack(out)
"""


@pytest.fixture
def module(tmp_path):
    return load_program(tmp_path, PROGRAM)


@pytest.mark.parametrize(
    ("run", "after"),
    [
        (lambda m, x: m.function(x), "out = x.abs().sqrt() + 0.5\n"),
        (
            lambda m, x: m.Squash().run(x),
            "out = torch.where(x > self.margin, x * 3.0, x - self.margin)\n",
        ),
        (lambda m, x: m.closure(x), "return x * scale + 1 + (torch.sin(x) - scale)\n"),
    ],
    ids=["of the file", "a method", "of the function around"],
)
def test_a_helper_is_put_in_the_place_of_its_call(run, after, module):
    with loopscope.profile(console=False) as scope:
        run(module, torch.randn(1000))

    (finding,) = scope.report.findings
    assert (finding.rewrite.status, finding.rewrite.after) == ("verified", after)
