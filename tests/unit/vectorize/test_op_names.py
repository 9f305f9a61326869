"""Ops are named as the documentation of torch has them."""

import pytest

from loopscope.vectorize.op_names import op_name


@pytest.mark.parametrize(
    ("short", "dotted"),
    [
        ("rfft", "torch.fft.rfft"),
        ("inverse", "torch.linalg.inv"),
        ("one_hot", "torch.nn.functional.one_hot"),
        ("float", "Tensor.float"),
        ("tril", "torch.tril"),
    ],
)
def test_a_short_name_is_found_where_torch_has_it(short, dotted):
    assert op_name(short) == dotted
