"""Loops are lifted to code that does what they did."""

import torch
import pytest
from lifted import TOPICS, lift, load, rewritten, run, subjects

from loopscope.vectorize.value import NotLiftable

pytestmark = pytest.mark.live

LIFTED = [subject for topic in TOPICS if topic != "left_alone" for subject in subjects(topic)]
SIZES = [(8, 1), (3, 2), (13, 3)]  # of the inputs, with a seed


def assert_same(found, wanted):
    """Values, dtypes and Python types are equal."""
    assert type(found) is type(wanted)
    match wanted:
        case torch.Tensor():
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5, equal_nan=True)
        case list() | tuple():
            assert len(found) == len(wanted)
            for one, other in zip(found, wanted, strict=True):
                assert_same(one, other)
        case dict():
            assert_same([*found.items()], [*wanted.items()])
        case torch.nn.Module():
            assert_same([*found.parameters()], [*wanted.parameters()])
        case float():
            assert found == pytest.approx(wanted, rel=1e-4, abs=1e-5)
        case int() | str() | None:
            assert found == wanted
        case _:
            assert_same(vars(found), vars(wanted))


@pytest.mark.parametrize("subject", LIFTED, ids=str)
@pytest.mark.parametrize(("n", "seed"), SIZES)
def test_the_rewrite_does_what_the_loop_did(subject, n, seed):
    changed = getattr(load(subject.path, rewritten(subject)), subject.name)
    inputs = subject.inputs(n, seed)

    assert_same(run(changed, inputs), run(subject.function, inputs))


@pytest.mark.parametrize("subject", subjects("left_alone"), ids=str)
def test_a_loop_without_a_form_says_why(subject):
    with pytest.raises(NotLiftable) as reason:
        lift(subject)

    assert str(reason.value) == subject.reason
