"""A program computes the same, to the bit, with loopscope as without."""

import contextlib
import importlib.util
import inspect
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from fingerprint import autograd_graph, fingerprint, random_state, tensors

import loopscope

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
CASES = sorted(ROOT.glob("tests/data/cases/*.py"))
LOOPBENCH = sorted(ROOT.parent.glob("shared/loopbench/*/*.py"))
BESIDE = LOOPBENCH or [
    pytest.param(None, marks=pytest.mark.skip(reason="loopbench is not beside this checkout"))
]
SCALE = 0.2  # of loopbench's sizes


def program(path):
    """A fresh copy of a case's module, so that nothing is compiled or cached for it yet."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments(function):
    wanted = inspect.signature(function).parameters
    return {name: value for name, value in (("scale", SCALE), ("seed", 0)) if name in wanted}


def observe(path, around):
    """Run a case in the context that is given; return all that the program could notice."""
    torch._dynamo.reset()
    module = program(path)
    seed(0)
    inputs = module.make_inputs(**arguments(module.make_inputs)) if _has_loop(module) else {}
    seed(1)
    with around:
        try:
            if _has_loop(module):
                result = module.loop(**inputs)
            else:
                result = module.run(**arguments(module.run))
        except IndexError as error:
            result = error
    found = {
        "result": fingerprint(result),
        "inputs": fingerprint(inputs),
        "random state": random_state(),
        "graph": autograd_graph(result),
        "compilations": list(getattr(module, "compilations", ())),
        "modes": (torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()),
    }
    return found | {"gradients": gradients(inputs, result)}


def seed(number):
    torch.manual_seed(number)
    np.random.seed(number)
    random.seed(number)


def gradients(inputs, result):
    wanted = [t for t in tensors(inputs) if t.requires_grad and t.is_leaf]
    sums = [t.sum() for t in tensors(result) if t.requires_grad and not t.is_leaf]
    if not wanted or not sums:
        return None
    return fingerprint(list(torch.autograd.grad(sum(sums), wanted, allow_unused=True)))


def _has_loop(module):
    return hasattr(module, "loop")


def check(path):
    plain = observe(path, contextlib.nullcontext())
    scope = loopscope.profile(console=False)
    inside = observe(path, scope)

    assert scope.report.window.duration_ns > 0
    for what, value in plain.items():
        assert inside[what] == value, f"{what} changed"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_nothing_changes_for_the_program(path):
    check(path)


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.stem if path else "")
def test_nothing_changes_for_any_case_of_loopbench(path):
    check(path)


def test_the_cases_use_gradients_compilation_and_random_numbers():
    seen = {path.stem: observe(path, contextlib.nullcontext()) for path in CASES}

    assert len(seen["compiled_in_a_loop"]["compilations"]) >= 3
    assert seen["running_sum_with_gradient"]["gradients"] is not None
    assert seen["raises_on_the_way"]["result"][0] == "IndexError"
    states = {name: observed["random state"] for name, observed in seen.items()}
    assert states["noise_per_row"][0] != states["map_over_index"][0]
    assert states["numpy_and_python_random"][1:] != states["map_over_index"][1:]


def test_the_comparison_sees_a_changed_bit_a_longer_graph_and_a_drawn_number():
    one = torch.ones(3, requires_grad=True)

    assert fingerprint(one * 2) != fingerprint(one * 2 + 3e-7)
    assert fingerprint(torch.zeros(1)) != fingerprint(-torch.zeros(1))
    assert autograd_graph(one * 2) != autograd_graph(one * 1 * 2)
    before = random_state()
    torch.rand(1)
    assert random_state() != before
