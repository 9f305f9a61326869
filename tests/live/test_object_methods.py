"""What a method of an object does is read where its class is written in the same file."""

import pytest
import torch
from program_file import load_program

import loopscope

pytestmark = pytest.mark.live

PROGRAM = """\
import torch

class Unit:
    eps = 1e-6

    def norm(self, v):
        return v / (v.norm() + self.eps)

class Scorer(Unit):
    def __init__(self, w):
        self.w = w

    def score(self, row, bias=0.5):
        return self.gate(self.norm(row)) + bias

    def gate(self, v):
        return torch.sigmoid(v @ self.w)

class Net:
    def __init__(self, scorer):
        self.scorer = scorer

    def gate(self, v):
        return v

    def run(self, x):
        out = torch.zeros(len(x))
        for i in range(len(x)):
            out[i] = self.scorer.score(x[i])
        return out

def run(scorer, x):
    return torch.stack([scorer.score(row) for row in x])
"""
COUNTING = """\
import torch

class Counting:
    def __init__(self, w):
        self.w, self.calls = w, 0

    def score(self, row):
        self.calls += 1
        return row @ self.w

def run(scorer, x):
    return torch.stack([scorer.score(row) for row in x])
"""
ROWS = torch.randn(200, 6)
WEIGHT = torch.randn(6)


@pytest.fixture
def module(tmp_path):
    return load_program(tmp_path, PROGRAM)


def finding(function, *args):
    with loopscope.profile(console=False) as scope:
        function(*args)
    (found,) = scope.report.findings
    return found


def test_its_methods_are_inlined_those_that_it_inherits_too(module):
    found = finding(module.run, module.Scorer(WEIGHT), ROWS)

    assert found.rewrite.status == "verified"
    assert "torch.sigmoid(" in found.rewrite.after
    assert "scorer.w" in found.rewrite.after
    assert "scorer.score" not in found.rewrite.after
    assert "type(scorer).__name__ == 'Scorer'" in found.rewrite.guards


def test_a_method_of_the_same_name_around_the_loop_is_another(module):
    found = finding(module.Net(module.Scorer(WEIGHT)).run, ROWS)

    assert found.rewrite.status == "verified"
    assert "torch.sigmoid(" in found.rewrite.after
    assert "self.scorer.w" in found.rewrite.after


def test_one_set_on_the_object_alone_is_not_that_of_its_class(module):
    scorer = module.Scorer(WEIGHT)
    scorer.gate = lambda v: v.sum() * 3

    found = finding(module.run, scorer, ROWS)

    assert "torch.sigmoid(" not in found.rewrite.after


def test_one_that_changes_its_object_is_left_alone(tmp_path):
    module = load_program(tmp_path, COUNTING)

    found = finding(module.run, module.Counting(WEIGHT), ROWS)

    assert (found.rule, found.rewrite.status) == ("LS604", "none")
