import random
import warnings

import numpy as np
import pytest
import torch
from verifying import randn, verify

from loopscope.verify.sandbox import sandbox

pytestmark = pytest.mark.live


def state():
    return (
        torch.get_rng_state().tolist(),
        [str(part) for part in np.random.get_state()],
        random.getstate(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        list(warnings.filters),
        np.geterr(),
    )


def test_everything_is_as_it_was_after_a_verification():
    torch.manual_seed(5)
    before = state()

    outcome = verify(
        "for i in range(len(x)): out[i] = x[i] + 1",
        "out = x + 1",
        "out",
        lambda: {"x": randn(50), "out": torch.empty(50)},
        fresh=("out",),
    )

    assert outcome.status == "verified"
    assert state() == before


@pytest.mark.parametrize(
    "rewrite", ["raise ValueError('no')", "out = torch.ones(2) @ torch.ones(3)"]
)
def test_everything_is_as_it_was_after_an_exception(rewrite):
    before = state()

    outcome = verify("out = [v for v in x]", rewrite, "out", lambda: {"x": randn(50)})

    assert outcome.status == "refuted"
    assert "the rewrite raises" in outcome.reason
    assert state() == before


def test_the_sandbox_restores_what_is_changed_in_it():
    before = state()

    def change():
        torch.rand(3), np.random.rand(), random.random()
        torch.set_default_dtype(torch.float64)
        torch.use_deterministic_algorithms(True)
        warnings.simplefilter("error")
        np.seterr(all="raise")
        raise KeyError

    with pytest.raises(KeyError), sandbox(), torch.no_grad():
        change()

    assert state() == before


def test_the_users_own_values_are_not_touched():
    x, out = randn(50), torch.zeros(50)
    versions = x._version, out._version

    outcome = verify(
        "for i in range(len(x)): out[i] = x[i] + 1",
        "out.copy_(x + 1)",
        "out",
        lambda: {"x": x, "out": out},
    )

    assert outcome.status == "verified"
    assert (x._version, out._version) == versions
    assert not out.any()


def test_an_interrupt_of_the_user_is_not_swallowed():
    loop = "for v in x: s = s + v"
    calls = []

    def clock():
        calls.append(1)
        if len(calls) > 20:
            raise KeyboardInterrupt
        return 0

    with pytest.raises(KeyboardInterrupt):
        verify(loop, "s = s + x.sum()", "s", lambda: {"x": randn(50), "s": 0.0}, clock=clock)


def test_warnings_of_the_loop_are_not_shown(recwarn):
    loop = "out = [torch.tensor(v) for v in x]"

    verify(loop, "out = [torch.tensor(v) for v in x.unbind()]", "out", lambda: {"x": randn(20)})

    assert not recwarn.list
