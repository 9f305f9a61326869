"""What needs too much memory at once is done for some items at a time."""

import functools

import pytest
import torch
from catalogue_loops import all_hot
from program_file import load_program

import loopscope
from loopscope.pipeline import window
from loopscope.pipeline.rewrites import Rewriter
from loopscope.verify import memory

pytestmark = pytest.mark.live

PROGRAM = """\
import torch

def to_the_nearest(x, y):
    found = []
    for row in x:
        found.append((row - y).abs().sum(dim=1).amin())
    return torch.stack(found)

def to_all_others(x):
    found = torch.zeros(len(x))
    for i in range(len(x)):
        found[i] = (x[i] - x).abs().sum(dim=1).mean()
    return found

def totals(x, y):
    total = torch.zeros(len(y))
    for row in x:
        total += (row - y).abs().sum(dim=1)
    return total
"""
FREE_BYTES = 8e6  # a quarter of it is less than 400 * 400 * 4 numbers take


@pytest.fixture
def profiled(tmp_path, monkeypatch):
    monkeypatch.setattr(window, "find_loop_costs", all_hot)
    monkeypatch.setattr(memory, "_free_bytes", lambda: FREE_BYTES)
    # On a busy machine a chunk may not be faster; what is looked at is how it is written.
    monkeypatch.setattr(window, "Rewriter", functools.partial(Rewriter, min_speedup=0.0))
    module = load_program(tmp_path, PROGRAM)

    def profile(name, *arguments):
        with loopscope.profile(console=False) as scope:
            getattr(module, name)(*arguments)
        (finding,) = scope.report.findings
        return finding

    return profile


def test_the_items_are_cut_into_chunks(profiled):
    finding = profiled("to_the_nearest", torch.randn(400, 4), torch.randn(400, 4))

    assert finding.rewrite.status == "verified"
    made = "(part[:, None] - y).abs().sum(dim=2).amin(dim=1) for part in x.split(128)"
    assert finding.rewrite.after == f"return torch.cat([{made}])\n"


def test_what_each_item_is_compared_with_stays_whole(profiled):
    finding = profiled("to_all_others", torch.randn(400, 4))

    assert finding.rewrite.status == "verified"
    assert "(part[:, None] - x).abs()" in finding.rewrite.after
    assert "for part in x.split(128)" in finding.rewrite.after


def test_a_sum_over_the_items_is_not_put_together_from_chunks(profiled):
    finding = profiled("totals", torch.randn(400, 4), torch.randn(400, 4))

    assert "part" not in finding.rewrite.after
