import ast

import pytest

from loopscope.source.update import Update, classify_update


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("s + x", Update.ADD),
        ("x + s - y", Update.ADD),
        ("x - s", Update.AFFINE),
        ("a * s", Update.MUL),
        ("s / a", Update.MUL),
        ("a * s + b", Update.AFFINE),
        ("s * s", Update.GENERAL),
        ("a / s", Update.GENERAL),
        ("torch.maximum(s, x)", Update.MAX),
        ("min(x, s)", Update.MIN),
        ("torch.cat([s, x])", Update.CAT),
        ("torch.tanh(s)", Update.GENERAL),
        ("A @ s", Update.MATMUL),
        ("s | m", Update.OR),
        ("torch.where(m, s, s + x)", Update.ADD),
        ("torch.where(s > 0, s, x)", Update.GENERAL),
        ("x.max().item() if x.max() > s else s", Update.MAX),
        ("x if x > s.item() else s", Update.MAX),
        ("x.min() if x.max() > s else s", Update.GENERAL),
        ("s.detach() + x", Update.ADD),
        ("x + 1", Update.NONE),
    ],
)
def test_an_update_is_classified_by_its_form(text, form):
    value = ast.parse(text, mode="eval").body

    assert classify_update(value, lambda n: ast.unparse(n) == "s") is form
