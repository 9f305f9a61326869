"""A view's size is read of the tensor that it is a view of."""

import ast

import pytest
import torch

from loopscope.vectorize import code
from loopscope.vectorize.view_sizes import view_size

X = torch.zeros(2, 3, 4, 5)


@pytest.mark.parametrize(
    ("view", "dim", "size"),
    [
        ("x.transpose(1, 3)", 3, "x.shape[1]"),
        ("x.transpose(1, 3)", 2, "x.shape[2]"),
        ("x.movedim(3, 0)", 0, "x.shape[3]"),
        ("x.movedim(3, 0)", 2, "x.shape[1]"),
        ("x.movedim(0, 2)", 3, "x.shape[3]"),
        ("x[:, 0].transpose(0, 1)", 0, "x.shape[2]"),
        ("x[0, None, :2]", 2, "x.shape[2]"),
        ("x[0, None, :2]", 3, "x.shape[3]"),
        ("x[0, None, :2]", 0, "x[0, None, :2].shape[0]"),
        ("x[0, None, :2]", 1, "x[0, None, :2].shape[1]"),
        ("x[..., 0]", 1, "x[..., 0].shape[1]"),
        ("x.transpose(-1, 0)", 0, "x.transpose(-1, 0).shape[0]"),
        ("x.relu()", 2, "x.relu().shape[2]"),
    ],
)
def test_a_size_is_that_of_the_whole_tensor(view, dim, size):
    made = code.text(view_size(ast.parse(view, mode="eval").body, dim))

    assert made == size
    assert eval(made, {"x": X}) == eval(view, {"x": X}).shape[dim]
