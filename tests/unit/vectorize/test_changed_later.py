import ast

import pytest

from loopscope.source.lines import split_lines
from loopscope.source.loop import Loop
from loopscope.vectorize.around.changed_later import changed_later
from loopscope.vectorize.around.region import find_region

PROGRAM = """\
def fill(x, y):
    whole = out
    for step in range(3):
        for i in range(len(x)):
            out[i] = x[i]
        {later}
    return out
"""


@pytest.mark.parametrize(
    "later",
    [
        "out[0] = 1",
        "out[y][0] += 1",
        "out += y",
        "out.clamp_(min=0)",
        "out[1:].zero_()",
        "F.relu_(out)",
        "torch.exp(y, out=out)",
        "v = out[0]; v += 1",
        "a = out.view(-1); b = a[2:]; b.zero_()",
        "for v in out: v[0] = 1",
        "for k, v in enumerate(out.unbind(1)): v += k",
        "out.T.abs_()",
        "whole += y",
    ],
)
def test_a_change_in_place_is_seen(later):
    assert "out" in changed(later)


@pytest.mark.parametrize(
    "later",
    [
        "y = out[0]",
        "y[out] = 1",
        "y += out",
        "out.__len__()",
        "v = out.mean(); v += 1",
        "for v in y: v += out",
    ],
)
def test_a_use_is_no_change(later):
    assert "out" not in changed(later)


def changed(later):
    text = PROGRAM.format(later=later)
    module = ast.parse(text)
    (function,) = module.body
    (node,) = (n for n in ast.walk(module) if isinstance(n, ast.For) and n.lineno == 4)
    loop = Loop(node, module, function, "", "x.py", split_lines(text))
    return changed_later(find_region(loop))
