"""A loop that cannot be rewritten may hold one that can; a mistake of ours is no crash."""

import pytest
import torch
from program_file import load_program

import loopscope
from loopscope.pipeline import rewrites

pytestmark = pytest.mark.live

PROGRAM = """\
import torch

def rows(x, names):
    table = {}
    for r in range(len(x)):
        acc = torch.zeros(x.shape[1])
        for c in range(x.shape[1]):
            acc[c] = x[r, c] * 2 + 1
        table[names[r]] = acc
    return table
"""
FEW_LAYERS = """\
def reorder(layers, order):
    fresh = ()
    for layer in layers:
        moved = layer.clone()
        for k in range(order.shape[0]):
            moved[:, k] = layer[:, order[k]]
        fresh += (moved,)
    return fresh
"""
COSTLY_AND_CHEAP = """\
def both(x, y):
    out = x.clone()
    for i in range(len(x)):
        out[i] = x[i] * 2
        out[i] = out[i] + x[i].sin() * x[i].cos()
        out[i] = out[i] - x[i].exp()
    few = y.clone()
    for i in range(len(y)):
        few[i] = y[i] + 1
    return out, few
"""
CALLED = """\
import torch

def spread(row, edges):
    found = []
    for edge in edges:
        found.append((row - edge).abs().min())
    return torch.stack(found).mean()

def spreads(x, edges):
    found = {}
    for k, row in enumerate(x):
        found[k] = spread(row, edges)
    return torch.stack(list(found.values()))
"""
CALLS = """\
import torch

def odd(row):
    flag = False
    for v in row:
        if v > 0:
            flag = not flag
    return flag

def odd_rows(x):
    flags = []
    for row in x:
        flags.append(odd(row))
    return torch.tensor(flags)

def first_odd_row(x):
    for k, row in enumerate(x):
        print(end="")
        if odd(row):
            x[k] = 0
"""
INPUTS = torch.randn(20, 100), [f"n{k}" for k in range(20)]


@pytest.fixture
def module(tmp_path):
    return load_program(tmp_path, PROGRAM)


def test_the_loop_inside_is_rewritten_where_the_outer_one_cannot_be(module, capsys):
    with loopscope.profile() as scope:
        module.rows(*INPUTS)

    (finding,) = scope.report.findings
    assert finding.location.line == 5
    assert (finding.rewrite.status, finding.rewrite.after) == ("verified", "acc = x[r] * 2 + 1\n")
    assert "instead of lines 6 to 8" in capsys.readouterr().out


def test_a_loop_around_that_goes_round_a_few_times_is_not_blamed_for_the_one_inside(tmp_path):
    module = load_program(tmp_path, FEW_LAYERS)
    layers = tuple(torch.randn(2, 300, 3) for _ in range(4))

    with loopscope.profile(console=False) as scope:
        module.reorder(layers, torch.randint(0, 300, (300,)))

    (finding,) = scope.report.findings
    assert finding.location.line == 5
    assert finding.rewrite.after == "moved = layer[:, order]\n"


@pytest.mark.parametrize(("name", "line"), [("odd_rows", 12), ("first_odd_row", 5)])
def test_a_loop_that_calls_the_slow_one_is_named_where_it_is_rewritten_as_a_whole(
    tmp_path, name, line
):
    module = load_program(tmp_path, CALLS)

    with loopscope.profile(console=False) as scope:
        getattr(module, name)(torch.randn(20, 100))

    (finding,) = scope.report.findings
    assert (finding.location.line, finding.rewrite.status) == (line, "verified")


def test_a_rewrite_that_we_fail_on_costs_no_report(module, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(rewrites, "prepare", fail)

    with (
        pytest.warns(UserWarning, match=r"could not rewrite the loop at .*program.py:[57]"),
        loopscope.profile(console=False) as scope,
    ):
        module.rows(*INPUTS)

    (finding,) = scope.report.findings
    assert (finding.rewrite.status, finding.verdict) == ("none", None)
    assert "ZeroDivisionError: by us" in finding.rewrite.reason


def test_a_loop_that_calls_what_the_costly_one_is_in_is_rewritten_with_it(tmp_path):
    module = load_program(tmp_path, CALLED)

    with loopscope.profile(console=False) as scope:
        module.spreads(torch.randn(40, 8), torch.randn(30))

    (finding,) = scope.report.findings
    assert (finding.location.line, finding.rewrite.status) == (11, "verified")


def test_a_loop_that_costs_next_to_nothing_is_proposed_before_the_costly_one(
    tmp_path, monkeypatch
):
    module = load_program(tmp_path, COSTLY_AND_CHEAP)
    asked = []
    propose = rewrites.Rewriter.propose

    def noted(self, loop, *args, **options):
        asked.append(loop.line)
        return propose(self, loop, *args, **options)

    monkeypatch.setattr(rewrites.Rewriter, "propose", noted)
    with loopscope.profile(console=False, settings={"min_share": 0.0}):
        module.both(torch.randn(4000), torch.randn(100))

    assert asked[:2] == [8, 3]
